import { useEffect } from 'react';
import type { EpochMs, Invitation, ShortCode as Code } from '../../session/model';
import { Button } from '../parts/Button';
import { Copy, ShareLink } from '../parts/Invite';
import prose from '../parts/Prose.module.css';
import { SCREEN_HEADING, ScreenHeading } from '../parts/ScreenHeading';
import { useNow } from '../state/clock';
import { useSession } from '../state/useSession';
import { useLaterWords } from '../words/useLaterWords';
import { useWords } from '../words/useWords';
import { InviteBy } from './InviteBy';
import styles from './WaitingRoom.module.css';

/** Waiting in a room: the link to send, in every way that people send links. */
export function WaitingRoom({
  since,
  invitation,
  again,
  code,
}: {
  readonly since: EpochMs;
  readonly invitation: Invitation;
  readonly again: boolean;
  readonly code: Code;
}) {
  const { waiting, copy } = useLaterWords();
  const { waiting: clock, formats } = useWords();
  const session = useSession();
  const now = useNow();
  useEffect(() => {
    // This part may have come after the change of screens, which had no heading to give the focus to.
    if (document.activeElement === document.body) document.querySelector<HTMLElement>(`#${SCREEN_HEADING}`)?.focus();
  }, []);
  return (
    <>
      <ScreenHeading>{again ? waiting.againHeading : waiting.roomHeading}</ScreenHeading>
      <p className={prose.lead}>{again ? waiting.againLead : waiting.roomLead}</p>
      <InviteBy invitation={invitation} code={code} />
      <p className={prose.elapsed}>{clock.elapsed(formats.elapsed(now - since))}</p>
      <div className={`${prose.actions} ${prose.row} ${styles.actions}`}>
        <Copy text={invitation.url} shortcut="Alt+C" look="primary">
          {copy.link}
        </Copy>
        <ShareLink url={invitation.url} />
        <Button shortcut="Escape" look="quiet" onPress={() => session.leave()}>
          {waiting.leaveRoom}
        </Button>
      </div>
    </>
  );
}

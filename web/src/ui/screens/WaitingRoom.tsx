import { MessageCircle } from 'lucide-react';
import { Suspense, useEffect } from 'react';
import type { EpochMs, Invitation, ShortCode as Code } from '../../session/model';
import { Button } from '../parts/Button';
import { Copy, ShareLink } from '../parts/Invite';
import { lazyPart } from '../parts/lazyPart';
import prose from '../parts/Prose.module.css';
import { SCREEN_HEADING, ScreenHeading } from '../parts/ScreenHeading';
import { useNow } from '../state/clock';
import { useSession } from '../state/useSession';
import { useWords } from '../words/useWords';
import styles from './WaitingRoom.module.css';

const { Part: ShortCode } = lazyPart(async () => (await import('./ShortCode')).ShortCode);

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
  const { waiting, copy, formats } = useWords();
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
      <div className={styles.link}>
        <label className={styles.label} htmlFor="invitation">
          {waiting.linkLabel}
        </label>
        <input
          id="invitation"
          className={styles.field}
          value={invitation.url}
          readOnly
          dir="ltr"
          onFocus={(event) => event.currentTarget.select()}
        />
        <p className={styles.code}>
          <span className={styles.label}>{waiting.code}</span> <code dir="ltr">{invitation.code}</code>
        </p>
      </div>
      {code.is === 'none' ? (
        <div className={styles.aloud}>
          <Button icon={<MessageCircle size={18} />} shortcut="Alt+A" onPress={() => session.makeCode()}>
            {waiting.aloud}
          </Button>
        </div>
      ) : (
        <Suspense>
          <ShortCode
            code={code}
            copy={
              <Copy text={code.is === 'ready' ? code.text : ''} shortcut="Alt+K" look="plain">
                {copy.code}
              </Copy>
            }
          />
        </Suspense>
      )}
      <p className={prose.elapsed}>{waiting.elapsed(formats.elapsed(now - since))}</p>
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

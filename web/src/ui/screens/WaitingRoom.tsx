import type { EpochMs, Invitation } from '../../session/model';
import { Button } from '../parts/Button';
import { CopyLink, ShareLink } from '../parts/Invite';
import prose from '../parts/Prose.module.css';
import { ScreenHeading } from '../parts/ScreenHeading';
import { useNow } from '../state/clock';
import { useSession } from '../state/useSession';
import { useWords } from '../words/useWords';
import styles from './WaitingRoom.module.css';

/** Waiting in a room: the link to send, in every way that people send links. */
export function WaitingRoom({
  since,
  invitation,
  again,
}: {
  readonly since: EpochMs;
  readonly invitation: Invitation;
  readonly again: boolean;
}) {
  const { waiting, formats } = useWords();
  const session = useSession();
  const now = useNow();
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
      <p className={prose.elapsed}>{waiting.elapsed(formats.elapsed(now - since))}</p>
      <div className={`${prose.actions} ${prose.row} ${styles.actions}`}>
        <CopyLink url={invitation.url} />
        <ShareLink url={invitation.url} />
        <Button shortcut="Escape" look="quiet" onPress={() => session.leave()}>
          {waiting.leaveRoom}
        </Button>
      </div>
    </>
  );
}

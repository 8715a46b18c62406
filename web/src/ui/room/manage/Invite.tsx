import { Lock } from 'lucide-react';
import { Suspense } from 'react';
import { Copy, ShareLink } from '../../parts/Invite';
import { lazyPart } from '../../parts/lazyPart';
import { Sheet, SheetHead } from '../../parts/Sheet';
import { InviteBy } from '../../screens/InviteBy';
import { useRoomWords } from '../../words/useRoomWords';
import { useLaterWords } from '../../words/useLaterWords';
import { useScene } from '../scene';
import styles from './Invite.module.css';

const { Part: QrCode } = lazyPart(async () => (await import('../../parts/QrCode')).QrCode);

/** How somebody is brought into the room: link, picture of it, and a code that is read aloud. */
export function Invite({ onClose }: { readonly onClose: () => void }) {
  const { invite } = useRoomWords();
  const { copy, waiting } = useLaterWords();
  const { invitation, code, settings } = useScene().state;
  const closed = settings.locked ? invite.locked : settings.invite === 'founder' ? invite.founderOnly : null;
  return (
    <Sheet onClose={onClose}>
      <SheetHead title={invite.title} close={invite.close} onClose={onClose} />
      {closed === null ? (
        <p className={styles.text}>{invite.text}</p>
      ) : (
        <p className={styles.closed}>
          <Lock size={16} aria-hidden="true" />
          {closed}
        </p>
      )}
      <div className={styles.code}>
        <Suspense>
          <QrCode text={invitation.url} label={waiting.qr} />
        </Suspense>
      </div>
      <InviteBy invitation={invitation} code={code} />
      <div className={styles.actions}>
        <Copy text={invitation.url} shortcut="Alt+C" look="primary">
          {copy.link}
        </Copy>
        <ShareLink url={invitation.url} />
      </div>
    </Sheet>
  );
}

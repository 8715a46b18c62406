import { UserPlus } from 'lucide-react';
import { Suspense } from 'react';
import { Button } from '../parts/Button';
import { Copy, ShareLink } from '../parts/Invite';
import { lazyPart } from '../parts/lazyPart';
import { InviteBy } from '../screens/InviteBy';
import { useRoomWords } from '../words/useRoomWords';
import { useLaterWords } from '../words/useLaterWords';
import styles from './Alone.module.css';
import { useScene } from './scene';

const { Part: QrCode } = lazyPart(async () => (await import('../parts/QrCode')).QrCode);

/** In a room that nobody else has come to yet: the link to send, in every way that people send links. */
export function Alone() {
  const { alone } = useRoomWords();
  const { copy, waiting } = useLaterWords();
  const { invitation, code } = useScene().state;
  return (
    <section className={styles.alone} aria-labelledby="alone">
      <div className={styles.card}>
        <div className={styles.words}>
          <h2 id="alone" className={styles.title}>
            {alone.title}
          </h2>
          <p className={styles.text}>{alone.text}</p>
          <InviteBy invitation={invitation} code={code} />
          <div className={styles.actions}>
            <Copy text={invitation.url} shortcut="Alt+C" look="primary">
              {copy.link}
            </Copy>
            <ShareLink url={invitation.url} />
          </div>
          <p className={styles.note}>{alone.waiting}</p>
        </div>
        <div className={styles.code}>
          <Suspense>
            <QrCode text={invitation.url} label={waiting.qr} />
          </Suspense>
        </div>
      </div>
    </section>
  );
}

/** The same when something was written already: the way to the link, in one line. */
export function StillAlone({ onInvite }: { readonly onInvite: () => void }) {
  const { alone, invite } = useRoomWords();
  return (
    <div className={styles.still}>
      <p>{alone.still}</p>
      <Button icon={<UserPlus size={18} />} onPress={onInvite}>
        {invite.title}
      </Button>
    </div>
  );
}

import { MessageCircle } from 'lucide-react';
import { Suspense, useId } from 'react';
import type { Invitation, ShortCode as Code } from '../../session/model';
import { Button } from '../parts/Button';
import { Copy } from '../parts/Invite';
import { lazyPart } from '../parts/lazyPart';
import { useSession } from '../state/useSession';
import { useLaterWords } from '../words/useLaterWords';
import styles from './InviteBy.module.css';

const { Part: ShortCode } = lazyPart(async () => (await import('./ShortCode')).ShortCode);

/** What somebody comes into a room with: the link, its code, and a code that is read aloud. */
export function InviteBy({ invitation, code }: { readonly invitation: Invitation; readonly code: Code }) {
  const { waiting, copy } = useLaterWords();
  const session = useSession();
  const field = useId();
  return (
    <>
      <div className={styles.link}>
        <label className={styles.label} htmlFor={field}>
          {waiting.linkLabel}
        </label>
        <input
          id={field}
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
    </>
  );
}

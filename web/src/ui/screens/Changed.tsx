import { ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import type { SessionState } from '../../session/model';
import { Button } from '../parts/Button';
import prose from '../parts/Prose.module.css';
import { ScreenHeading } from '../parts/ScreenHeading';
import { useSession } from '../state/useSession';
import { useLaterWords } from '../words/useLaterWords';
import { useWords } from '../words/useWords';
import styles from './Changed.module.css';

/**
 * Another device sits where a verified one sat. To leave is the first thing to do: it has the focus, Escape does it, and
 * it stands where the button of the screen before stood. To go on takes two acts elsewhere, and no key does them.
 */
export function Changed({ state }: { readonly state: Extract<SessionState, { at: 'changed' }> }) {
  const { changed } = useLaterWords();
  const { formats } = useWords();
  const session = useSession();
  const [asked, setAsked] = useState(false);
  const verifiedAt = `${formats.day(state.verifiedAt)}, ${formats.time(state.verifiedAt)}`;
  return (
    <>
      <div className={styles.warning} role="alert">
        <ShieldAlert className={styles.sign} size={36} strokeWidth={1.75} aria-hidden="true" />
        <ScreenHeading>{changed.title}</ScreenHeading>
        <p>{changed.since(verifiedAt)}</p>
        <p>{changed.maybe}</p>
        <p className={styles.nothing}>{changed.nothing}</p>
      </div>
      <div className={styles.goOn}>
        <p>{changed.ask}</p>
        <label className={styles.asked}>
          <input
            type="checkbox"
            className={styles.box}
            checked={asked}
            onChange={(event) => setAsked(event.target.checked)}
          />
          {changed.asked}
        </label>
        <div className={styles.talk}>
          <Button disabled={!asked} onPress={() => session.talkAnyway()}>
            {changed.talk}
          </Button>
          <p className={styles.afterwards}>{changed.afterwards}</p>
        </div>
      </div>
      <div className={`${prose.actions} ${prose.row}`}>
        <Button look="primary" shortcut="Escape" focused onPress={() => session.leave()}>
          {changed.leave}
        </Button>
      </div>
    </>
  );
}

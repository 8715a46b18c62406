import type { SafetySign } from '../../session/model';
import { useLaterWords } from '../words/useLaterWords';
import styles from './Signs.module.css';

/** The seven pictures, each with its name: for a voice, for a screen reader, and for a device that cannot draw it. */
export function Signs({ signs }: { readonly signs: readonly SafetySign[] }) {
  const { safety } = useLaterWords();
  return (
    <ol className={styles.signs} aria-label={safety.signs}>
      {signs.map(({ sign, name }, place) => (
        // One may come twice, so its place is its key.
        // eslint-disable-next-line react/no-array-index-key
        <li key={place} className={styles.one}>
          <span className={styles.sign} aria-hidden="true">
            {sign}
          </span>
          <span className={styles.name} lang="en">
            {name}
          </span>
        </li>
      ))}
    </ol>
  );
}

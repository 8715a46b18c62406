import { shownKey } from '../../state/keys';
import { useRoomWords } from '../../words/useRoomWords';
import styles from './About.module.css';

/** All keys of a room in one place, folded up; not where there is no keyboard. */
export function Keys() {
  const { keys } = useRoomWords();
  return (
    <details className={styles.keys}>
      <summary className={styles.fold}>{keys.title}</summary>
      <dl className={styles.table}>
        {keys.list.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{shownKey(key, navigator.platform)}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

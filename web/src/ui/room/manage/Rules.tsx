import { Toggle } from '../../parts/Toggle';
import { useRoomWords } from '../../words/useRoomWords';
import { useScene } from '../scene';
import styles from './About.module.css';

/** After so long messages may disappear, in seconds; 0: never. */
const CHOICES = [0, 3600, 86_400, 7 * 86_400, 28 * 86_400] as const;

/** How the room is run. Each choice counts at once; only the founder's switches move. */
export function Rules() {
  const { settings: words } = useRoomWords();
  const { state, verbs } = useScene();
  const { settings, founder } = state;
  return (
    <section className={styles.part}>
      <h3 className={styles.title}>{words.rules}</h3>
      {founder ? null : <p className={styles.text}>{words.changing}</p>}
      <Toggle
        text={words.inviteText}
        on={settings.invite === 'all'}
        disabled={!founder}
        onTurn={(all) => verbs.arrange({ invite: all ? 'all' : 'founder' })}
      >
        {words.invite}
      </Toggle>
      <Toggle text={words.lockedText} on={settings.locked} disabled={!founder} onTurn={(locked) => verbs.arrange({ locked })}>
        {words.locked}
      </Toggle>
      <Toggle
        text={words.historyText}
        on={settings.history === 'all'}
        disabled={!founder}
        onTurn={(all) => verbs.arrange({ history: all ? 'all' : 'joined' })}
      >
        {words.history}
      </Toggle>
      <Keeping />
    </section>
  );
}

function Keeping() {
  const { settings: words, duration } = useRoomWords();
  const { state, verbs } = useScene();
  const { keepSeconds } = state.settings;
  // Another client may have chosen something else.
  const choices = [...new Set([...CHOICES, keepSeconds])].toSorted((a, b) => a - b);
  const said = (seconds: number) => (seconds === 0 ? words.keepNever : words.keepAfter(duration(seconds)));
  return (
    <div className={styles.keeping}>
      <label className={styles.words} htmlFor="room-keeps">
        <span className={styles.name}>{words.keep}</span>
        <span className={styles.text}>{words.keepText}</span>
      </label>
      <select
        id="room-keeps"
        className={styles.select}
        value={keepSeconds}
        disabled={!state.founder}
        onChange={(event) => verbs.arrange({ keepSeconds: Number(event.target.value) })}
      >
        {choices.map((seconds) => (
          <option key={seconds} value={seconds}>
            {said(seconds)}
          </option>
        ))}
      </select>
    </div>
  );
}

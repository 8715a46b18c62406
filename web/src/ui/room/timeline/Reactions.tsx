import { SmilePlus } from 'lucide-react';
import { useRoomWords } from '../../words/useRoomWords';
import { useWords } from '../../words/useWords';
import { useCompany } from '../scene';
import { useActs } from './acts';
import styles from './Reactions.module.css';
import type { SaidEntry } from './Said';

/** So many names are read out for one emoji. */
const MOST_NAMED = 8;

/** How others reacted; a press joins in, or takes it back. */
export function Reactions({ entry, tabStop }: { readonly entry: SaidEntry; readonly tabStop: boolean }) {
  const { act, names: naming } = useRoomWords();
  const { formats } = useWords();
  const { nameOf, self } = useCompany();
  const acts = useActs();
  return (
    <ul className={styles.reactions} aria-label={act.reactions}>
      {entry.reactions.map(({ emoji, members, mine }) => {
        const named = members.slice(0, MOST_NAMED).map((id) => (id === self ? naming.you : nameOf(id)));
        const names = act.reacted(emoji, members.length, formats.list(named) + (members.length > MOST_NAMED ? ' …' : ''));
        return (
          <li key={emoji}>
            <button
              type="button"
              className={styles.reaction}
              tabIndex={tabStop ? 0 : -1}
              aria-pressed={mine}
              aria-label={names}
              title={names}
              onClick={() => acts.react(entry.id, emoji, !mine)}
            >
              <span className={styles.emoji}>{emoji}</span>
              {members.length > 1 ? formats.number(members.length) : null}
            </button>
          </li>
        );
      })}
      <li>
        <button
          type="button"
          className={`${styles.reaction} ${styles.add}`}
          tabIndex={tabStop ? 0 : -1}
          aria-label={act.addReaction}
          title={act.addReaction}
          onClick={(event) => acts.pick(entry.id, event.currentTarget)}
        >
          <SmilePlus size={16} />
        </button>
      </li>
    </ul>
  );
}

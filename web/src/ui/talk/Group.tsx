import { memo, use } from 'react';
import type { EpochMs } from '../../session/model';
import { Hidden } from '../parts/Hidden';
import { ClockContext } from '../state/clock';
import { useLaterWords } from '../words/useLaterWords';
import { useWords } from '../words/useWords';
import { Bubble } from './Bubble';
import styles from './Group.module.css';
import { sameGroup, type MessageGroup } from './grouping';

/** A stack of messages of one side, with one time under it. */
export const Group = memo(
  function Group({ group }: { readonly group: MessageGroup }) {
    const { talk } = useLaterWords();
    const { formats } = useWords();
    const last = group.messages.at(-1);
    return (
      <li className={styles.group} data-from={group.from}>
        {group.day === null ? null : <Day at={group.day} />}
        {group.unread ? <p className={styles.unread}>{talk.newLine}</p> : null}
        <Hidden>{group.from === 'me' ? talk.you : talk.them}:</Hidden>
        {group.messages.map((message) => (
          <Bubble key={message.id} message={message} />
        ))}
        {last === undefined || last.status === 'failed' ? null : (
          <span className={styles.meta}>
            {last.status === 'sending' ? <span className={styles.sending}>{talk.sending} · </span> : null}
            <time dateTime={new Date(last.at).toISOString()}>{formats.time(last.at)}</time>
          </span>
        )}
      </li>
    );
  },
  (a, b) => sameGroup(a.group, b.group),
);

function Day({ at }: { readonly at: EpochMs }) {
  const { talk } = useLaterWords();
  const { formats } = useWords();
  const today = new Date(use(ClockContext)()).toDateString() === new Date(at).toDateString();
  return <p className={styles.day}>{today ? talk.today : formats.day(at)}</p>;
}

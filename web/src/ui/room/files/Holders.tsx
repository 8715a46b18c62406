import { CircleCheck } from 'lucide-react';
import type { RoomFile } from '../../../session/file-model';
import { useRoomWords } from '../../words/useRoomWords';
import { useWords } from '../../words/useWords';
import { useCompany } from '../scene';
import { Bar } from './Bar';
import styles from './Holders.module.css';
import { useFileFormats } from './useFileFormats';

/** So many are called by name; of more their number is said. */
const MOST_NAMED = 3;
/** So many are shown with how far they have come. */
const MOST_SHOWN = 4;

/** Of an own file: who has all of it, who gets it, who does not want it. */
export function Holders({ file }: { readonly file: RoomFile }) {
  const { files } = useRoomWords();
  const words = files.mine;
  const { formats } = useWords();
  const { size, percent } = useFileFormats();
  const { nameOf } = useCompany();
  const those = (is: RoomFile['others'][number]['is']) => file.others.filter((one) => one.is === is);
  const [has, gets, declined] = [those('has'), those('gets'), those('declined')];
  const called = (some: RoomFile['others']) =>
    some.length > MOST_NAMED ? words.people(some.length) : formats.list(some.map(({ member }) => nameOf(member)));
  if (file.progress.is === 'failed' && has.length === 0) return null;
  return (
    <div className={styles.holders}>
      {has.length > 0 ? (
        <p className={styles.has}>
          <CircleCheck size={16} aria-hidden="true" />
          <span>{words.has(called(has), has.length)}</span>
        </p>
      ) : null}
      {gets.slice(0, MOST_SHOWN).map(({ member, have }) => (
        <div key={member} className={styles.gets}>
          <bdi className={styles.name}>{nameOf(member)}</bdi>
          <Bar label={words.gets(nameOf(member))} have={have} of={file.size} text={files.of(size(have), size(file.size))} />
          <span className={styles.percent}>{percent(have, file.size)}</span>
        </div>
      ))}
      {gets.length > MOST_SHOWN ? <p className={styles.rest}>{words.more(gets.length - MOST_SHOWN)}</p> : null}
      {declined.length > 0 ? <p className={styles.rest}>{words.declined(called(declined), declined.length)}</p> : null}
      {has.length + gets.length === 0 ? <p className={styles.rest}>{words.nobody}</p> : null}
    </div>
  );
}

import { memo, use } from 'react';
import type { EventId } from '../../../protocol/ids';
import type { EpochMs } from '../../../session/model';
import type { RoomEntries } from '../../../session/room-model';
import { ClockContext } from '../../state/clock';
import { useRoomWords } from '../../words/useRoomWords';
import { useWords } from '../../words/useWords';
import { useCompany } from '../scene';
import { happened, type Happening } from './happened';
import { placeOf } from './placing';
import styles from './Row.module.css';
import { Said } from './Said';

type Props = {
  readonly entries: RoomEntries;
  readonly index: number;
  readonly unreadFrom: EventId | null;
  readonly tabStop: boolean;
  readonly found: boolean;
};

/** One line of the timeline with what stands above it: the day, the line «new». */
export function Row({ entries, index, unreadFrom, tabStop, found }: Props) {
  const words = useRoomWords();
  const entry = entries.at(index);
  const { day, unread, head, foot } = placeOf(entries, index, unreadFrom);
  return (
    <>
      {day === null ? null : <Day at={day} />}
      {unread ? <p className={styles.unread}>{words.newLine}</p> : null}
      {entry.kind === 'text' ? (
        <Said entry={entry} head={head} foot={foot} tabStop={tabStop} found={found} />
      ) : (
        <Happened entry={entry} />
      )}
    </>
  );
}

const Happened = memo(function Happened({ entry }: { readonly entry: Happening }) {
  const words = useRoomWords();
  const company = useCompany();
  return happened(entry, company, words).map((sentence) => (
    <p key={sentence} className={styles.happened}>
      {sentence}
    </p>
  ));
});

const DAY_MS = 86_400_000;

function Day({ at }: { readonly at: EpochMs }) {
  const { formats } = useWords();
  const words = useRoomWords();
  const now = use(ClockContext)();
  const same = (time: number) => new Date(time).toDateString() === new Date(at).toDateString();
  return (
    <p className={styles.day}>{same(now) ? words.today : same(now - DAY_MS) ? words.yesterday : formats.day(at, now)}</p>
  );
}

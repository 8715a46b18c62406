import { use } from 'react';
import type { RoomId } from '../../protocol/ids';
import type { RoomCard } from '../../session/room-model';
import { tidyName } from '../room/naming';
import { plainWords } from '../room/markdown/tree';
import { Table } from '../room/people/Table';
import { ClockContext } from '../state/clock';
import { useRoomWords } from '../words/useRoomWords';
import { useWords } from '../words/useWords';
import styles from './RoomList.module.css';

/** So much of the last words is read for the one line that there is for them, in code units. */
const MOST_LAST = 200;

type Props = {
  readonly rooms: readonly RoomCard[];
  /** The one that is on the screen. */
  readonly shown: RoomId | null;
  readonly onOpen: (id: RoomId) => void;
};

/** The rooms that this device knows: one press opens one. */
export function RoomList({ rooms, shown, onOpen }: Props) {
  const words = useRoomWords();
  return (
    <ul className={styles.list} aria-label={words.rooms.label}>
      {rooms.map((room) => (
        <li key={room.id}>
          <button type="button" className={styles.room} aria-current={room.id === shown} onClick={() => onOpen(room.id)}>
            <Table here={room.here} away={room.is === 'open' ? 0 : 3} size={36} />
            <Card room={room} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Card({ room }: { readonly room: RoomCard }) {
  const words = useRoomWords();
  const { formats } = useWords();
  const { last, unread } = room;
  const now = use(ClockContext)();
  return (
    <span className={styles.words}>
      <span className={styles.line}>
        <bdi className={styles.name}>{tidyName(room.name) || words.unnamed}</bdi>
        {last === null ? null : (
          <time className={styles.when} dateTime={new Date(last.at).toISOString()}>
            {formats.moment(last.at, now)}
          </time>
        )}
      </span>{' '}
      <span className={styles.line}>
        <span className={styles.last}>
          {last === null
            ? words.empty
            : words.rooms.last(tidyName(last.author) || words.people.unnamed, plainWords(last.text.slice(0, MOST_LAST)) || words.files.one)}
        </span>
        {unread > 0 ? <span className={styles.unread}>{words.rooms.unread(unread)}</span> : null}
      </span>{' '}
      <span className={styles.state}>{room.is === 'open' ? words.rooms.here(room.here) : words.rooms.kept}</span>
    </span>
  );
}

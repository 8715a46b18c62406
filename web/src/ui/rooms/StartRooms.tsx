import { useSession } from '../state/useSession';
import type { RoomCard } from '../../session/room-model';
import { useRoomWords } from '../words/useRoomWords';
import { RoomList } from './RoomList';
import styles from './StartRooms.module.css';

/** On the start page: back into a room with one press. */
export function StartRooms({ rooms }: { readonly rooms: readonly RoomCard[] }) {
  const { rooms: words } = useRoomWords();
  const session = useSession();
  return (
    <section className={styles.rooms} aria-labelledby="start-rooms">
      <h2 id="start-rooms" className={styles.title}>
        {words.label}
      </h2>
      <RoomList rooms={rooms} shown={null} onOpen={(id) => session.rooms.openRoom(id)} />
    </section>
  );
}

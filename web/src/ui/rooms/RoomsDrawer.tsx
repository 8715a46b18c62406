import { Home, Plus, Settings2 } from 'lucide-react';
import { Button } from '../parts/Button';
import { Sheet, SheetHead } from '../parts/Sheet';
import { useRooms, useSession, useSessionState } from '../state/useSession';
import { useRoomWords } from '../words/useRoomWords';
import { useWords } from '../words/useWords';
import { RoomList } from './RoomList';
import styles from './RoomsDrawer.module.css';

/** The rooms of this device, over the one that is shown. */
export function RoomsDrawer({ onSettings, onClose }: { readonly onSettings: () => void; readonly onClose: () => void }) {
  const { rooms: words } = useRoomWords();
  const { settings } = useWords();
  const session = useSession();
  const state = useSessionState();
  const rooms = useRooms();
  const shown = state.at === 'room' ? state.id : null;
  return (
    <Sheet onClose={onClose} side className={styles.drawer}>
      <SheetHead title={words.title} close={words.close} onClose={onClose} />
      <div className={styles.rooms}>
        {rooms.length === 0 ? <p className={styles.none}>{words.none}</p> : null}
        <RoomList
          rooms={rooms}
          shown={shown}
          onOpen={(id) => {
            onClose();
            if (id !== shown) session.rooms.openRoom(id);
          }}
        />
      </div>
      <div className={styles.more}>
        <Button wide icon={<Plus size={18} />} onPress={() => session.createRoom()}>
          {words.create}
        </Button>
        <Button wide icon={<Home size={18} />} onPress={() => session.rooms.goHome()}>
          {words.start}
        </Button>
        <Button wide look="quiet" icon={<Settings2 size={18} />} onPress={onSettings}>
          {settings.open}
        </Button>
      </div>
    </Sheet>
  );
}

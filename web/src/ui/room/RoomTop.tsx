import { MessagesSquare, Search, UserPlus, Users } from 'lucide-react';
import { Button } from '../parts/Button';
import { SCREEN_HEADING } from '../parts/ScreenHeading';
import { Tip } from '../parts/Tip';
import { TopBar } from '../parts/TopBar';
import { useShortcut } from '../state/keys';
import { unreadOf } from '../state/title';
import { useRooms } from '../state/useSession';
import { useRoomWords } from '../words/useRoomWords';
import { useWords } from '../words/useWords';
import { tidyName } from './naming';
import { Table } from './people/Table';
import styles from './RoomTop.module.css';
import { useScene } from './scene';

/** What the line at the top opens. */
export type TopPart = 'rooms' | 'about' | 'invite' | 'search' | 'people';

/** The line at the top of a room: which one it is, who is here, and the ways to the rest. */
export function RoomTop({ onOpen, people }: { readonly onOpen: (part: TopPart) => void; readonly people: boolean }) {
  const { top, invite, rooms: roomsWords } = useRoomWords();
  const { formats } = useWords();
  const { state } = useScene();
  const here = state.members.filter(({ presence }) => presence === 'here').length;
  const unread = unreadOf(useRooms().filter(({ id }) => id !== state.id));
  const lead = (
    <div className={styles.lead}>
      <span className={styles.rooms}>
        <Button
          look="quiet"
          label={unread > 0 ? `${top.rooms}, ${roomsWords.unread(unread)}` : top.rooms}
          shortcut="Alt+O"
          tip="below"
          icon={<MessagesSquare size={20} />}
          onPress={() => onOpen('rooms')}
        >
          {null}
        </Button>
        {unread > 0 ? (
          <span className={styles.unread} aria-hidden="true">
            {formats.number(Math.min(unread, 99))}
          </span>
        ) : null}
      </span>
      <RoomBadge onOpen={() => onOpen('about')} />
    </div>
  );
  return (
    <TopBar lead={lead}>
      <span className={styles.wide}>
        <Button look="quiet" label={invite.open} shortcut="Alt+V" tip="below-end" icon={<UserPlus size={20} />} onPress={() => onOpen('invite')}>
          {null}
        </Button>
      </span>
      <Button look="quiet" label={top.search} shortcut="Alt+S" tip="below-end" icon={<Search size={20} />} onPress={() => onOpen('search')}>
        {null}
      </Button>
      <span className={styles.people} data-open={people}>
        <Button look="quiet" shortcut="Alt+P" tip="below-end" icon={<Users size={20} />} onPress={() => onOpen('people')}>
          <span className={styles.word}>{top.people} </span>
          {formats.number(here)}
        </Button>
      </span>
    </TopBar>
  );
}

function RoomBadge({ onOpen }: { readonly onOpen: () => void }) {
  const { top, unnamed, waits: waiting } = useRoomWords();
  const { state } = useScene();
  const { members, settings, line, relayed, waits } = state;
  const count = (presence: string) => members.filter((member) => member.presence === presence).length;
  const here = count('here');
  useShortcut('Alt+I', onOpen);
  return (
    <h1 className={styles.heading} id={SCREEN_HEADING} tabIndex={-1}>
      <Tip shortcut="Alt+I" label={top.about} place="below" wide={false}>
        <button type="button" className={styles.badge} aria-haspopup="dialog" aria-keyshortcuts="Alt+I" onClick={onOpen}>
          <Table here={here} away={count('away')} />
          <span className={styles.words}>
            <bdi className={styles.name}>{tidyName(settings.name) || unnamed}</bdi>{' '}
            <span className={styles.how} data-line={line}>
              {waits !== null ? waiting.top : line === 'looking' ? top.looking : top.here(here)}
              {relayed > 0 && line === 'here' ? <span className={styles.more}> · {top.relayed(relayed)}</span> : null}
              {settings.topic === '' ? null : (
                <span className={styles.more}>
                  {' '}
                  · <bdi>{tidyName(settings.topic)}</bdi>
                </span>
              )}
            </span>
          </span>
        </button>
      </Tip>
    </h1>
  );
}

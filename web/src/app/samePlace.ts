import type { RoomId } from '../protocol/ids';
import type { Session } from '../session/model';

/** What a tab remembers while it is open, also when its page is loaded again. */
export type TabMemory = { read(): string | null; write(text: string | null): void };

/**
 * A page that is loaded again shows the room that it showed, if this device keeps that. Whatever the person does first goes
 * before. The memory holds the room's id, which opens nothing (SPEC K2).
 *
 * @param reloaded - the page was loaded again, not opened.
 * @returns the unsubscribe.
 */
export function stayInPlace(
  session: Pick<Session, 'getState' | 'subscribe' | 'rooms'>, memory: TabMemory, reloaded: boolean,
): () => void {
  let wanted = reloaded ? memory.read() : null;
  let shown = memory.read();
  const look = () => {
    const state = session.getState();
    if (state.at !== 'start') wanted = null;
    const there = wanted === null ? undefined : session.rooms.getRooms().find(({ id }) => id === wanted);
    if (there !== undefined) {
      wanted = null;
      return session.rooms.openRoom(there.id);
    }
    const now: RoomId | null = state.at === 'room' ? state.id : null;
    if (wanted !== null || now === shown || state.at === 'connecting' || state.at === 'failed') return;
    shown = now;
    memory.write(now);
  };
  look();
  return session.subscribe(look);
}

/** {@link TabMemory} of the real browser: sessionStorage, which some browsers refuse. */
export const tabMemory: TabMemory = {
  read() {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  },
  write(text) {
    try {
      if (text === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, text);
    } catch {
      // Refused: the page begins at the start.
    }
  },
};

const key = 'parley.room';

/** The page was loaded again. */
export function wasReloaded(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload';
}

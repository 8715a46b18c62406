import { expect, it } from 'vitest';
import type { RoomId } from '../protocol/ids';
import type { SessionState } from '../session/model';
import type { RoomCard } from '../session/room-model';
import { stayInPlace } from './samePlace';

const garden = 'garden' as RoomId;
const room = { at: 'room', id: garden } as SessionState;
const start: SessionState = { at: 'start' };

function place(kept: string | null, reloaded: boolean) {
  let state = start;
  let cards: readonly RoomCard[] = [];
  let memory = kept;
  const opened: RoomId[] = [];
  const listeners = new Set<() => void>();
  const session = {
    getState: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rooms: { getRooms: () => cards, openRoom: (id: RoomId) => void opened.push(id), goHome() {}, forgetRoom() {} },
  };
  const set = (next: SessionState, rooms = cards) => {
    state = next;
    cards = rooms;
    for (const listener of listeners) listener();
  };
  stayInPlace(session, { read: () => memory, write: (text) => void (memory = text) }, reloaded);
  return { set, opened, memory: () => memory };
}

const listed = [{ id: garden } as RoomCard];

it('a page that is loaded again opens the room that it showed once the list has it, once', () => {
  const tab = place(garden, true);
  tab.set(start);
  expect([tab.opened, tab.memory()]).toEqual([[], garden]);
  tab.set(start, listed);
  tab.set(room);
  tab.set(start);
  expect([tab.opened, tab.memory()]).toEqual([[garden], null]);
});

it('whatever the person does first goes before', () => {
  const tab = place(garden, true);
  tab.set({ at: 'connecting' } as SessionState);
  tab.set(start, listed);
  expect(tab.opened).toEqual([]);
});

it('a page that is opened anew begins at the start', () => {
  const tab = place(garden, false);
  tab.set(start, listed);
  expect([tab.opened, tab.memory()]).toEqual([[], null]);
});

it('a room that fails is remembered: loading again tries again', () => {
  const tab = place(null, false);
  tab.set(room);
  tab.set({ at: 'failed' } as SessionState);
  expect(tab.memory()).toBe(garden);
});

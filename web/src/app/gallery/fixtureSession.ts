import type { Line, Message, Safety, SendResult, Session, SessionState } from '../../session/model';
import type { RoomCard, RoomState } from '../../session/room-model';
import { createFixtureRoom } from './fixtureRoom';

/** A session that stands still, for the gallery. */
export type FixtureSession = Session & {
  /** Lets messages come. */
  receive(messages: readonly Message[]): void;
  /** Changes the room. */
  become(change: Partial<RoomState>): void;
};

/** What a session of the gallery is made from. */
export type FixturePlan = {
  readonly state: SessionState;
  /** What `send` answers. */
  readonly send: SendResult;
  readonly rooms: readonly RoomCard[];
  /** What can be compared with the members of a room. */
  readonly safety: Safety;
  readonly now: number;
};

/** What is measured of a line that is there. */
function lineOf(state: SessionState): Line | null {
  if (state.at !== 'talking' || state.path === 'unknown') return null;
  const relayed = state.path === 'relayed';
  return { path: state.path, ownRelay: relayed, carrier: relayed ? 'tls' : 'udp', roundTripMs: relayed ? 143 : 18.4 };
}

const nothing = () => undefined;

/** A session in one state. Its verbs do nothing, but those of a room, which the page plays alone. */
export function createFixtureSession({ state: first, send, rooms, safety, now }: FixturePlan): FixtureSession {
  const listeners = new Set<() => void>();
  let state = first;
  const show = (next: SessionState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const inRoom = () => (state.at === 'room' ? state : null);
  const become = (change: Partial<RoomState>) => {
    if (state.at === 'room') show({ ...state, ...change });
  };
  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    find: nothing,
    createRoom: nothing,
    enter: nothing,
    retry: nothing,
    leave: nothing,
    send: () => send,
    makeCode: nothing,
    verify: nothing,
    line: () => Promise.resolve(lineOf(state)),
    room: first.at === 'room' ? createFixtureRoom(now, inRoom, become, safety) : null,
    rooms: { getRooms: () => rooms, openRoom: nothing, goHome: () => show({ at: 'start' }), forgetRoom: nothing },
    configure: nothing,
    dispose: () => Promise.resolve(),
    become,
    receive(messages) {
      if (state.at === 'talking') show({ ...state, messages: [...state.messages, ...messages] });
    },
  };
}

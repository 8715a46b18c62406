import type { Line, Message, SendResult, Session, SessionState } from '../../session/model';

/** A session that stands still, for the gallery. */
export type FixtureSession = Session & {
  /** Lets messages come. */
  receive(messages: readonly Message[]): void;
};

/** What is measured of a line that is there. */
function lineOf(state: SessionState): Line | null {
  if (state.at !== 'talking' || state.path === 'unknown') return null;
  const relayed = state.path === 'relayed';
  return { path: state.path, ownRelay: relayed, carrier: relayed ? 'tls' : 'udp', roundTripMs: relayed ? 143 : 18.4 };
}

const nothing = () => undefined;

/**
 * A session in one state. Its verbs do nothing.
 *
 * @param first - the state.
 * @param answer - what `send` answers.
 */
export function createFixtureSession(first: SessionState, answer: SendResult): FixtureSession {
  const listeners = new Set<() => void>();
  let state = first;
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
    send: () => answer,
    makeCode: nothing,
    verify: nothing,
    talkAnyway: nothing,
    room: null,
    rooms: { getRooms: () => [], openRoom: nothing, goHome: nothing, forgetRoom: nothing },
    line: () => Promise.resolve(lineOf(state)),
    configure: nothing,
    dispose: () => Promise.resolve(),
    receive(messages) {
      if (state.at !== 'talking') return;
      state = { ...state, messages: [...state.messages, ...messages] };
      for (const listener of listeners) listener();
    },
  };
}

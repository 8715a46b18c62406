import type { Session, SessionState } from '../session/model';

/** A room link that was opened while a conversation is going on: it waits for an answer. */
export type RoomLinks = {
  /** The code that waits, or null. */
  get(): string | null;
  /** A link was opened: goes in, or asks first. */
  open(code: string): void;
  /** The person's answer. */
  answer(go: boolean): void;
  /** Calls after every change; returns the unsubscribe. */
  subscribe(listener: () => void): () => void;
};

/** True if going elsewhere would take a conversation away from somebody. */
export function inConversation(state: SessionState): boolean {
  return state.at === 'talking' && state.messages.length > 0 && state.peer !== 'left' && state.peer !== 'lost';
}

/**
 * Enters the rooms whose links are opened. In the middle of a conversation, which is kept nowhere,
 * the person is asked first.
 */
export function createRoomLinks(session: Pick<Session, 'enter' | 'getState'>): RoomLinks {
  const listeners = new Set<() => void>();
  let waiting: string | null = null;
  const set = (code: string | null) => {
    waiting = code;
    for (const listener of listeners) listener();
  };
  return {
    get: () => waiting,
    open(code) {
      if (inConversation(session.getState())) set(code);
      else session.enter(code);
    },
    answer(go) {
      const code = waiting;
      set(null);
      if (go && code !== null) session.enter(code);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

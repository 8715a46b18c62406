import type { Purpose, SendResult, Session, SessionSettings, SessionState } from '../session/model';
import type { RoomCard, RoomsVerbs } from '../session/room-model';

/** How far the parts behind the screens are: Firebase, WebRTC, the configuration. */
export type Loading = 'loading' | 'ready' | 'failed';

/** A session that can be used before its parts are there. */
export type LateSession = Session & {
  /** How far they are. */
  loading(): Loading;
  /** Loads again what failed; keeps what the person wanted. */
  reload(): void;
};

type Wish = { readonly verb: 'find' | 'createRoom' } | { readonly verb: 'enter'; readonly code: string };

const noRooms: readonly RoomCard[] = [];
const start: SessionState = { at: 'start' };
const notYet: SendResult = { ok: false, why: 'not_connected' };

/**
 * Stands for the session while that is loading, so that the first screen answers at once. What the
 * person asks for meanwhile is kept (the last wish counts) and done as soon as it can be; until then
 * the state is the first step of connecting.
 *
 * @param load - brings the session; called at once, and again by `reload`.
 * @param now - the device's clock.
 */
export function createLateSession(load: () => Promise<Session>, now: () => number = Date.now): LateSession {
  const listeners = new Set<() => void>();
  let loading: Loading = 'loading';
  let real: Session | null = null;
  let wish: Wish | null = null;
  let settings: SessionSettings | null = null;
  let state: SessionState = start;
  let disposed = false;

  const tell = () => {
    for (const listener of listeners) listener();
  };
  const arrive = (session: Session) => {
    if (disposed) return void session.dispose();
    real = session;
    loading = 'ready';
    if (settings !== null) session.configure(settings);
    session.subscribe(tell);
    if (wish?.verb === 'enter') session.enter(wish.code);
    else if (wish !== null) session[wish.verb]();
    return tell();
  };
  const begin = () => {
    loading = 'loading';
    load().then(arrive, () => {
      loading = 'failed';
      tell();
    });
  };
  const want = (next: Wish, purpose: Purpose) => {
    wish = next;
    state = { at: 'connecting', for: purpose, step: 'signing-in', since: now(), slow: false };
    tell();
  };
  begin();

  return {
    loading: () => loading,
    reload() {
      if (loading !== 'failed' || disposed) return;
      begin();
      tell();
    },
    getState: () => real?.getState() ?? state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    find: () => (real === null ? want({ verb: 'find' }, 'stranger') : real.find()),
    createRoom: () => (real === null ? want({ verb: 'createRoom' }, 'room') : real.createRoom()),
    enter: (code) => (real === null ? want({ verb: 'enter', code }, 'room') : real.enter(code)),
    retry: () => real?.retry(),
    leave() {
      if (real !== null) return real.leave();
      wish = null;
      state = start;
      return tell();
    },
    send: (text) => real?.send(text) ?? notYet,
    makeCode: () => real?.makeCode(),
    verify: (same) => real?.verify(same),
    get room() {
      return real?.room ?? null;
    },
    rooms: lateRooms(() => real),
    line: async () => real?.line() ?? null,
    configure(next) {
      settings = next;
      real?.configure(next);
    },
    async dispose() {
      disposed = true;
      listeners.clear();
      await real?.dispose();
    },
  };
}

/** The list of rooms is empty until the session is there. */
function lateRooms(real: () => Session | null): RoomsVerbs {
  return {
    getRooms: () => real()?.rooms.getRooms() ?? noRooms,
    openRoom: (id) => real()?.rooms.openRoom(id),
    goHome: () => real()?.rooms.goHome(),
    forgetRoom: (id) => real()?.rooms.forgetRoom(id),
  };
}

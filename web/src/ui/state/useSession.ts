import { createContext, use, useMemo, useSyncExternalStore } from 'react';
import type { Session, SessionState } from '../../session/model';
import type { RoomCard } from '../../session/room-model';
import { calmed } from './calmed';

/** The session that the screens draw and talk to. */
export const SessionContext = createContext<Session | null>(null);

/** The session; its verbs may be called at any time. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('ui: SessionContext is not set');
  return session;
}

/** The session's present state; draws again when it changes, at most 30 times a second. */
export function useSessionState(): SessionState {
  return useCalmly((session) => session.getState());
}

/** The rooms that this device knows, the latest first. */
export function useRooms(): readonly RoomCard[] {
  return useCalmly((session) => session.rooms.getRooms());
}

function useCalmly<T>(read: (session: Session) => T): T {
  const session = useSession();
  const subscribe = useMemo(() => calmed((listener) => session.subscribe(listener)), [session]);
  return useSyncExternalStore(subscribe, () => read(session));
}

/**
 * Links, rooms and members in Firestore, written exactly as SPEC section 3 says. How to reach a link is the
 * same for a pair room and a link of a mesh room: a {@link LinkRef} says which.
 */
import type { Access } from './access';
import { createLinkStore, type LinkStore } from './link-store';
import { createRoomStore, type RoomStore } from './room-store';

/**
 * The store, as the session uses it. Every write settles when the server has taken it: within 10 seconds, or
 * it fails as `store_unavailable` (it may still be taken later). What the rules deny fails as `Refused`.
 */
export type Store = LinkStore & RoomStore & {
  /**
   * Opens the way to the store before it is needed: connection, TLS, CORS. It commits nothing, costs nothing, and
   * tells nobody when it fails.
   */
  warm(): void;
};

/** @param access - the database. */
export function createStore(access: Access): Store {
  const warm = () => {
    access.commit(() => undefined).catch(() => undefined);
  };
  return { ...createLinkStore(access), ...createRoomStore(access), warm };
}

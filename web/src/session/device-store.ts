/** What a device keeps for itself (SPEC H1, H9), and a place for it that lasts as long as the page. */
import type { IdentityKey, RoomId } from '../protocol/ids';
import type { KeptKey } from '../protocol/signing';
import type { EpochMs } from './model';

/** Who was in a room last. `verifiedAt`: null unless the person has compared. */
export type RoomPin = {
  readonly identity: IdentityKey;
  readonly verifiedAt: EpochMs | null;
  readonly metAt: EpochMs;
};

/** So many rooms, and so many verified identities, are kept; the oldest go. */
export const mostKept = 1000;

/** The one of a browser is shared by its tabs. Nothing rejects: what cannot be kept is forgotten. */
export type DeviceStore = {
  /** The device's own key; null if there is none, or none that can be read. */
  key(): Promise<KeptKey | null>;
  /** Keeps `fresh` unless another tab was faster. `instead`: the key that is of no use. @returns what is kept now. */
  keepKey(fresh: KeptKey, instead: IdentityKey | null): Promise<KeptKey>;
  roomOf(room: RoomId): Promise<RoomPin | null>;
  keepRoom(room: RoomId, pin: RoomPin): Promise<void>;
  /** When that identity was verified; null if it was not. */
  verifiedAt(identity: IdentityKey): Promise<EpochMs | null>;
  /** @param at - null forgets it. */
  keepVerified(identity: IdentityKey, at: EpochMs | null): Promise<void>;
};

/** For a page that has no database: gone with it. */
export function pageStore(): DeviceStore {
  const rooms = new Map<RoomId, RoomPin>();
  const verified = new Map<IdentityKey, EpochMs>();
  let own: KeptKey | null = null;
  return {
    key: async () => own,
    async keepKey(fresh, instead) {
      if (own === null || own.identity === instead) own = fresh;
      return own;
    },
    roomOf: async (room) => rooms.get(room) ?? null,
    keepRoom: async (room, pin) => keepNewest(rooms, room, pin),
    verifiedAt: async (identity) => verified.get(identity) ?? null,
    async keepVerified(identity, at) {
      if (at === null) verified.delete(identity);
      else keepNewest(verified, identity, at);
    },
  };
}

/** A map keeps the order in which its entries were made. */
function keepNewest<Name, Value>(map: Map<Name, Value>, name: Name, value: Value): void {
  map.delete(name);
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > mostKept && oldest !== undefined) map.delete(oldest);
}

/** What a device keeps of itself and of others (SPEC H1, H9), and a place for it that lasts as long as the page. */
import type { IdentityKey } from '../protocol/ids';
import type { KeptKey } from '../protocol/signing';
import type { EpochMs } from './model';

/** So many verified identities are kept; the oldest go. */
export const mostKept = 1000;

/** The one of a browser is shared by its tabs. Nothing rejects: what cannot be kept is forgotten. */
export type DeviceStore = {
  /** The device's own key; null if there is none, or none that can be read. */
  key(): Promise<KeptKey | null>;
  /** Keeps `fresh` unless another tab was faster. `instead`: the key that is of no use. @returns what is kept now. */
  keepKey(fresh: KeptKey, instead: IdentityKey | null): Promise<KeptKey>;
  /** When that identity was verified; null if it was not. */
  verifiedAt(identity: IdentityKey): Promise<EpochMs | null>;
  /** @param at - null forgets it. */
  keepVerified(identity: IdentityKey, at: EpochMs | null): Promise<void>;
};

/** For a page that has no database: gone with it. */
export function pageStore(): DeviceStore {
  const verified = new Map<IdentityKey, EpochMs>();
  let own: KeptKey | null = null;
  return {
    key: async () => own,
    async keepKey(fresh, instead) {
      if (own === null || own.identity === instead) own = fresh;
      return own;
    },
    verifiedAt: async (identity) => verified.get(identity) ?? null,
    async keepVerified(identity, at) {
      verified.delete(identity);
      if (at === null) return;
      // A map keeps the order in which its entries were made.
      verified.set(identity, at);
      const [oldest] = verified.keys();
      if (verified.size > mostKept && oldest !== undefined) verified.delete(oldest);
    },
  };
}

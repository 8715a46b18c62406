/** Who is here, as presences say, and the presences themselves as long as others may ask for them. */
import type { Bytes } from '../../protocol/base64url';
import type { GossipId, IdentityKey, Key } from '../../protocol/ids';
import type { Presence } from '../../protocol/presence';
import { rememberMs } from '../overlay/limits';

/** A presence as it was passed on. */
export type Passed = { readonly id: GossipId; readonly presence: Presence; readonly raw: Bytes };

export type Stays = {
  readonly here: Map<IdentityKey, Presence>;
  /** How many of them have a key. */
  readonly keys: Map<Key, number>;
  /** In the order in which they came, as maps keep it. */
  readonly passed: Map<GossipId, Passed & { readonly at: number }>;
};

/** Bounds what is remembered of presences: more than a room says in the time for which they are asked for. */
const maxPassed = 16_384;

export function newStays(): Stays {
  return { here: new Map(), keys: new Map(), passed: new Map() };
}

export function setStay(stays: Stays, presence: Presence): void {
  removeStay(stays, presence.member);
  stays.here.set(presence.member, presence);
  stays.keys.set(presence.key, (stays.keys.get(presence.key) ?? 0) + 1);
}

export function removeStay(stays: Stays, peer: IdentityKey): void {
  const presence = stays.here.get(peer);
  if (presence === undefined) return;
  stays.here.delete(peer);
  const others = (stays.keys.get(presence.key) ?? 1) - 1;
  if (others > 0) stays.keys.set(presence.key, others);
  else stays.keys.delete(presence.key);
}

export function keepPassed({ passed }: Stays, { id, presence, raw }: Passed, now: number): void {
  if (passed.has(id)) return;
  passed.set(id, { id, presence, raw, at: now });
  if (passed.size <= maxPassed) return;
  for (const oldest of passed.keys()) {
    passed.delete(oldest);
    return;
  }
}

export function forgetPassed({ passed }: Stays, now: number): void {
  for (const [id, { at }] of passed) {
    if (now - at < rememberMs) return;
    passed.delete(id);
  }
}

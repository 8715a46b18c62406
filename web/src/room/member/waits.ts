/** What came before what it needs. It waits for a while, and there is a bound to how much. */
import type { EventId, IdentityKey } from '../../protocol/ids';
import type { Action as OverlayAction } from '../overlay/action';
import type { Passed } from './stays';

export type Introduced = Extract<OverlayAction, { readonly do: 'introduced' }>;

/** A presence, who brought it, and in how many hops. */
export type HeldPresence = {
  readonly passed: Passed;
  readonly from: IdentityKey;
  readonly hops: number;
  readonly at: number;
};

export type Waits = {
  /** For the admission of their member. */
  readonly presences: Map<IdentityKey, HeldPresence>;
  /** What was gossiped and waits for its parents: by whom, and in how many hops. */
  readonly events: Map<EventId, { readonly from: IdentityKey; readonly hops: number; readonly at: number }>;
  /** For the presence of the one to be called: it has the key. */
  readonly calls: Map<IdentityKey, { readonly at: number }>;
  /** The same of who calls. */
  readonly offers: Map<IdentityKey, { readonly offer: Introduced; readonly at: number }>;
};

const waitMs = 10_000;
const most = 256;

export function newWaits(): Waits {
  return { presences: new Map(), events: new Map(), calls: new Map(), offers: new Map() };
}

/** Keeps something, unless there is too much. @returns whether it did. */
export function hold<K, V>(held: Map<K, V>, key: K, value: V): boolean {
  if (!held.has(key) && held.size >= most) return false;
  held.set(key, value);
  return true;
}

/** Keeps the last presence of somebody. */
export function holdPresence({ presences }: Waits, held: HeldPresence): void {
  const { member, counter } = held.passed.presence;
  const old = presences.get(member);
  if (old === undefined || old.passed.presence.counter < counter) hold(presences, member, held);
}

export function forgetWaits({ presences, events, calls, offers }: Waits, now: number): void {
  for (const held of [presences, events, calls, offers] as Map<unknown, { readonly at: number }>[]) {
    for (const [key, { at }] of held) if (now - at >= waitMs) held.delete(key);
  }
}

/** The ids of what was heard. */
import type { GossipId } from '../../protocol/ids';
import type { Item, Peer } from './action';
import { maxHeard, rememberMs } from './limits';

/** An item that was heard. */
export type Entry = {
  readonly at: number;
  /** 0: of this member. */
  readonly hops: number;
  readonly author: Peer;
  readonly isPresence: boolean;
};

/** In the order in which they were heard, as maps keep it. */
export type Memory = Map<GossipId, Entry>;

/** Takes note of an item. @returns whether it is new. */
export function hear(memory: Memory, item: Item, hops: number, now: number): boolean {
  if (memory.has(item.id)) return false;
  memory.set(item.id, { at: now, hops, author: item.author, isPresence: item.presence !== null });
  if (memory.size > maxHeard) {
    for (const oldest of memory.keys()) {
      memory.delete(oldest);
      break;
    }
  }
  return true;
}

/** Ends what was heard too long ago. */
export function forgetHeard(memory: Memory, now: number): void {
  for (const [id, { at }] of memory) {
    if (now - at < rememberMs) return;
    memory.delete(id);
  }
}

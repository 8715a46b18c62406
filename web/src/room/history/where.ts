/** Finding events by who said them, and where in their chains. */
import type { ChainEnd } from '../../protocol/event-member';
import type { ChainId, EventId, IdentityKey } from '../../protocol/ids';
import { compareNodes, type Node } from './node';
import type { State } from './state';

/** The removals that count, in the order that all share. */
export function removalsOf(state: State): EventId[] {
  const all = [...state.authors.values()].flatMap(({ removals }) => removals);
  return all.toSorted(compareNodes).map(({ event }) => event.id);
}

/** What somebody said last by E6; null if that is nothing. */
export function lastOf(state: State, author: IdentityKey): EventId | null {
  let last: Node | null = null;
  for (const { tips } of state.authors.get(author)?.chains.values() ?? []) {
    for (const tip of tips) if (last === null || compareNodes(last, tip) < 0) last = tip;
  }
  return last?.event.id ?? null;
}

/** The event with a number in a chain; null if it is not here. */
export function atPlace(state: State, author: IdentityKey, { chain, n }: ChainEnd): EventId | null {
  return state.authors.get(author)?.chains.get(chain)?.line[n - 1]?.event.id ?? null;
}

/** How many events of a chain are not after an event in the order that all share. */
export function upto(state: State, author: IdentityKey, chain: ChainId, id: EventId): number {
  const line = state.authors.get(author)?.chains.get(chain)?.line ?? [];
  const until = state.nodes.get(id);
  if (until === undefined) return 0;
  let [from, to] = [0, line.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compareNodes(line[middle] as Node, until) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

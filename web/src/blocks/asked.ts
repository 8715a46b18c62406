/** What neighbours are asked for, and what of that is taken back. */
import type { BlockSet } from './set';
import { send, type Ask, type Neighbour, type State } from './state';

/** Asks a neighbour for a block. */
export function ask(s: State, n: Neighbour, set: BlockSet, index: number): void {
  const request = n.next;
  n.next = (request + 1) >>> 0; // 32 bits
  n.asks.push({ request, set, index, at: s.now, late: false, block: null, filled: 0 });
  s.asked++;
  set.take(index);
  send(s, n, { t: 'want', request, block: set.plan.at(index) });
}

/** Forgets what was asked for. */
export function unask(s: State, n: Neighbour, a: Ask): void {
  n.asks = n.asks.filter((other) => other !== a);
  if (n.current === a) n.current = null;
  if (!a.late) {
    s.asked--;
    a.set.release(a.index);
    return;
  }
  const claim = n.claims.get(a.set.id);
  if (claim !== undefined && !claim.refused.includes(a.index)) claim.barred.remove(a.index);
}

/** Takes back what was asked for, of all that these are. */
export function cancel(s: State, n: Neighbour, these: (a: Ask) => boolean): void {
  for (const a of n.asks.filter(these)) {
    unask(s, n, a);
    n.cancels.push(a.request);
    n.cancelled++;
    s.asks = true;
  }
}

/** Takes back what was asked for of a set. */
export function cancelSet(s: State, n: Neighbour, set: BlockSet): void {
  cancel(s, n, (a) => a.set === set);
}

/** Where an author's next event goes (SPEC E5, E12). */
import type { EventDraft } from '../../protocol/event';
import type { ChainEnd } from '../../protocol/event-member';
import type { ChainId, EventId, IdentityKey } from '../../protocol/ids';
import { maxEventSeen } from '../../protocol/limits';
import { currentAdmission, isLasting } from './members';
import { compareNodes, type Node } from './node';
import { isFounder, type State } from './state';

/** All of an event but what it says and when. */
export type Place = Omit<EventDraft, 'kind' | 'time'>;

/** Behind the end of a chain; null unless it is here, and its author may still write in it. */
export function placeInChain(state: State, author: IdentityKey, { chain, n }: ChainEnd): Place | null {
  const known = state.authors.get(author);
  const there = known?.chains.get(chain);
  const [tip, ...others] = there?.tips ?? [];
  if (known === undefined || tip === undefined || others.length > 0 || tip.event.n !== n) return null;
  if (tip.admission !== null && !isLasting(known, tip.admission)) return null;
  const seen = frontier(state, (one) => one.chain !== there);
  return placed(chain, n + 1, tip.event.id, seen, [tip, ...seen]);
}

/** At the beginning of another chain; null if nothing is known here by which the author may say something. */
export function placeOfNewChain(state: State, author: IdentityKey, chain: ChainId): Place | null {
  const letIn = isFounder(state, author) ? state.root : currentAdmission(state.authors.get(author));
  if (letIn === null) return null;
  const others = frontier(state, (one) => one !== letIn);
  const seen = [letIn, ...others].slice(0, maxEventSeen);
  return placed(chain, 1, null, seen, seen);
}

function placed(
  chain: ChainId, n: number, previous: EventId | null, seen: readonly Node[], parents: readonly Node[],
): Place {
  const lamport = parents.reduce((greatest, one) => Math.max(greatest, one.event.lamport), 0) + 1;
  return { chain, n, lamport, previous, seen: seen.map(({ event }) => event.id) };
}

/**
 * What a new event names as seen, at most 8: of what nobody has named yet the last of each author; what says who may do
 * what comes first, what says nothing last, and the latest before the others.
 */
function frontier(state: State, fits: (node: Node) => boolean): Node[] {
  const last = new Map<IdentityKey, Node>();
  for (const node of state.heads) {
    const other = last.get(node.event.author);
    if (fits(node) && (other === undefined || compareNodes(other, node) < 0)) last.set(node.event.author, node);
  }
  return [...last.values()].toSorted((a, b) => weight(b) - weight(a) || compareNodes(b, a)).slice(0, maxEventSeen);
}

function weight({ silent, rule }: Node): number {
  if (silent) return 0;
  return rule !== null && rule.is !== 'admits' ? 2 : 1;
}

/** All that a history knows. */
import { isStub } from '../../protocol/event';
import type { ChainId, EventId, IdentityKey } from '../../protocol/ids';
import type { Endings } from './endings';
import type { Refusals } from './faults';
import type { Author, Chain, Node, Setting } from './node';
import type { Waiting } from './waiting';

export type State = {
  readonly root: Node;
  readonly nodes: Map<EventId, Node>;
  /** Taken, and not yet a parent. */
  readonly heads: Set<Node>;
  readonly authors: Map<IdentityKey, Author>;
  /** Their bodies did not come, and were not forgotten on purpose. */
  readonly bodiless: Set<Node>;
  readonly waiting: Waiting;
  readonly refused: Refusals;
  readonly endings: Endings;
  /** By admission: what came before it, as bits by index. */
  readonly ancestries: Map<Node, Uint32Array>;
  /** Whose bodies were forgotten, until somebody asks. */
  dropped: EventId[];
  /** The last settings of all. */
  setting: Setting;
};

export function authorOf(authors: Map<IdentityKey, Author>, id: IdentityKey): Author {
  const there = authors.get(id);
  if (there !== undefined) return there;
  const author: Author = { id, chains: new Map(), admissions: [], removals: [], faults: [] };
  authors.set(id, author);
  return author;
}

export function chainOf(author: Author, id: ChainId): Chain {
  const there = author.chains.get(id);
  if (there !== undefined) return there;
  const chain: Chain = { author, id, line: [], forks: [], tips: [], told: null };
  author.chains.set(id, chain);
  return chain;
}

export function isFounder(state: State, id: IdentityKey): boolean {
  return id === state.root.event.author;
}

/** Whether somebody was ever let in. */
export function isKnown(state: State, id: IdentityKey): boolean {
  return isFounder(state, id) || (state.authors.get(id)?.admissions.length ?? 0) > 0;
}

/** Whether an event's body is not here. */
export function isBodiless({ event }: Node): boolean {
  return isStub(event);
}

/** The time to show: the author's, or that of the arrival if that is earlier (E6). */
export function shownTime({ event, arrived }: Node): number {
  return Math.min(event.time, arrived);
}

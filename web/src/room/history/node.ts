/** Events that are taken, in their chains, with what their ancestors have decided (SPEC section 13). */
import { compareBase64url } from '../../protocol/base64url';
import type { Event } from '../../protocol/event';
import type { RoomSettings } from '../../protocol/event-body';
import type { Admission } from '../../protocol/event-member';
import type { ChainId, EventId, IdentityKey } from '../../protocol/ids';
import type { ChainSummary } from '../../protocol/room-frame';
import type { Fault } from './faults';

/** All but the body, `silent` and `forgotten` stays as it is once the event is taken. */
export type Node = {
  /** With or without its body. */
  event: Event;
  readonly arrived: number;
  /** `previous` first, if there is one. */
  readonly parents: readonly Node[];
  /** The how manieth that was taken. */
  readonly index: number;
  readonly chain: Chain;
  /** What the chain began with; null in the founder's chains. */
  readonly admission: Node | null;
  /** The last settings among the ancestors; the root's are its own (E8). */
  readonly inForce: Setting;
  /** The removals among the ancestors. */
  readonly removed: Removals;
  /** What an admission, a removal or settings say; null if they say nothing. */
  readonly rule: Rule | null;
  /** E10 */
  silent: boolean;
  /** The body was here, or could be, and is not wanted any more. */
  forgotten: boolean;
};

/** Settings, and the event that says so. */
export type Setting = Placed & { readonly settings: RoomSettings };

/** Shared by all events that have the same ones, as far as that is cheap to see. */
export type Removals = ReadonlySet<Node>;

/** What an event says about who may do what. */
export type Rule =
  | { readonly is: 'admits'; readonly admission: Admission }
  /** `ends`: `last` by chain; `after`: what a child has for its removals. */
  | {
      readonly is: 'removes';
      readonly member: IdentityKey;
      readonly ends: ReadonlyMap<ChainId, number>;
      readonly after: Set<Node>;
    }
  | { readonly is: 'sets'; readonly setting: Setting };

/** What one author said in one chain. Where it is forked it is a tree. */
export type Chain = {
  readonly author: Author;
  readonly id: ChainId;
  /** One event for each `n`. */
  readonly line: Node[];
  /** The others, with an `n` that was there. */
  readonly forks: Node[];
  /** Those that no other one names as previous. */
  readonly tips: Node[];
  /** The summary of them; null if they have changed since. */
  told: ChainSummary | null;
};

/** What is known of one member, or of somebody who once was one. */
export type Author = {
  readonly id: IdentityKey;
  readonly chains: Map<ChainId, Chain>;
  /** Those that counted when they were made. */
  readonly admissions: Node[];
  readonly removals: Node[];
  readonly faults: Fault[];
};

/** As much of an event as its place in the order needs. */
export type Placed = { readonly id: EventId; readonly lamport: number };

/** E6: less than 0 if `a` comes first. */
export function compareEvents(a: Placed, b: Placed): number {
  return a.lamport - b.lamport || compareBase64url(a.id, b.id);
}

/** E6 */
export function compareNodes(a: Node, b: Node): number {
  return compareEvents(a.event, b.event);
}

/** Whether two are of one author and one chain. */
export function isSameChain(a: Event, b: Event): boolean {
  return a.chain === b.chain && a.author === b.author;
}

/** The member that an event lets in; null if it lets in nobody. */
export function admitted({ rule }: Node): IdentityKey | null {
  return rule?.is === 'admits' ? rule.admission.member : null;
}

/** The settings in force for a child. */
export function settingAfter({ rule, inForce }: Node): Setting {
  return rule?.is === 'sets' ? rule.setting : inForce;
}

/** The removals that a child has among its ancestors. */
export function removedAfter({ rule, removed }: Node): Removals {
  return rule?.is === 'removes' ? rule.after : removed;
}

/** Gives one of the two where it holds the other. */
export function unionOf(a: Removals, b: Removals): Removals {
  if (a === b) return a;
  const missing = [...b].filter((one) => !a.has(one));
  if (missing.length === 0) return a;
  return missing.length + a.size === b.size ? b : new Set([...a, ...missing]);
}

/** Puts an event at its place in its chain. */
export function putInChain(chain: Chain, node: Node): void {
  chain.told = null;
  // Its predecessors are here.
  (node.event.n > chain.line.length ? chain.line : chain.forks).push(node);
  const previous = node.event.n > 1 ? chain.tips.indexOf(node.parents[0] as Node) : -1;
  if (previous === -1) chain.tips.push(node);
  else chain.tips[previous] = node;
}

/** All events of a chain, in no order where it is forked. */
export function* eventsOf({ line, forks }: Chain): Generator<Node> {
  yield* line;
  yield* forks;
}

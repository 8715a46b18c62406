/**
 * What was said in one room: a set of signed events that everybody who has the same events orders and judges alike (SPEC
 * section 13, ADR 0022). The same as Go's `room/history`, whose package doc has a picture; both read `history.json`.
 *
 * Pure: no I/O, no clock of its own. Events come from anybody, and may be signed by members who mean harm; their
 * signatures hold already, see `parseEvent`. What waits and what is remembered of refusals is bounded.
 */
import { bodyOf, isRuling, isStub, parentsOf, type Event, type FaultError } from '../../protocol/event';
import { parseRoomSettings, type RoomSettings } from '../../protocol/event-body';
import type { ChainEnd } from '../../protocol/event-member';
import type { ChainId, Digest, EventId, IdentityKey } from '../../protocol/ids';
import { ParseError } from '../../protocol/parse-error';
import type { ChainSummary } from '../../protocol/room-frame';
import { faultOf, type Fault } from './faults';
import { expire, fill, forget, recall } from './forget';
import { chainEndsOf, isMember, isRemoved, membersOf, type Member } from './members';
import { compareNodes, type Author, type Node, type Setting } from './node';
import { placeInChain, placeOfNewChain, type Place } from './place';
import { digestOf, lackingOf, summaryOf } from './repair';
import { bodilessFor, give } from './share';
import { authorOf, chainOf, isKnown, shownTime, type State } from './state';
import { blame, keep, settleAll, type Outcome } from './take';
import { newWaiting, putWaiting, unknownOf } from './waiting';
import { atPlace, lastOf, removalsOf, upto } from './where';

/** What came of adding an event. */
export type Change = {
  /** New in the set, parents before children. */
  readonly taken: readonly EventId[];
  /** Taken, now or before, and saying nothing, because of a removal (E10). */
  readonly silenced: readonly EventId[];
  /** Events whose bodies came, that were stubs. */
  readonly bodies: readonly EventId[];
  /** The parents to ask for, of the event that was added. */
  readonly missing: readonly EventId[];
  /** Of other events than the one added: of forks, and of events that waited. */
  readonly faults: readonly Fault[];
  /**
   * Null unless the event is refused: a FaultError for good, with who is at fault; a ParseError if it came without what
   * it needs, and may come again with it.
   */
  readonly refused: FaultError | ParseError | null;
};

const unchanged: Change = { taken: [], silenced: [], bodies: [], missing: [], faults: [], refused: null };

/** The set of events of one room. Times are milliseconds since 1970. */
export class History {
  readonly #state: State;

  /**
   * @param first - a room's first event.
   * @throws ParseError (E3, E8) if its body is not there, or not a room's.
   */
  constructor(first: Event, now: number) {
    this.#state = newState(first, now);
  }

  /** The id of the first event. */
  get root(): EventId {
    return this.#state.root.event.id;
  }

  /** Who began the room. */
  get founder(): IdentityKey {
    return this.#state.root.event.author;
  }

  /** How many events are taken. */
  get size(): number {
    return this.#state.nodes.size;
  }

  /**
   * Takes an event that `parseEvent` has read in this room, or keeps it until its parents are there. What is there
   * already changes nothing, unless it brings the body of a stub.
   */
  add(event: Event, now: number): Change {
    const state = this.#state;
    const { id, kind } = event;
    const there = state.nodes.get(id);
    if (there !== undefined) return fill(state, there, event) ? { ...unchanged, bodies: [id] } : unchanged;
    const refused = state.refused.get(id);
    if (refused !== undefined) return { ...unchanged, refused };
    if (isRuling(kind) && isStub(event)) {
      const lacking = new ParseError('E3', 'body', 'missing where it says who may do what');
      return { ...unchanged, refused: lacking };
    }
    const arrival = { event, arrived: now, parents: parentsOf(event) };
    const missing = arrival.parents.filter((one) => !state.nodes.has(one));
    if (missing.length > 0 && !arrival.parents.some((one) => state.refused.has(one))) {
      putWaiting(state.waiting, arrival, missing, (author) => isKnown(state, author));
      return { ...unchanged, missing: unknownOf(state.waiting, missing) };
    }
    const outcome: Outcome = { taken: [], silenced: [], faults: [] };
    const refusal = settleAll(state, arrival, outcome);
    return { ...unchanged, ...outcome, refused: refusal };
  }

  /** Whether an event is taken. */
  has(id: EventId): boolean {
    return this.#state.nodes.has(id);
  }

  /** An event that is taken, without its body if that is not there; null if it is not taken. */
  event(id: EventId): Event | null {
    return this.#state.nodes.get(id)?.event ?? null;
  }

  /** All that are taken, in the order that all share (E6): for whoever has to begin anew. It takes time with their number. */
  events(): EventId[] {
    return [...this.#state.nodes.values()].toSorted(compareNodes).map(({ event }) => event.id);
  }

  /** E6: less than 0 if `a` comes before `b`. @throws RangeError unless both are taken. */
  compare(a: EventId, b: EventId): number {
    return compareNodes(this.#node(a), this.#node(b));
  }

  /**
   * Whether an event counts: it is taken, no removal has made it silent, and, if it is an admission, a removal or
   * settings, its author was entitled to it. What texts and the like mean is for `room/timeline`.
   */
  says(id: EventId): boolean {
    const node = this.#state.nodes.get(id);
    return node !== undefined && !node.silent && (!isRuling(node.event.kind) || node.rule !== null);
  }

  /** The time to show: the author's, or that of the arrival if that is earlier (E6). @throws RangeError unless it is taken. */
  shown(id: EventId): number {
    return shownTime(this.#node(id));
  }

  /** When an event came here: to be kept with it. @throws RangeError unless it is taken. */
  arrived(id: EventId): number {
    return this.#node(id).arrived;
  }

  /** All the ids to ask for, in order: parents of what waits, that do not wait themselves. */
  missing(): EventId[] {
    return unknownOf(this.#state.waiting, this.#state.waiting.children.keys());
  }

  /** Whether an event is here, and waits for its parents. */
  waits(id: EventId): boolean {
    return this.#state.waiting.all.has(id);
  }

  /** How many events wait for their parents. */
  get waiting(): number {
    return this.#state.waiting.all.size;
  }

  /** What is here, for somebody else to compare, see {@link lacking}. In the order of author and chain. */
  summary(): ChainSummary[] {
    return summaryOf(this.#state);
  }

  /** The same for two who have the same events, and, as far as anybody knows, for no others (R5). */
  digest(): Digest {
    return digestOf(this.#state);
  }

  /**
   * What somebody with this summary lacks of what is here, parents before children. Two who compare, add what they get,
   * and do so again until their digests are the same, get there, also with forks: then some may be sent that was there.
   */
  lacking(theirs: readonly ChainSummary[]): EventId[] {
    return lackingOf(this.#state, theirs);
  }

  /**
   * An event as a member may have it: without its body if it was said before they came and the room hides that (E13).
   * What waits is given as a stub: whoever asks may have what it waits for. Null if it is not here.
   */
  give(id: EventId, to: IdentityKey): Event | null {
    return give(this.#state, id, to);
  }

  /**
   * The events, the latest first and at most `limit`, whose bodies a member lacks here and may have: to be asked for.
   * Nobody may have them any more, so they should not be asked for again and again.
   */
  bodiless(member: IdentityKey, limit: number): EventId[] {
    return bodilessFor(this.#state, member, limit);
  }

  /**
   * Drops the body of an event for good, and tells whether it was there: it was deleted (E11), or the person wants no
   * more of it (E13). What says who may do what is never forgotten.
   */
  forget(id: EventId): boolean {
    const node = this.#state.nodes.get(id);
    return node !== undefined && forget(this.#state, node);
  }

  /** The events whose bodies were dropped since this was asked last. */
  forgotten(): EventId[] {
    const ids = this.#state.dropped;
    this.#state.dropped = [];
    return ids;
  }

  /** Takes {@link forget} back: the body is wanted again, from whoever has it. */
  recall(id: EventId): void {
    const node = this.#state.nodes.get(id);
    if (node !== undefined) recall(this.#state, node);
  }

  /** Forgets the bodies whose time is over at `now`, and tells which these are (E13). */
  expire(now: number): EventId[] {
    return expire(this.#state, now);
  }

  /** All who were ever let in, in the order of their last admission that counts, the founder first. */
  members(): Member[] {
    return membersOf(this.#state);
  }

  /** Whether somebody is in the room, as far as is known here. */
  isMember(id: IdentityKey): boolean {
    return isMember(this.#state, id);
  }

  /** Whether somebody was removed, and not let in again since. */
  isRemoved(id: IdentityKey): boolean {
    return isRemoved(this.#state, id);
  }

  /** The removals that count, in the order that all share. */
  removals(): EventId[] {
    return removalsOf(this.#state);
  }

  /** What somebody said last by E6; null if that is nothing. */
  last(author: IdentityKey): EventId | null {
    return lastOf(this.#state, author);
  }

  /** The event with a number in a chain; null if it is not here. Where the chain is forked, the one that came first. */
  at(author: IdentityKey, end: ChainEnd): EventId | null {
    return atPlace(this.#state, author, end);
  }

  /** How many events of a chain are not after an event in the order that all share. */
  upto(author: IdentityKey, chain: ChainId, id: EventId): number {
    return upto(this.#state, author, chain, id);
  }

  /** The last settings of all, and the event that set them. */
  settings(): { readonly settings: RoomSettings; readonly by: EventId } {
    const { settings, id } = this.#state.setting;
    return { settings, by: id };
  }

  /** Where the chains of a member end here, for the founder to write a removal: nothing else of them counts. */
  chainEnds(member: IdentityKey): readonly ChainEnd[] {
    return chainEndsOf(this.#state, member);
  }

  /** What a member has signed against the rules, in the order in which it was met, at most 8. */
  faults(member: IdentityKey): readonly Fault[] {
    return [...(this.#state.authors.get(member)?.faults ?? [])];
  }

  /** Remembers a fault that `parseEvent` has found. */
  blame(found: FaultError): void {
    blame(this.#state, faultOf(found));
  }

  /**
   * Where the next event of an author goes, behind all that is known here: in the chain that they keep, or in `fresh` if
   * its end is not here, or counts no more. Null if nothing is known by which they may say something (E5).
   */
  place(author: IdentityKey, kept: ChainEnd | null, fresh: () => ChainId): Place | null {
    const place = kept === null ? null : placeInChain(this.#state, author, kept);
    return place ?? placeOfNewChain(this.#state, author, fresh());
  }

  #node(id: EventId): Node {
    const node = this.#state.nodes.get(id);
    if (node === undefined) throw new RangeError('an event that is not taken');
    return node;
  }
}

function newState(first: Event, now: number): State {
  const body = bodyOf(first);
  if (body === null) throw new ParseError('E3', 'body', 'missing where it says who may do what');
  const setting: Setting = { id: first.id, lamport: first.lamport, settings: parseRoomSettings(body) };
  const authors = new Map<IdentityKey, Author>();
  const root: Node = {
    event: first, arrived: now, parents: [], index: 0, chain: chainOf(authorOf(authors, first.author), first.chain),
    admission: null, inForce: setting, removed: new Set(), rule: { is: 'sets', setting }, silent: false, forgotten: false,
  };
  const state: State = {
    root, setting, authors, nodes: new Map(), heads: new Set(), bodiless: new Set(), dropped: [], waiting: newWaiting(),
    refused: new Map(), endings: [], ancestries: new Map(),
  };
  keep(state, root);
  return state;
}

/** Events whose parents are missing (SPEC E4), within bounds (E14). */
import { compareBase64url } from '../../protocol/base64url';
import { isStub, type Event } from '../../protocol/event';
import type { EventId, IdentityKey } from '../../protocol/ids';
import { compareEvents } from './node';

export const maxWaiting = 1000;
export const maxWaitingBytes = 4 * 1024 * 1024;

/** An event that has come, and is neither taken nor refused yet. */
export type Arrival = {
  event: Event;
  readonly arrived: number;
  readonly parents: readonly EventId[];
};

/** One that waits, for so many parents. */
type Waiter = Arrival & { missing: number };

export type Waiting = {
  readonly all: Map<EventId, Waiter>;
  /** Those that wait for an id. */
  readonly children: Map<EventId, Set<Waiter>>;
  readonly byAuthor: Map<IdentityKey, Set<Waiter>>;
  bytes: number;
};

export function newWaiting(): Waiting {
  return { all: new Map(), children: new Map(), byAuthor: new Map(), bytes: 0 };
}

/**
 * Keeps an event. If that is too much, the latest of the author with the most goes, of those first who were never let in.
 * @param isKnown - whether somebody was ever let in.
 */
export function putWaiting(
  waiting: Waiting,
  arrival: Arrival,
  missing: readonly EventId[],
  isKnown: (author: IdentityKey) => boolean,
): void {
  const { event } = arrival;
  const there = waiting.all.get(event.id);
  if (there !== undefined) {
    if (isStub(there.event)) replaceEvent(waiting, there, event);
    return;
  }
  const one = { ...arrival, missing: missing.length };
  waiting.all.set(event.id, one);
  for (const id of missing) put(waiting.children, id, one);
  put(waiting.byAuthor, event.author, one);
  waiting.bytes += event.bytes.length;
  while (waiting.all.size > maxWaiting || waiting.bytes > maxWaitingBytes) drop(waiting, firstToGo(waiting, isKnown));
}

/** Gives a stub its body. */
function replaceEvent(waiting: Waiting, one: Waiter, event: Event): void {
  waiting.bytes += event.bytes.length - one.event.bytes.length;
  one.event = event;
}

function firstToGo({ byAuthor }: Waiting, isKnown: (author: IdentityKey) => boolean): Waiter {
  let most: { readonly theirs: ReadonlySet<Waiter>; readonly known: boolean } | null = null;
  for (const author of [...byAuthor.keys()].toSorted(compareBase64url)) {
    const [theirs, known] = [byAuthor.get(author) as Set<Waiter>, isKnown(author)];
    const more = most === null || (most.known && !known) || (most.known === known && theirs.size > most.theirs.size);
    if (more) most = { theirs, known };
  }
  return [...(most?.theirs ?? [])].reduce((last, one) => (compareEvents(last.event, one.event) < 0 ? one : last));
}

/**
 * Gives, and no longer keeps, those that wait for nothing any more now that an id is taken; all that wait for it if it
 * was refused.
 */
export function takeWaiting(waiting: Waiting, id: EventId, refused: boolean): Arrival[] {
  const ready: Arrival[] = [];
  const children = waiting.children.get(id) ?? [];
  waiting.children.delete(id);
  for (const one of children) {
    one.missing--;
    if (one.missing > 0 && !refused) continue;
    ready.push(one);
    drop(waiting, one);
  }
  return ready;
}

function drop(waiting: Waiting, one: Waiter): void {
  for (const id of one.parents) take(waiting.children, id, one);
  take(waiting.byAuthor, one.event.author, one);
  waiting.all.delete(one.event.id);
  waiting.bytes -= one.event.bytes.length;
}

/** Those of the ids that do not wait themselves, in order. */
export function unknownOf(waiting: Waiting, ids: Iterable<EventId>): EventId[] {
  return [...ids].filter((id) => !waiting.all.has(id)).toSorted(compareBase64url);
}

function put<K>(sets: Map<K, Set<Waiter>>, key: K, one: Waiter): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([one]));
  else set.add(one);
}

function take<K>(sets: Map<K, Set<Waiter>>, key: K, one: Waiter): void {
  const set = sets.get(key);
  set?.delete(one);
  if (set?.size === 0) sets.delete(key);
}

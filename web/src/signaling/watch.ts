/**
 * Listening to Firestore with a verdict: what the server has confirmed is delivered; when it has confirmed
 * nothing for {@link silenceMs}, the store counts as gone.
 */
import { onSnapshot, type DocumentReference, type DocumentSnapshot, type Query } from 'firebase/firestore';
import type { QuerySnapshot, SnapshotMetadata } from 'firebase/firestore';
import { Failure } from '../protocol/failures';
import { ParseError } from '../protocol/parse-error';
import { storeFailure } from './failures';
import type { Access } from './access';

/**
 * Who listens. `fail` is called at most once, and nothing after it. A ParseError thrown by `next` becomes
 * `protocol_error`.
 */
export type Observer<T> = { next(value: T): void; fail(failure: Failure): void };

/** Ends a subscription. Calling it again does nothing. */
export type Unsubscribe = () => void;

/** How long a listener may be without word from the server before the store counts as unreachable. */
export const silenceMs = 12_000;

/** How long a new listener waits for its first word from the server before it asks for another connection. */
const impatientMs = 4000;

/** How long after its first word from the server a listener is opened anew, once (D12). */
export const secondLookMs = 2000;

/** What onSnapshot is, for one document or query. */
type Listen<T> = (next: (snapshot: T) => void, fail: (error: unknown) => void) => Unsubscribe;

/** Listens to one document. Absent is told only when the server has said so. */
export function watchDocument(
  access: Access,
  ref: DocumentReference,
  observer: Observer<DocumentSnapshot>,
): Unsubscribe {
  return watch(access, observer, (next, fail) => onSnapshot(ref, { includeMetadataChanges: true }, next, fail));
}

/** Listens to a query. Results that the server has not confirmed are not told. */
export function watchQuery(access: Access, query: Query, observer: Observer<QuerySnapshot>): Unsubscribe {
  return watch(access, observer, (next, fail) => onSnapshot(query, { includeMetadataChanges: true }, next, fail));
}

/**
 * Listens with a verdict, and a second look (D12).
 * @param listen - opens a listener; called again when the first one is closed.
 */
export function watch<T extends { readonly metadata: SnapshotMetadata }>(
  { timers, reconnect }: Pick<Access, 'timers' | 'reconnect'>,
  observer: Observer<T>,
  listen: Listen<T>,
): Unsubscribe {
  let over = false;
  let cancelSilence = silence();
  let cancelImpatience = timers.after(impatientMs, reconnect);
  let cancelSecondLook: (() => void) | null = null;
  let unsubscribe = open();

  function open(): Unsubscribe {
    return listen(
      (snapshot) => {
        if (over) return;
        cancelSilence();
        if (snapshot.metadata.fromCache) {
          cancelSilence = silence();
          return;
        }
        cancelImpatience();
        cancelSecondLook ??= timers.after(secondLookMs, lookAgain);
        if (!snapshot.metadata.hasPendingWrites) deliver(snapshot);
      },
      (error) => fail(storeFailure(error)),
    );
  }

  function lookAgain(): void {
    // Closed first: the SDK would serve a second listener from what the first one knows.
    unsubscribe();
    cancelSilence();
    cancelSilence = silence();
    cancelImpatience = timers.after(impatientMs, reconnect);
    unsubscribe = open();
  }

  /** What an observer cannot parse ends the subscription: the other side broke the rules. */
  function deliver(snapshot: T): void {
    try {
      observer.next(snapshot);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      fail(new Failure('protocol_error', { cause: error }));
    }
  }

  function fail(failure: Failure): void {
    if (end()) observer.fail(failure);
  }

  function silence(): () => void {
    return timers.after(silenceMs, () => fail(new Failure('store_unavailable')));
  }

  /** True the first time. */
  function end(): boolean {
    if (over) return false;
    over = true;
    cancelSilence();
    cancelImpatience();
    cancelSecondLook?.();
    unsubscribe();
    return true;
  }

  return () => void end();
}

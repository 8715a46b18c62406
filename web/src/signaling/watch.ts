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

function watch<T extends { readonly metadata: SnapshotMetadata }>(
  { timers, reconnect }: Access,
  observer: Observer<T>,
  listen: (next: (snapshot: T) => void, fail: (error: unknown) => void) => Unsubscribe,
): Unsubscribe {
  let over = false;
  let cancelSilence = silence();
  const cancelImpatience = timers.after(impatientMs, reconnect);
  const unsubscribe = listen(
    (snapshot) => {
      if (over) return;
      cancelSilence();
      if (snapshot.metadata.fromCache) cancelSilence = silence();
      else {
        cancelImpatience();
        if (!snapshot.metadata.hasPendingWrites) deliver(snapshot);
      }
    },
    (error) => fail(storeFailure(error)),
  );

  /** What an observer cannot parse ends the subscription: the other side broke the rules. */
  function deliver(snapshot: T): void {
    try {
      observer.next(snapshot);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      unsubscribe();
      fail(new Failure('protocol_error', { cause: error }));
    }
  }

  function fail(failure: Failure): void {
    if (end()) observer.fail(failure);
  }

  function silence(): () => void {
    return timers.after(silenceMs, () => {
      unsubscribe();
      fail(new Failure('store_unavailable'));
    });
  }

  /** True the first time. */
  function end(): boolean {
    if (over) return false;
    over = true;
    cancelSilence();
    cancelImpatience();
    return true;
  }

  return () => {
    if (end()) unsubscribe();
  };
}

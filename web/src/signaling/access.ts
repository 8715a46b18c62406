/** What both halves of the store need. */
import { Bytes, Timestamp, disableNetwork, enableNetwork, runTransaction, type Firestore, type Transaction } from 'firebase/firestore';
import type { Bytes as Payload } from '../protocol/base64url';
import { Failure } from '../protocol/failures';
import { ParseError } from '../protocol/parse-error';
import { storeFailure } from './failures';
import { within, type Timers } from './timers';

/** How long a commit may take. */
const writeMs = 10_000;

/** The listening connection is given up at most so often. */
const reconnectMs = 8000;
/** How often a commit is sent, should the server be out of reach or busy. */
const tries = 3;

/** The database, with writes that are one request each, and that end. */
export type Access = {
  readonly firestore: Firestore;
  readonly timers: Timers;
  /**
   * Writes what `apply` says, in one commit. The SDK's plain writes go over a stream that has to be opened first,
   * which is two round trips more before the other side hears of it; a transaction that reads nothing is a commit.
   * @throws Failure `store_unavailable` after 10 s; Refused.
   */
  commit(apply: (transaction: Transaction) => void): Promise<void>;
  /** The time `ms` milliseconds from now. */
  later(ms: number): Timestamp;
  /**
   * Gives up the listening connection for a new one, now: after a server's restart the SDK may wait for many seconds
   * before it tries. Asked for several times in a row, it does so once.
   */
  reconnect(): void;
};

/** @param timers - bound how long a commit is waited for. */
export function createAccess(firestore: Firestore, timers: Timers): Access {
  const forever = new AbortController().signal;
  // Owned by this closure: when the connection was given up last.
  let reconnectedAt = Number.NEGATIVE_INFINITY;
  return {
    firestore,
    timers,
    async commit(apply) {
      const committed = runTransaction(firestore, async (transaction) => apply(transaction), { maxAttempts: tries });
      try {
        await within(timers, writeMs, forever, () => committed, notTaken);
      } catch (error) {
        throw storeFailure(error);
      }
    },
    later: (ms) => Timestamp.fromMillis(timers.now() + ms),
    reconnect() {
      if (timers.now() - reconnectedAt < reconnectMs) return;
      reconnectedAt = timers.now();
      // A Firestore that is being ended connects no more.
      connectAnew(firestore).catch(() => undefined);
    },
  };
}

async function connectAnew(firestore: Firestore): Promise<void> {
  await disableNetwork(firestore);
  await enableNetwork(firestore);
}

function notTaken(): Failure {
  return new Failure('store_unavailable');
}

/** The document form of a payload or key. */
export function documentBytes(payload: Payload): Bytes {
  return Bytes.fromUint8Array(payload);
}

/** Parses documents one by one; those against the rules are left out (P4). */
export function acceptable<In, Out>(documents: readonly In[], parse: (one: In) => Out): Out[] {
  return documents.flatMap((one) => {
    try {
      return [parse(one)];
    } catch (error) {
      if (error instanceof ParseError) return [];
      throw error;
    }
  });
}

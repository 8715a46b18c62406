import { type DocumentData, type DocumentSnapshot, QuerySnapshot } from 'firebase/firestore';

/** One snapshot, as far as tests ask. */
export type Heard = {
  /** What is there, by id, in the snapshot's order. */
  readonly docs: ReadonlyMap<string, DocumentData>;
  /** What a query's snapshot says is different: `added a`, `modified a`, `removed a`. */
  readonly changes: readonly string[];
  readonly fromCache: boolean;
  /** Whether writes in it wait for the server. */
  readonly pending: boolean;
};

/** How long a listener may wait for what a test expects, in milliseconds. */
const PATIENCE_MS = 30_000;

/** A listener, and everything that it heard. */
export class Watch {
  readonly heard: Heard[] = [];
  /** The code of the error that ended it. */
  ended: string | undefined;
  stop: () => void = () => {};
  readonly #waiting = new Set<() => void>();

  hear(snapshot: Heard): void {
    this.heard.push(snapshot);
    this.#tell();
  }

  fail(code: string): void {
    this.ended = code;
    this.#tell();
  }

  /** Waits until the last snapshot, synchronised with the server, is as expected. */
  async until(expected: (last: Heard) => boolean): Promise<Heard> {
    const found = () => {
      const last = this.heard.at(-1);
      return last && !last.fromCache && !last.pending && expected(last) ? last : undefined;
    };
    await this.#wait(() => found() !== undefined);
    const last = found();
    if (!last) throw new Error('unreachable: it was there');
    return last;
  }

  /** Waits for any snapshot, from the cache too. */
  async untilHeard(expected: (heard: Heard) => boolean): Promise<void> {
    await this.#wait(() => this.heard.some((heard) => expected(heard)));
  }

  /** Waits for the error that ends it. */
  async untilEnded(): Promise<string | undefined> {
    await this.#wait(() => this.ended !== undefined);
    return this.ended;
  }

  /** All changes of all snapshots, in order. */
  changes(): readonly string[] {
    return this.heard.flatMap(({ changes }) => changes);
  }

  #tell(): void {
    for (const look of this.#waiting) look();
  }

  #wait(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!done()) return;
        clearTimeout(limit);
        this.#waiting.delete(look);
        resolve();
      };
      const limit = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`not heard in ${PATIENCE_MS / 1_000} s; ended: ${this.ended}; heard: ${this.#story()}`));
      }, PATIENCE_MS);
      this.#waiting.add(look);
      look();
    });
  }

  /** The last snapshots, for an error. */
  #story(): string {
    const last = this.heard.slice(-5).map(({ docs, changes, ...rest }) => {
      const some = [...docs].slice(0, 20).map(([id, data]) => [id, JSON.stringify(data).slice(0, 100)]);
      return { size: docs.size, some, changes: changes.slice(0, 20), ...rest };
    });
    return JSON.stringify(last, undefined, 1);
  }
}

export function heardOf(snapshot: DocumentSnapshot | QuerySnapshot): Heard {
  const { fromCache, hasPendingWrites: pending } = snapshot.metadata;
  if (snapshot instanceof QuerySnapshot) {
    return {
      docs: new Map(snapshot.docs.map((found) => [found.id, found.data()])),
      changes: snapshot.docChanges().map((change) => `${change.type} ${change.doc.id}`),
      fromCache,
      pending,
    };
  }
  const data = snapshot.data();
  return { docs: new Map(data ? [[snapshot.id, data]] : []), changes: [], fromCache, pending };
}

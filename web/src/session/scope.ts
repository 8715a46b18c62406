/**
 * A span of work that can be ended at any moment: timers, listeners and connections are tied to it and go with
 * it. Whatever comes back late from an ended scope finds it ended and changes nothing.
 */
import { abortable } from '../signaling/abortable';
import type { Timers } from '../signaling/timers';

/** Why the promises of an ended scope reject. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

/** Owned by who made it. Not for concurrent use, as everything here. */
export class Scope {
  readonly #timers: Timers;
  readonly #controller = new AbortController();
  readonly #parent: Scope | null;
  /** What cleanups have started and is not done, also those of ended children. */
  readonly #settling = new Set<Promise<unknown>>();
  #cleanups: (() => void | Promise<unknown>)[] = [];

  constructor(timers: Timers, parent: Scope | null = null) {
    this.#timers = timers;
    this.#parent = parent;
  }

  /** Aborted at the end, for what takes a signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get ended(): boolean {
    return this.signal.aborted;
  }

  /** A scope that ends with this one at the latest. */
  child(): Scope {
    const child = new Scope(this.#timers, this);
    const forget = this.defer(() => void child.end());
    child.defer(forget);
    return child;
  }

  /**
   * Runs `cleanup` at the end, last in, first out; at once if that is past. What it starts may outlast the
   * scope: {@link end} tells when it is done.
   * @returns what takes the cleanup back.
   */
  defer(cleanup: () => void | Promise<unknown>): () => void {
    if (this.ended) {
      this.#run(cleanup);
      return () => undefined;
    }
    this.#cleanups.push(cleanup);
    return () => {
      this.#cleanups = this.#cleanups.filter((one) => one !== cleanup);
    };
  }

  /** Calls `run` after `ms` milliseconds unless the scope ends before; returns what cancels it. */
  after(ms: number, run: () => void): () => void {
    if (this.ended) return () => undefined;
    const cancel = this.#timers.after(ms, () => {
      forget();
      run();
    });
    const forget = this.defer(cancel);
    return () => {
      forget();
      cancel();
    };
  }

  /** Waits for `promise` while the scope lasts. @throws Ended. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return abortable(promise, this.signal);
  }

  /** Ends it. Idempotent. @returns when everything that cleanups started is done; never rejects. */
  async end(): Promise<void> {
    if (!this.ended) {
      this.#controller.abort(new Ended('the scope has ended'));
      const cleanups = this.#cleanups.toReversed();
      this.#cleanups = [];
      for (const cleanup of cleanups) this.#run(cleanup);
    }
    await Promise.allSettled(this.#settling);
  }

  #run(cleanup: () => void | Promise<unknown>): void {
    try {
      const done: unknown = cleanup();
      if (done instanceof Promise) this.#settle(done.catch(() => undefined));
    } catch (error) {
      // A bug, to be seen as one; the other cleanups run all the same.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #settle(done: Promise<unknown>): void {
    this.#settling.add(done);
    void done.finally(() => {
      this.#settling.delete(done);
    });
    if (this.#parent !== null) this.#parent.#settle(done);
  }
}

/** A promise with its ends, for events that something else brings. */
export class Awaited<T> {
  readonly promise: Promise<T>;
  #resolve: (value: T) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody may be waiting any more when it comes.
    this.promise.catch(() => undefined);
  }

  resolve(value: T): void {
    this.#resolve(value);
  }

  reject(error: unknown): void {
    this.#reject(error);
  }
}

/** Time that the test moves: nothing happens by itself, and everything that is due happens in order. */
import type { Timers } from '../../signaling/timers';

type Entry = { readonly at: number; readonly order: number; readonly run: () => void };

/** A clock. `track` ties it to work outside of it (WebCrypto), which a step then waits for. */
export class Clock implements Timers {
  #now = 1_800_000_000_000;
  #order = 0;
  #entries: Entry[] = [];
  readonly #outside = new Set<Promise<unknown>>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, order: this.#order++, run };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((one) => one !== entry);
    };
  }

  /** Timers that wait. None may, once everything is disposed of. */
  get pending(): number {
    return this.#entries.length;
  }

  /** Moves time by `ms` milliseconds. */
  async advance(ms: number): Promise<void> {
    await this.until(() => false, ms);
  }

  /** Moves time until `done`, or by `limitMs` at most; tells whether it is done. */
  async until(done: () => boolean, limitMs = 60_000): Promise<boolean> {
    const end = this.#now + limitMs;
    for (;;) {
      await this.#settle();
      if (done()) return true;
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#entries = this.#entries.filter((one) => one !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
    return done();
  }

  /** Lets a promise from outside count as work that is under way. */
  track<T>(promise: Promise<T>): Promise<T> {
    const tracked = promise.finally(() => this.#outside.delete(tracked));
    this.#outside.add(tracked);
    return tracked;
  }

  /** The same object; what its methods promise counts as work that is under way. */
  tracked<T extends object>(object: T): T {
    return new Proxy(object, {
      get: (_, name) => {
        const value: unknown = Reflect.get(object, name, object);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const result: unknown = Reflect.apply(value, object, args);
          return result instanceof Promise ? this.track(result) : result;
        };
      },
    });
  }

  #next(): Entry | undefined {
    return this.#entries.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }

  async #settle(): Promise<void> {
    do {
      await Promise.allSettled(this.#outside);
      // Promise chains of any length are done when a task runs.
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#outside.size > 0);
  }
}

/** Numbers from 0 to 1 that the seed decides (mulberry32). For test worlds only. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** When enough candidates are found for a description to be written (SPEC P5). */
import type { Timers } from './timers';

/** What candidates there will be, from what servers: those that a peer without any of them cannot do without. */
export type Kinds = ReadonlySet<'srflx' | 'relay'>;

/**
 * How long after the local description was set the store is told at the latest. What is found later costs a
 * write and a delete, and the other side reads: docs/adr/0010.
 */
const mostMs = 150;
/** The same where nothing that is found later can be told (SPEC O8). */
const mostWholeMs = 1000;
/** Candidates of one kind are found one soon after the other: those of further interfaces have so long. */
const quietMs = 20;

/** Gathering for one description. Owned by its connection. */
export class Gathering {
  /** The servers are given to the connection; rejects when they cannot be had. */
  readonly ready: Promise<void>;
  /** Settles when there is enough, or gathering has had its time. */
  readonly enough: Promise<void>;
  readonly #timers: Timers;
  readonly #whole: boolean;
  #finish = () => {};
  /** Kinds that are waited for; none where there is no relay, without which there is never enough. */
  #missing = new Set<string | null>();
  #over = false;
  #cancels: (() => void)[] = [];

  /**
   * @param given - settles when the servers are given: the kinds that they promise.
   * @param whole - what is found after there is enough is not to be told.
   */
  constructor(timers: Timers, given: Promise<Kinds>, whole = false) {
    this.#timers = timers;
    this.#whole = whole;
    this.ready = given.then((kinds) => {
      if (kinds.has('relay')) this.#missing = new Set(kinds);
    });
    // What goes wrong here counts when it is waited for.
    this.ready.catch(() => undefined);
    this.enough = new Promise((resolve) => (this.#finish = resolve));
  }

  /**
   * Nothing more will be told: gathering is complete, or a relay is among what there is, over which every path can go
   * that a candidate found later might open.
   */
  get over(): boolean {
    return this.#over;
  }

  /** The local description is set: candidates are found from now on. */
  begin(): void {
    const [ms, finish] = this.#whole ? [mostWholeMs, () => this.complete()] : [mostMs, () => this.#finish()];
    this.#cancels.push(this.#timers.after(ms, finish));
  }

  /** A candidate of this kind was found. */
  found(kind: string | null): void {
    if (!this.#missing.delete(kind) || this.#missing.size > 0) return;
    this.#cancels.push(this.#timers.after(quietMs, () => this.complete()));
  }

  /** There are no more. */
  complete(): void {
    this.#over = true;
    this.#finish();
    this.close();
  }

  close(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
  }
}

/** When somebody whose connection is unsteady or lost is looked for over a new one, and for how long (SPEC M9). */
import { reunionMs } from '../protocol/limits';
import type { Timers } from '../signaling/timers';

/** ICE has so long to find the other by itself. */
const unsteadyMs = 3000;

/** So long another connection is looked for while the one that is there holds. */
const moveMs = 60_000;

/** Begins to look for them, and gives what ends it; null: that is not possible. */
export type Begin = () => (() => void) | null;

/** Owned by one conversation. */
export class Search {
  readonly #timers: Timers;
  readonly #giveUp: () => void;
  #cancelUnsteady: () => void = () => undefined;
  #cancelGiveUp: () => void = () => undefined;
  /** Null while nobody is looked for. */
  #stop: (() => void) | null = null;

  /** @param giveUp - told when whoever was lost was looked for in vain. */
  constructor(timers: Timers, giveUp: () => void) {
    this.#timers = timers;
    this.#giveUp = giveUp;
  }

  /** ICE has lost them, and may find them again. */
  unsteady(begin: Begin): void {
    this.#cancelUnsteady();
    this.#cancelUnsteady = this.#timers.after(unsteadyMs, () => (this.#stop ??= begin()));
  }

  /** The connection that is there will end: looks for another, for a minute at most (M11). */
  move(begin: Begin): void {
    if (this.#stop !== null) return;
    this.#cancelUnsteady();
    this.#stop = begin();
    this.#cancelUnsteady = this.#timers.after(moveMs, () => this.end());
  }

  /** The connection is lost. @returns false: and there is no other way. */
  lost(begin: Begin): boolean {
    this.#cancelUnsteady();
    this.#stop ??= begin();
    if (this.#stop === null) return false;
    this.#cancelGiveUp = this.#timers.after(reunionMs, () => {
      this.end();
      this.#giveUp();
    });
    return true;
  }

  /** They are here, or nobody looks for them any more. */
  end(): void {
    this.#cancelUnsteady();
    this.#cancelGiveUp();
    this.#stop?.();
    this.#stop = null;
  }
}

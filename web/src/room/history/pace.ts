/** Holds what comes unasked to what is bearable (SPEC E14). */
import type { IdentityKey } from '../../protocol/ids';

export const maxPerSecond = 20;
export const maxAtOnce = 200;

/** How many events of each author come unasked. Times are milliseconds. */
export class Pace {
  readonly #authors = new Map<IdentityKey, { readonly spent: number; readonly at: number }>();

  /** Whether one more event of an author may be taken, and counts it. If not, it stays with who brought it. */
  take(author: IdentityKey, now: number): boolean {
    const { spent, at } = this.#authors.get(author) ?? { spent: 0, at: now };
    const left = Math.max(0, spent - (Math.max(0, now - at) / 1000) * maxPerSecond);
    const may = left <= maxAtOnce - 1;
    this.#authors.set(author, { spent: may ? left + 1 : left, at: now });
    return may;
  }

  /** Drops the authors who have been quiet long enough to begin anew: to be called now and then. */
  forget(now: number): void {
    for (const [author, { spent, at }] of this.#authors) {
      if (((now - at) / 1000) * maxPerSecond >= spent) this.#authors.delete(author);
    }
  }

  /** How many authors are remembered. */
  get size(): number {
    return this.#authors.size;
  }
}

/** How fast something goes. */

const slots = 10;
const slotMs = 500;

/** Measures bytes in a second, over the last five, or since it began to count if that is later. Times are those of its exchange. */
export class Meter {
  readonly #slots = new Float64Array(slots);
  /** The number of the latest. */
  #slot = 0;
  /** When it began to count after five seconds of nothing. */
  #begun = 0;

  add(now: number, bytes: number): void {
    this.#forward(now);
    if (this.#sum() === 0) this.#begun = now;
    const at = this.#slot % slots;
    this.#slots[at] = (this.#slots[at] as number) + bytes;
  }

  rate(now: number): number {
    this.#forward(now);
    return Math.floor((this.#sum() * 1000) / Math.min(Math.max(now - this.#begun, 2 * slotMs), slots * slotMs));
  }

  #sum(): number {
    return this.#slots.reduce((sum, bytes) => sum + bytes, 0);
  }

  #forward(now: number): void {
    const latest = Math.floor(now / slotMs);
    for (let slot = Math.max(this.#slot, latest - slots); slot < latest; slot++) this.#slots[(slot + 1) % slots] = 0;
    this.#slot = Math.max(this.#slot, latest);
  }
}

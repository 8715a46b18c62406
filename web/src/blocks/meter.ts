/** How fast something goes. */

const slots = 10;
const slotMs = 500;
const windowSeconds = (slots * slotMs) / 1000;

/** Measures bytes in a second, over the last five. Times are those of its exchange. */
export class Meter {
  readonly #slots = new Float64Array(slots);
  /** The number of the latest. */
  #slot = 0;

  add(now: number, bytes: number): void {
    this.#forward(now);
    const at = this.#slot % slots;
    this.#slots[at] = (this.#slots[at] as number) + bytes;
  }

  rate(now: number): number {
    this.#forward(now);
    return Math.floor(this.#slots.reduce((sum, bytes) => sum + bytes, 0) / windowSeconds);
  }

  #forward(now: number): void {
    const latest = Math.floor(now / slotMs);
    for (let slot = Math.max(this.#slot, latest - slots); slot < latest; slot++) this.#slots[(slot + 1) % slots] = 0;
    this.#slot = Math.max(this.#slot, latest);
  }
}

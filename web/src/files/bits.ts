/** Which of the blocks of a set there are: bit by bit from the most significant on, as a have says it (SPEC B4). */
export class Bits {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly length: number;

  /** @param bytes - what to begin with, copied; nothing if there is none. */
  constructor(length: number, bytes?: Uint8Array) {
    this.length = length;
    this.bytes = new Uint8Array(Math.ceil(length / 8));
    if (bytes !== undefined) this.bytes.set(bytes.subarray(0, this.bytes.length));
  }

  has(i: number): boolean {
    return ((this.bytes[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0;
  }

  add(i: number): void {
    this.bytes[i >> 3] = (this.bytes[i >> 3] as number) | (0x80 >> (i & 7));
  }

  remove(i: number): void {
    this.bytes[i >> 3] = (this.bytes[i >> 3] as number) & ~(0x80 >> (i & 7));
  }

  /** Those that are there, ascending. */
  *all(): Generator<number> {
    for (let i = 0; i < this.length; i++) if (this.has(i)) yield i;
  }

  /** Whether all are there. */
  get full(): boolean {
    for (let i = 0; i < this.length; i++) if (!this.has(i)) return false;
    return true;
  }
}

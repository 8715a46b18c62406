/** Sets of indexes, a bit for each. */
import { grown } from './grow';

/** How many indexes a word is about. */
export const wordBits = 32;

/** Each byte from its other end. */
const reversed = Uint8Array.from({ length: 256 }, (_, byte) => {
  let out = 0;
  for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) out |= 128 >> bit;
  return out;
});

/** The least bit of a word that is not 0. */
export function leastBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** A set of indexes, empty at first; it grows as indexes are added. */
export class Bitmap {
  #words = new Int32Array();
  #length = 0;

  /** How many words there are: even, since bounds are counted in words of 64 bits (Go has those). */
  get length(): number {
    return this.#length;
  }

  /** How many words there are if an index is added. */
  lengthWith(i: number): number {
    return Math.max(this.#length, 2 * (Math.floor(i / (2 * wordBits)) + 1));
  }

  has(i: number): boolean {
    return ((this.word(i >>> 5) >>> (i & 31)) & 1) === 1;
  }

  /** Those from 32 `w` on; none beyond the last word. */
  word(w: number): number {
    return w < this.#length ? (this.#words[w] as number) : 0;
  }

  add(i: number): void {
    this.#length = this.lengthWith(i);
    this.#words = grown(this.#words, this.#length, (length) => new Int32Array(length));
    this.#words[i >>> 5] = this.word(i >>> 5) | (1 << (i & 31));
  }

  remove(i: number): void {
    if (i >>> 5 < this.#length) this.#words[i >>> 5] = this.word(i >>> 5) & ~(1 << (i & 31));
  }

  /** Calls `take` with each index from `first` on, ascending; it may remove that one. */
  each(first: number, take: (i: number) => void): void {
    for (let w = first >>> 5; w < this.#length; w++) {
      let left = this.word(w);
      if (w === first >>> 5) left &= -1 << (first & 31);
      for (; left !== 0; left &= left - 1) take(w * wordBits + leastBit(left));
    }
  }

  /** Eight of them, from 8 `j` on, the first one the most significant: as in frames. */
  octet(j: number): number {
    return reversed[(this.word(j >>> 2) >>> ((j & 3) * 8)) & 255] as number; // there are 256
  }

  /** The first octet from `j` on that is not 0; -1 if there is none. */
  nextOctet(j: number): number {
    for (let at = j; at < 4 * this.#length; at++) {
      if (this.word(at >>> 2) === 0) at |= 3;
      else if (this.octet(at) !== 0) return at;
    }
    return -1;
  }

  /** Octets from one to before another. */
  octets(first: number, end: number): Uint8Array {
    return Uint8Array.from({ length: end - first }, (_, j) => this.octet(first + j));
  }
}

/** Calls `take` with each index that octets of a frame are about, which begin with index `first`, ascending. */
export function eachOf(octets: Uint8Array, first: number, take: (i: number) => void): void {
  octets.forEach((octet, j) => {
    for (let k = 0; k < 8; k++) if ((octet & (128 >> k)) !== 0) take(first + 8 * j + k);
  });
}

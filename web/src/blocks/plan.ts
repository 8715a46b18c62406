/** Which blocks a set has, and where those are that are here. Ten gigabytes are 40 000: their digests lie side by side. */
import { decodeBase64url, encodeBase64url } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import { grown } from './grow';

/** Bytes of a digest. */
export const digestBytes = 32;

/** The digests of a set's blocks as far as they are known, and an index of those that are here. */
export class Plan {
  #digests = new Uint8Array();
  #length = 0;
  /** Indexes and 1, by what their digests begin with, the next free place after it; 0 is free. Half of them are, or more. */
  #places = new Int32Array(16);
  #held = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds blocks after those that are known. */
  push(digests: Uint8Array): void {
    const end = this.#length * digestBytes;
    this.#digests = grown(this.#digests, end + digests.length, (length) => new Uint8Array(length));
    this.#digests.set(digests, end);
    this.#length += digests.length / digestBytes;
  }

  at(i: number): BlockId {
    return encodeBase64url(this.#digests.subarray(i * digestBytes, (i + 1) * digestBytes)) as BlockId;
  }

  /** Says that a block is here. Of several with one digest the first one stays. */
  hold(i: number): void {
    if (2 * (this.#held + 1) > this.#places.length) this.#spread();
    const place = this.#placeOf(this.#digests, i * digestBytes);
    if (this.#places[place] !== 0) return;
    this.#places[place] = i + 1;
    this.#held++;
  }

  /** Where a block is that is here, -1 if it is not. */
  held(id: BlockId): number {
    return (this.#places[this.#placeOf(decodeBase64url(id), 0)] ?? 0) - 1;
  }

  /** Where a digest is among the places, or would be. */
  #placeOf(bytes: Uint8Array, from: number): number {
    const last = this.#places.length - 1;
    let place = 0;
    for (let k = 0; k < 4; k++) place = (place << 8) | (bytes[from + k] as number);
    for (place &= last; ; place = (place + 1) & last) {
      const i = this.#places[place] as number;
      if (i === 0 || this.#isAt(i - 1, bytes, from)) return place;
    }
  }

  #isAt(i: number, bytes: Uint8Array, from: number): boolean {
    for (let k = 0; k < digestBytes; k++) if (this.#digests[i * digestBytes + k] !== bytes[from + k]) return false;
    return true;
  }

  #spread(): void {
    const before = this.#places;
    this.#places = new Int32Array(2 * before.length);
    for (const i of before) if (i !== 0) this.#places[this.#placeOf(this.#digests, (i - 1) * digestBytes)] = i;
  }
}

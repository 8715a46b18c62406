/** The blocks that a set's manifest is in, as they come, or are kept here (SPEC F3). */
import { digestBytes } from '../../../files/manifest';
import { Opening } from '../../../files/opening';
import { sealerOf } from '../../../files/seal';
import type { FileSet } from '../../../files/set';
import { decodeBase64url, encodeBase64url, type Bytes } from '../../../protocol/base64url';
import type { BlockId, FileKey } from '../../../protocol/ids';

/** Of one set. Blocks are given one after the other. */
export class Head {
  readonly #root: BlockId;
  readonly #key: FileKey;
  readonly #subtle: SubtleCrypto;
  readonly #blocks: Bytes[] = [];
  #opening: Opening | null = null;

  constructor(root: BlockId, key: FileKey, subtle: SubtleCrypto) {
    this.#root = root;
    this.#key = key;
    this.#subtle = subtle;
  }

  /** All of it is here. */
  fill(blocks: readonly Bytes[]): void {
    this.#blocks.splice(0, Infinity, ...blocks);
  }

  block(index: number): Bytes | null {
    return this.#blocks[index] ?? null;
  }

  /** How many blocks are known by name. */
  get length(): number {
    return this.#opening?.ids().length ?? 1;
  }

  /** Which of them are here, as a have says it. */
  get bits(): Uint8Array {
    const bits = new Uint8Array(Math.ceil(this.#blocks.length / 8));
    for (let i = 0; i < this.#blocks.length; i++) {
      if (this.#blocks[i] !== undefined) bits[i >> 3] = (bits[i >> 3] as number) | (0x80 >> (i & 7));
    }
    return bits;
  }

  /** The digests of those that the root names. */
  get parts(): Uint8Array {
    const ids = this.#opening?.ids().slice(1) ?? [];
    const all = new Uint8Array(ids.length * digestBytes);
    ids.forEach((id, i) => all.set(decodeBase64url(id), i * digestBytes));
    return all;
  }

  /** What is kept on the device is checked as what comes from others. */
  async isNamed(index: number, block: Bytes): Promise<boolean> {
    const named = index === 0 ? this.#root : this.#opening?.ids()[index];
    return encodeBase64url(new Uint8Array(await this.#subtle.digest('SHA-256', block))) === named;
  }

  /** Takes a block that was checked. @returns the set when all are here. @throws SealedWrong, ParseError. */
  async take(index: number, block: Bytes): Promise<FileSet | null> {
    this.#opening ??= new Opening(this.#root, await sealerOf(this.#subtle, this.#key));
    const set = await this.#opening.add(index, block);
    this.#blocks[index] = block;
    return set;
  }
}

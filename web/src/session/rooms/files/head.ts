/** The blocks that a set's manifest is in, as they come, or are kept here (SPEC F3). */
import { digestBytes } from '../../../files/manifest';
import { Opening } from '../../../files/opening';
import { sealerOf, SealedWrong } from '../../../files/seal';
import type { FileSet } from '../../../files/set';
import { decodeBase64url, encodeBase64url, type Bytes } from '../../../protocol/base64url';
import type { BlockId, FileKey } from '../../../protocol/ids';

/** So many keys are tried. */
const mostKeys = 16;

/** Of one set. Blocks are given one after the other. */
export class Head {
  readonly #root: BlockId;
  readonly #keys: FileKey[];
  readonly #subtle: SubtleCrypto;
  readonly #blocks: Bytes[] = [];
  #opening: Opening | null = null;

  constructor(root: BlockId, key: FileKey, subtle: SubtleCrypto) {
    this.#root = root;
    this.#keys = [key];
    this.#subtle = subtle;
  }

  /**
   * Somebody says the same set with this key: whose is right shows when the root is opened, so nobody spoils a file by
   * saying it again with a wrong one. False: it is known, or one too many.
   */
  also(key: FileKey): boolean {
    if (this.#keys.includes(key) || this.#keys.length === mostKeys) return false;
    this.#keys.push(key);
    return true;
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
    const set = index === 0 && this.#opening === null ? await this.#open(block) : await this.#opening?.add(index, block);
    this.#blocks[index] = block;
    return set ?? null;
  }

  async #open(block: Bytes): Promise<FileSet | null> {
    for (const key of this.#keys) {
      const opening = new Opening(this.#root, await sealerOf(this.#subtle, key));
      try {
        const set = await opening.add(0, block);
        this.#opening = opening;
        return set;
      } catch (error) {
        if (!(error instanceof SealedWrong)) throw error;
      }
    }
    throw new SealedWrong();
  }
}

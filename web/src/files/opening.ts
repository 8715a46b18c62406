/** Finds out the manifest of a set from its blocks, as they come (SPEC F3). */
import { decodeBase64url, encodeBase64url, type Bytes } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import { maxBlockBytes } from '../protocol/limits';
import { ParseError } from '../protocol/parse-error';
import { isParts, parseManifest, parseParts } from './encoding';
import { joined } from './joined';
import { digestBytes } from './manifest';
import type { Sealer } from './seal';
import { FileSet } from './set';

/** Of one set. Its blocks are given one after the other: the next when the last one is done. */
export class Opening {
  readonly #sealer: Sealer;
  #named: Uint8Array;
  /** Null where a block has not come. */
  #head: (Bytes | null)[] = [null];

  /** @param root - as the event says (F1). */
  constructor(root: BlockId, sealer: Sealer) {
    this.#sealer = sealer;
    this.#named = decodeBase64url(root);
  }

  /** The names that are known by now, by index: the root, then the others of the manifest. */
  ids(): BlockId[] {
    return this.#head.map((_, i) => encodeBase64url(this.#named.subarray(i * digestBytes, (i + 1) * digestBytes)) as BlockId);
  }

  /**
   * Takes a block of the manifest, whose digest the caller has checked, and keeps it.
   * @returns the set when the manifest is whole, else null.
   * @throws SealedWrong, ParseError: then there is no such set, whoever brings blocks.
   */
  async add(index: number, block: Bytes): Promise<FileSet | null> {
    if (this.#head[index] !== null) return null;
    this.#head[index] = block;
    if (index > 0) return this.#whole();
    const root = await this.#sealer.open('root', 0, block);
    if (!isParts(root)) return this.#set(root);
    this.#named = joined([this.#named, parseParts(root)]);
    this.#head = Array.from({ length: this.#named.length / digestBytes }, (_, i) => (i === 0 ? block : null));
    return null;
  }

  async #whole(): Promise<FileSet | null> {
    const [, ...parts] = this.#head;
    if (!parts.every((part) => part !== null)) return null;
    if (parts.slice(0, -1).some(({ length }) => length !== maxBlockBytes)) {
      throw new ParseError('F3', 'parts', 'one before the last is short');
    }
    return this.#set(joined(await Promise.all(parts.map((part, i) => this.#sealer.open('part', i, part)))));
  }

  #set(raw: Uint8Array): FileSet {
    return new FileSet(parseManifest(raw), this.#sealer, this.#head as readonly Bytes[], this.#named);
  }
}

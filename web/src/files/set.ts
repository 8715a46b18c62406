/** A manifest in its blocks, and where in its files each of the other blocks is (SPEC B2, F3, F4). */
import { encodeBase64url, type Bytes } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import { encodeManifest, encodeParts } from './encoding';
import { joined } from './joined';
import { digestBytes, pieceBytes, piecesOf, sealBytes, type Manifest } from './manifest';
import { SealedWrong, type Sealer } from './seal';

/** What a block holds of a file: `entry` is the file's place in the manifest. */
export type Piece = { readonly entry: number; readonly offset: number; readonly length: number };

/** It does not change. Indexes are those of the set: the root, the manifest's other blocks, the content. */
export class FileSet {
  /** The blocks that the manifest is in. */
  readonly head: readonly Bytes[];
  readonly manifest: Manifest;
  /** The digests of all blocks in the order of the set, one after the other. */
  readonly digests: Uint8Array;
  readonly #sealer: Sealer;
  /** The index of the first block of each entry, or of what comes after it if it is empty. */
  readonly #firsts: Uint32Array;

  /** @param named - the digests of `head`. */
  constructor(manifest: Manifest, sealer: Sealer, head: readonly Bytes[], named: Uint8Array) {
    this.manifest = manifest;
    this.head = head;
    this.#sealer = sealer;
    this.digests = joined([named, manifest.blocks]);
    this.#firsts = new Uint32Array(manifest.entries.length);
    let index = head.length;
    manifest.entries.forEach((entry, i) => {
      this.#firsts[i] = index;
      index += piecesOf(entry);
    });
  }

  /** How many blocks there are. */
  get length(): number {
    return this.digests.length / digestBytes;
  }

  get root(): BlockId {
    return this.id(0);
  }

  id(index: number): BlockId {
    return encodeBase64url(this.#digest(index)) as BlockId;
  }

  /** All names of blocks: a string of 43 characters each. */
  ids(): BlockId[] {
    return Array.from({ length: this.length }, (_, index) => this.id(index));
  }

  #digest(index: number): Uint8Array {
    return this.digests.subarray(index * digestBytes, (index + 1) * digestBytes);
  }

  /** Null for what is of the manifest, or not of the set. */
  piece(index: number): Piece | null {
    if (index < this.head.length || index >= this.length) return null;
    const entry = this.#entryAt(index);
    const offset = (index - (this.#firsts[entry] as number)) * pieceBytes;
    const { size } = this.manifest.entries[entry] as { readonly size: number };
    return { entry, offset, length: Math.min(pieceBytes, size - offset) };
  }

  /** The last entry that begins at or before the index; empty ones before it begin there too, none after it does. */
  #entryAt(index: number): number {
    let [low, high] = [0, this.#firsts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firsts[middle] as number) <= index) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The indexes of an entry's blocks: from `first` on, and not `end`. */
  pieces(entry: number): { readonly first: number; readonly end: number } {
    const first = this.#firsts[entry] as number;
    return { first, end: first + piecesOf(this.manifest.entries[entry] as { readonly size: number }) };
  }

  /** Makes a block again. Null if the content is not what it was: such a block must not be sent (F2). */
  async seal(index: number, content: Uint8Array): Promise<Bytes | null> {
    if (this.piece(index)?.length !== content.length) return null;
    const block = await this.#sealer.seal('content', index - this.head.length, content);
    const digest = await this.#sealer.digest(block);
    const named = this.#digest(index);
    return digest.every((byte, i) => byte === named[i]) ? block : null;
  }

  /** What a block of the content holds, whose digest the caller has checked. @throws SealedWrong. */
  async open(index: number, block: Uint8Array): Promise<Bytes> {
    if (this.piece(index)?.length !== block.length - sealBytes) throw new SealedWrong();
    return this.#sealer.open('content', index - this.head.length, block);
  }
}

/**
 * Seals a manifest, whose digests the same sealer has made (`digestsOf`); its key is for this set only.
 * @throws ParseError for what is no manifest.
 */
export async function newSet(sealer: Sealer, manifest: Manifest): Promise<FileSet> {
  const raw = encodeManifest(manifest);
  const parts: Bytes[] = [];
  if (raw.length > pieceBytes) {
    for (let at = 0; at < raw.length; at += pieceBytes) {
      parts.push(await sealer.seal('part', parts.length, raw.subarray(at, at + pieceBytes)));
    }
  }
  const named = joined(await Promise.all(parts.map((part) => sealer.digest(part))));
  const root = await sealer.seal('root', 0, parts.length === 0 ? raw : encodeParts(named));
  return new FileSet(manifest, sealer, [root, ...parts], joined([await sealer.digest(root), named]));
}

/** Keeps files piece by piece, for browsers that give a page no files of its own: in private windows, mostly. */
import type { Bytes } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import { Bits } from './bits';
import { FileFailure, storageFailure } from './failure';
import { sizeOf } from './manifest';
import { safeName } from './names';
import type { FileSet } from './set';
import type { FileStorage, Sink } from './storage';

/** Pieces are in memory when a file is saved, so more is not taken. */
export const mostInPieces = 256 * 2 ** 20;

/** What is said of a set once. `size`: of its content. */
export type KeptHead = { readonly head: readonly Bytes[]; readonly size: number };

/** A place for pieces, by set and index: IndexedDB, or memory. It fails with whatever it likes. */
export type Pieces = {
  heads(): Promise<ReadonlyMap<BlockId, KeptHead>>;
  putHead(root: BlockId, head: KeptHead): Promise<void>;
  put(root: BlockId, index: number, piece: Bytes): Promise<void>;
  get(root: BlockId, index: number): Promise<Bytes | undefined>;
  indexes(root: BlockId): Promise<readonly number[]>;
  delete(root: BlockId): Promise<void>;
};

export class PieceStorage implements FileStorage {
  readonly limit = mostInPieces;
  readonly #pieces: Pieces;

  constructor(pieces: Pieces) {
    this.#pieces = pieces;
  }

  async sets(): Promise<readonly BlockId[]> {
    return [...(await this.#pieces.heads()).keys()];
  }

  async head(root: BlockId): Promise<readonly Bytes[] | null> {
    return (await this.#pieces.heads()).get(root)?.head ?? null;
  }

  async open(set: FileSet): Promise<Sink> {
    const size = sizeOf(set.manifest);
    try {
      const heads = await this.#pieces.heads();
      if (!heads.has(set.root)) {
        const used = [...heads.values()].reduce((sum, one) => sum + one.size, 0);
        if (used + size > this.limit) throw new FileFailure({ is: 'no_space', needs: size });
        await this.#pieces.putHead(set.root, { head: set.head, size });
      }
      const written = new Bits(set.length);
      set.head.forEach((_, index) => written.add(index));
      for (const index of await this.#pieces.indexes(set.root)) written.add(index);
      return new PieceSink(set, this.#pieces, written);
    } catch (error) {
      throw storageFailure(error, size);
    }
  }

  forget(root: BlockId): Promise<void> {
    return this.#pieces.delete(root);
  }
}

class PieceSink implements Sink {
  readonly written: Bits;
  readonly #set: FileSet;
  readonly #pieces: Pieces;

  constructor(set: FileSet, pieces: Pieces, written: Bits) {
    this.#set = set;
    this.#pieces = pieces;
    this.written = written;
  }

  async write(index: number, content: Bytes): Promise<void> {
    await this.#try(this.#pieces.put(this.#set.root, index, content), content.length);
    this.written.add(index);
  }

  async read(index: number): Promise<Bytes | null> {
    return (await this.#try(this.#pieces.get(this.#set.root, index), 0)) ?? null;
  }

  async finish(): Promise<void> {
    if (!this.written.full) throw new FileFailure({ is: 'storage' });
  }

  async file(entry: number): Promise<File> {
    const { first, end } = this.#set.pieces(entry);
    const { path, modified } = this.#set.manifest.entries[entry] as FileSet['manifest']['entries'][number];
    const pieces: Bytes[] = [];
    for (let index = first; index < end; index++) {
      const piece = await this.read(index);
      if (piece === null) throw new FileFailure({ is: 'storage' });
      pieces.push(piece);
    }
    return new File(pieces, safeName(path.at(-1) ?? ''), modified === undefined ? {} : { lastModified: modified });
  }

  async close(): Promise<void> {
    // Nothing is held between two calls.
  }

  discard(): Promise<void> {
    return this.#try(this.#pieces.delete(this.#set.root), 0);
  }

  async #try<T>(doing: Promise<T>, needs: number): Promise<T> {
    try {
      return await doing;
    } catch (error) {
      throw storageFailure(error, needs);
    }
  }
}

/** Pieces that are gone with the page. */
export function pagePieces(): Pieces {
  const kept = new Map<BlockId, KeptHead & { readonly pieces: Map<number, Bytes> }>();
  return {
    heads: async () => kept,
    async putHead(root, head) {
      kept.set(root, { ...head, pieces: new Map() });
    },
    async put(root, index, piece) {
      kept.get(root)?.pieces.set(index, piece);
    },
    get: async (root, index) => kept.get(root)?.pieces.get(index),
    indexes: async (root) => [...(kept.get(root)?.pieces.keys() ?? [])],
    async delete(root) {
      kept.delete(root);
    },
  };
}

/** Files that come, kept as files of this origin (OPFS): as large as the browser allows, and never in memory. */
import type { Bytes } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import { Bits } from './bits';
import { FileFailure, nameOf, storageFailure } from './failure';
import { sizeOf, type Entry } from './manifest';
import { safeName } from './names';
import { allSets, decodeHead, headName } from './opfs-names';
import type { StageAnswer, StageCall, StageRequest } from './opfs.worker';
import type { FileSet } from './set';
import type { Place } from './stage';
import type { FileStorage, Sink } from './storage';

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void };

/** A worker that writes, and what waits for its answers. */
class Writer {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  /** It could not be loaded, or broke. */
  #broken = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<StageAnswer>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('failed' in data) waiting?.reject(new DOMException(data.failed, data.failed));
      else waiting?.resolve(data.value);
    });
    worker.addEventListener('error', () => {
      this.#broken = true;
      for (const waiting of this.#waiting.values()) waiting.reject(new FileFailure({ is: 'storage' }));
      this.#waiting.clear();
    });
  }

  /** @param needs - the bytes that are to be written. @throws FileFailure. */
  async ask<T>(root: BlockId, call: StageCall, needs = 0): Promise<T> {
    if (this.#broken) throw new FileFailure({ is: 'storage' });
    const id = this.#asked++;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const request: StageRequest = { ...call, id, root };
    this.#worker.postMessage(request, call.do === 'write' ? [call.piece.buffer] : []);
    try {
      return await answer as T;
    } catch (error) {
      throw storageFailure(error, needs);
    }
  }
}

export class OpfsStorage implements FileStorage {
  readonly limit = Infinity;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #writer: Writer;

  private constructor(folder: FileSystemDirectoryHandle, writer: Writer) {
    this.#folder = folder;
    this.#writer = writer;
  }

  /** Rejects where the browser gives a page no files. */
  static async begin(storage: Pick<StorageManager, 'getDirectory'>): Promise<OpfsStorage> {
    const folder = await (await storage.getDirectory()).getDirectoryHandle(allSets, { create: true });
    return new OpfsStorage(folder, new Writer(new Worker(new URL('./opfs.worker.ts', import.meta.url), { type: 'module' })));
  }

  async sets(): Promise<readonly BlockId[]> {
    const names: BlockId[] = [];
    // Only this class makes folders there, and calls them so.
    for await (const name of this.#folder.keys()) names.push(name as BlockId);
    return names;
  }

  async head(root: BlockId): Promise<readonly Bytes[] | null> {
    try {
      const folder = await this.#folder.getDirectoryHandle(root);
      const file = await (await folder.getFileHandle(headName)).getFile();
      return decodeHead(new Uint8Array(await file.arrayBuffer()));
    } catch {
      return null;
    }
  }

  async open(set: FileSet): Promise<Sink> {
    const { head, length, root, manifest } = set;
    const plan = { head, sizes: manifest.entries.map(({ size }) => size), blocks: length - head.length };
    const state = await this.#writer.ask<{ written: Uint8Array; vouched: Uint8Array }>(root, { do: 'open', plan }, sizeOf(manifest));
    const sink = new OpfsSink(set, this.#writer, await this.#folder.getDirectoryHandle(root), () => this.forget(root));
    await sink.begin(new Bits(plan.blocks, state.written), new Bits(plan.blocks, state.vouched));
    return sink;
  }

  async forget(root: BlockId): Promise<void> {
    try {
      await this.#folder.removeEntry(root, { recursive: true });
    } catch (error) {
      if (nameOf(error) !== 'NotFoundError') throw storageFailure(error, 0);
    }
  }
}

class OpfsSink implements Sink {
  readonly written: Bits;
  readonly #set: FileSet;
  readonly #writer: Writer;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #forget: () => Promise<void>;
  /** Bytes that are not written yet. */
  #missing: number;
  /** The worker has let go of the files: other tabs may have them, and all read them without it. */
  #finished = false;

  constructor(set: FileSet, writer: Writer, folder: FileSystemDirectoryHandle, forget: () => Promise<void>) {
    this.#set = set;
    this.#writer = writer;
    this.#folder = folder;
    this.#forget = forget;
    this.#missing = sizeOf(set.manifest);
    this.written = new Bits(set.length);
    set.head.forEach((_, index) => this.written.add(index));
  }

  /** Takes over what was written before; of what the disk did not vouch for, what is as it should be. */
  async begin(written: Bits, vouched: Bits): Promise<void> {
    let unsure = false;
    for (const number of written.all()) {
      const index = number + this.#set.head.length;
      if (!vouched.has(number)) {
        unsure = true;
        if (!(await this.#isRight(index))) {
          await this.#ask({ do: 'miss', number });
          continue;
        }
      }
      this.#add(index);
    }
    if (unsure) await this.#ask({ do: 'vouch' });
    if (this.written.full) await this.finish();
  }

  async #isRight(index: number): Promise<boolean> {
    const content = await this.#read(index);
    return content !== null && (await this.#set.seal(index, content)) !== null;
  }

  #add(index: number): void {
    if (this.written.has(index)) return;
    this.written.add(index);
    this.#missing -= this.#set.piece(index)?.length ?? 0;
  }

  #ask<T>(call: StageCall): Promise<T> {
    return this.#writer.ask<T>(this.#set.root, call, this.#missing);
  }

  #place(index: number): Place {
    const { entry, offset } = this.#set.piece(index) ?? { entry: 0, offset: 0 };
    return { number: index - this.#set.head.length, entry, offset };
  }

  async write(index: number, content: Bytes): Promise<void> {
    await this.#ask({ do: 'write', place: this.#place(index), piece: content });
    this.#add(index);
  }

  async read(index: number): Promise<Bytes | null> {
    if (!this.written.has(index)) return null;
    return this.#finished ? this.#readOnDisk(index) : this.#read(index);
  }

  async #readOnDisk(index: number): Promise<Bytes | null> {
    const piece = this.#set.piece(index);
    if (piece === null) return null;
    const file = await this.#onDisk(piece.entry);
    try {
      return new Uint8Array(await file.slice(piece.offset, piece.offset + piece.length).arrayBuffer());
    } catch (error) {
      throw storageFailure(error, 0);
    }
  }

  #read(index: number): Promise<Bytes | null> {
    return this.#ask({ do: 'read', place: this.#place(index), length: this.#set.piece(index)?.length ?? 0 });
  }

  async finish(): Promise<void> {
    if (!this.written.full) throw new FileFailure({ is: 'storage' });
    await this.close();
    this.#finished = true;
  }

  async file(entry: number): Promise<File> {
    const { path, size, modified } = this.#set.manifest.entries[entry] as Entry;
    const called = [safeName(path.at(-1) ?? ''), modified === undefined ? {} : { lastModified: modified }] as const;
    if (size === 0) return new File([], ...called);
    // Put into another one it keeps being read from the disk, and gets the name of the manifest.
    return new File([await this.#onDisk(entry)], ...called);
  }

  async #onDisk(entry: number): Promise<File> {
    try {
      return await (await this.#folder.getFileHandle(String(entry))).getFile();
    } catch (error) {
      throw storageFailure(error, 0);
    }
  }

  async close(): Promise<void> {
    await this.#ask({ do: 'close' });
  }

  async discard(): Promise<void> {
    await this.close();
    await this.#forget();
  }
}

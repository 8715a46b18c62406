/** The files of one set while it comes, in a worker: only there browsers give synchronous handles (SPEC F6, F7). */
import type { Bytes } from '../protocol/base64url';
import { Bits } from './bits';
import { encodeHead, headName, stateName } from './opfs-names';

/** A file that a worker has to itself. TypeScript knows it in libraries for workers only. */
export type SyncHandle = {
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
};
type WorkerFile = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncHandle> };

/** A content of so many blocks in files of so many bytes. */
export type Plan = { readonly head: readonly Bytes[]; readonly sizes: readonly number[]; readonly blocks: number };
/** Where a block's piece is: `number` among those of the content. */
export type Place = { readonly number: number; readonly entry: number; readonly offset: number };

const mark = new TextEncoder().encode('parley-part 1\n\0\0');
/** More files are not open at a time. */
const mostOpen = 8;
/** So many blocks are written before the disk is asked to keep them. */
const vouchEvery = 64;
/** How often, and after how many ms each, a file is asked for that another tab, or the page before a reload, lets go of. */
const tries = 25;
const pauseMs = 200;

/**
 * A bit of `written` only ever becomes 1 after its piece was given to the system, so it is true after a crash of the
 * browser; one of `vouched`, after the disk said that it keeps it, so it is true after a power cut, too. Who opens the
 * stage looks at what is written and not vouched for. Calls come one after the other.
 */
export class Stage {
  readonly written: Bits;
  readonly vouched: Bits;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #state: SyncHandle;
  readonly #sizes: readonly number[];
  /** By entry, the one that was used last at the end. */
  readonly #open = new Map<number, SyncHandle>();
  #unsure = 0;
  /** Whether there was a state of this set before. */
  readonly #begun: boolean;

  private constructor(folder: FileSystemDirectoryHandle, state: SyncHandle, { sizes, blocks }: Plan) {
    this.#folder = folder;
    this.#state = state;
    this.#sizes = sizes;
    const raw = new Uint8Array(state.getSize());
    state.read(raw, { at: 0 });
    const length = Math.ceil(blocks / 8);
    this.#begun = raw.length === mark.length + 2 * length && mark.every((byte, i) => byte === raw[i]);
    this.written = new Bits(blocks, this.#begun ? raw.subarray(mark.length, mark.length + length) : undefined);
    this.vouched = new Bits(blocks, this.#begun ? raw.subarray(mark.length + length) : undefined);
    this.vouched.bytes.forEach((byte, i) => {
      this.vouched.bytes[i] = byte & (this.written.bytes[i] as number);
    });
  }

  static async open(folder: FileSystemDirectoryHandle, plan: Plan): Promise<Stage> {
    const state = await handleOf(folder, stateName);
    try {
      const stage = new Stage(folder, state, plan);
      if (!stage.#begun) await stage.#begin(plan);
      return stage;
    } catch (error) {
      state.close();
      throw error;
    }
  }

  /** The state is written last: what has one has a head. */
  async #begin({ head }: Plan): Promise<void> {
    const file = await handleOf(this.#folder, headName);
    try {
      const raw = encodeHead(head);
      file.truncate(0);
      writeAll(file, raw, 0);
      file.flush();
    } finally {
      file.close();
    }
    this.#state.truncate(0);
    writeAll(this.#state, mark, 0);
    this.#state.truncate(mark.length + 2 * this.written.bytes.length);
    this.#state.flush();
  }

  async write({ number, entry, offset }: Place, piece: Uint8Array): Promise<void> {
    writeAll(await this.#file(entry), piece, offset);
    this.written.add(number);
    this.#note(number);
    this.#unsure++;
    if (this.#unsure >= vouchEvery) this.vouch();
  }

  async read({ number, entry, offset }: Place, length: number): Promise<Bytes | null> {
    if (!this.written.has(number)) return null;
    const piece = new Uint8Array(length);
    const got = (await this.#file(entry)).read(piece, { at: offset });
    return got === length ? piece : null;
  }

  /** What is there is not what was written. */
  miss(number: number): void {
    this.written.remove(number);
    this.#note(number);
  }

  #note(number: number): void {
    const byte = number >> 3;
    writeAll(this.#state, this.written.bytes.subarray(byte, byte + 1), mark.length + byte);
  }

  /** Has the disk keep all that is written. */
  vouch(): void {
    for (const file of this.#open.values()) file.flush();
    this.vouched.bytes.set(this.written.bytes);
    writeAll(this.#state, this.vouched.bytes, mark.length + this.written.bytes.length);
    this.#state.flush();
    this.#unsure = 0;
  }

  /** Lets go of all, whatever fails. */
  close(): void {
    try {
      this.vouch();
    } finally {
      for (const file of this.#open.values()) file.close();
      this.#state.close();
    }
  }

  /** The file gets its size at once: what does not fit is known before it has come. */
  async #file(entry: number): Promise<SyncHandle> {
    const open = this.#open.get(entry) ?? await this.#openFile(entry);
    this.#open.delete(entry);
    this.#open.set(entry, open);
    return open;
  }

  async #openFile(entry: number): Promise<SyncHandle> {
    const [oldest] = this.#open.keys();
    if (oldest !== undefined && this.#open.size >= mostOpen) {
      const file = this.#open.get(oldest);
      this.#open.delete(oldest);
      file?.flush();
      file?.close();
    }
    const fresh = await handleOf(this.#folder, String(entry));
    try {
      const size = this.#sizes[entry] ?? 0;
      if (fresh.getSize() !== size) fresh.truncate(size);
      return fresh;
    } catch (error) {
      fresh.close();
      throw error;
    }
  }
}

async function handleOf(folder: FileSystemDirectoryHandle, name: string): Promise<SyncHandle> {
  const file = await folder.getFileHandle(name, { create: true }) as WorkerFile;
  for (let tried = 1; ; tried++) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NoModificationAllowedError' || tried === tries) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Some browsers write less where there is no room for more. */
function writeAll(file: SyncHandle, bytes: Uint8Array, at: number): void {
  if (file.write(bytes, { at }) !== bytes.length) throw new DOMException('written in part', 'QuotaExceededError');
}

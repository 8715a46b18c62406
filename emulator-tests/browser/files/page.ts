/** What runs in the page: files of known content, read as a sender does and kept as a receiver does. */
import { encodeBase64url } from '../../../web/src/protocol/base64url.ts';
import type { BlockId, FileKey } from '../../../web/src/protocol/ids.ts';
import { browserPieces } from '../../../web/src/files/browser-pieces.ts';
import { openFileStorage } from '../../../web/src/files/browser-storage.ts';
import { digestInWorker } from '../../../web/src/files/digest-in-worker.ts';
import { FileFailure } from '../../../web/src/files/failure.ts';
import { Opening } from '../../../web/src/files/opening.ts';
import { PieceStorage } from '../../../web/src/files/piece-storage.ts';
import { Received } from '../../../web/src/files/received.ts';
import { saveInto, saveToDownloads } from '../../../web/src/files/saving.ts';
import { sealerOf } from '../../../web/src/files/seal.ts';
import { type Sent, readToSend } from '../../../web/src/files/sent.ts';

/** The key of all sets here: a page that was reloaded makes the same set again. */
const keyBytes = (length: number) => new Uint8Array(length).fill(7);
const key = encodeBase64url(keyBytes(32)) as FileKey;

/** The same bytes for the same size. */
function contentOf(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = size | 1;
  for (let i = 0; i < words.length; i++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

const hex = (bytes: ArrayBuffer) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

let sent: Sent;
let received: Received;
const storages = { files: openFileStorage, pieces: async () => new PieceStorage(await browserPieces()) };
export type StorageName = keyof typeof storages;

async function pathsIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const paths: string[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'file') paths.push(name);
    else for (const path of await pathsIn(handle as FileSystemDirectoryHandle)) paths.push(`${name}/${path}`);
  }
  return paths;
}

const page = {
  /** Reads files of such sizes. */
  async send(sizes: readonly number[]): Promise<{ root: BlockId; blocks: number; sums: string[]; told: number[] }> {
    const contents = sizes.map(contentOf);
    const files = contents.map((content, i) => ({ path: ['all', `${i}.bin`], file: new File([content], `${i}.bin`, { lastModified: 1 }) }));
    const told: number[] = [];
    const platform = { subtle: crypto.subtle, random: keyBytes, digesting: digestInWorker };
    sent = await readToSend(platform, { files }, (bytes) => told.push(bytes), new AbortController().signal);
    const sums = await Promise.all(contents.map(async (content) => hex(await crypto.subtle.digest('SHA-256', content))));
    return { root: sent.set.root, blocks: sent.set.length, sums, told };
  },

  /** Begins to keep what was sent. Gives what went wrong; '' if nothing did. */
  async keep(storage: StorageName): Promise<string> {
    try {
      received = new Received(sent.set, await (await storages[storage]()).open(sent.set));
      return '';
    } catch (error) {
      return error instanceof FileFailure ? JSON.stringify(error.why) : String(error);
    }
  },

  /** Goes on with what is kept, from nothing but its name and key. Gives the indexes that are there. */
  async resume(root: BlockId, storage: StorageName): Promise<number[]> {
    const kept = await storages[storage]();
    const head = (await kept.head(root)) ?? [];
    const opening = new Opening(root, await sealerOf(crypto.subtle, key));
    for (const [index, block] of head.entries()) {
      const set = await opening.add(index, block);
      if (set !== null) received = new Received(set, await kept.open(set));
    }
    return [...received.has.all()];
  },

  /** Hands over blocks, from `first` on and not `end`. */
  async give(first: number, end: number): Promise<void> {
    for (let index = first; index < end; index++) {
      const block = await sent.readBlock(index);
      if (block !== null) await received.keep(index, block);
    }
  },

  /** Makes blocks again from what was kept. Gives the indexes of those that are not what they were. */
  async wrong(): Promise<number[]> {
    const wrong: number[] = [];
    for (const index of received.has.all()) if ((await received.readBlock(index)) === null) wrong.push(index);
    return wrong;
  },

  async finish(): Promise<string[]> {
    await received.sink.finish();
    return Promise.all(received.set.manifest.entries.map(async (_, entry) => (
      hex(await crypto.subtle.digest('SHA-256', await (await received.sink.file(entry)).arrayBuffer()))
    )));
  },

  save: () => saveToDownloads({ entries: received.set.manifest.entries, file: (entry) => received.sink.file(entry) }, window),

  /** Saves empty files with such paths into a folder with such files. Gives the paths of all that is in it then. */
  async saveInto(paths: readonly string[], there: readonly string[]): Promise<string[]> {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('chosen', { create: true });
    for (const name of there) await folder.getFileHandle(name, { create: true });
    const entries = paths.map((path) => ({ path: path.split('/'), size: 0, type: '' }));
    await saveInto(folder, { entries, file: async () => new File([], 'x') });
    return (await pathsIn(folder)).toSorted();
  },

  discard: () => received.sink.discard(),
  close: () => received.sink.close(),

  async sets(storage: StorageName): Promise<readonly BlockId[]> {
    return (await storages[storage]()).sets();
  },
};

export type Page = typeof page;
Object.assign(globalThis, { files: page });

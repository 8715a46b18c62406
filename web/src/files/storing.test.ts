import { describe, expect, it } from 'vitest';
import { encodeBase64url, type Bytes } from '../protocol/base64url';
import type { FileKey } from '../protocol/ids';
import { digestsOf } from './digesting';
import { entriesOf } from './entries';
import { checkEntries, pieceBytes } from './manifest';
import { decodeHead, encodeHead } from './opfs-names';
import { mostInPieces, pagePieces, PieceStorage } from './piece-storage';
import { Received } from './received';
import { SealedWrong, sealerOf } from './seal';
import { readToSend, Sent, type Digesting } from './sent';
import { FileSet } from './set';
import { askForRoom } from './space';

const digesting: Digesting = async (key, files, told, signal) => digestsOf(await sealerOf(crypto.subtle, key), files, told, signal);
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const never = new AbortController().signal;
const fileOf = (size: number, name = 'a') => new File([new Uint8Array(size).fill(5)], name, { lastModified: 9 });
const send = (...files: File[]) => readToSend(
  { subtle: crypto.subtle, random, digesting }, { files: files.map((file) => ({ path: [file.name], file })) }, () => undefined, never,
);

const pathsOf = (...paths: string[]) => (
  entriesOf(paths.map((path) => ({ path: path.split('|'), file: fileOf(0) }))).map(({ path }) => path.join('|'))
);

const browser = (quota: number | undefined, granted: number) => {
  let asked = 0;
  return {
    asked: () => asked,
    estimate: async () => (quota === undefined ? {} : { quota: asked > 0 ? granted : quota, usage: 50 }),
    async persist() {
      asked++;
      return true;
    },
  };
};

describe('entries', () => {
  it('have a place each, whatever the disk they come from allows', () => {
    expect(pathsOf('a', 'A', 'a', 'b|a', 'B|a', 'b|c', 'b')).toEqual(['a', 'A (2)', 'a (3)', 'b|a', 'B (2)|a', 'b|c', 'b (3)']);
    expect(pathsOf('x/y', '..|a\u0308', '')).toEqual(['x_y', '__|ä', '_']);
  });

  it('are what a manifest takes', () => {
    checkEntries(entriesOf([{ path: ['con', 'a\u202e.txt'], file: new File([], 'x', { type: 't/'.padEnd(400, 'x'), lastModified: -5 }) }]));
  });
});

describe('files that are sent', () => {
  it('are read again for each block, and refused when they are not what they were', async () => {
    const sent = await send(fileOf(pieceBytes + 1));
    expect(sent.set.length).toBe(3);
    expect(await sent.readBlock(3)).toBeNull();
    expect(await sent.readBlock(0)).toBe(sent.set.head[0]);
    expect((await sent.readBlock(2))?.length).toBe(17);
    for (const now of [new Uint8Array(pieceBytes + 1), new Uint8Array()]) {
      const changed = new Sent(sent.set, sent.key, [new Blob([now])]);
      await expect(changed.readBlock(1)).rejects.toMatchObject({ why: { is: 'changed' } });
    }
  });

  it('have a key of their own each time', async () => {
    const [one, other] = [await send(fileOf(3)), await send(fileOf(3))];
    expect(one.key).not.toBe(other.key);
    expect(one.set.id(1)).not.toBe(other.set.id(1));
  });
});

describe('files that come', () => {
  it('are kept, served on, and put together', async () => {
    const sent = await send(fileOf(pieceBytes + 1, 'what?.bin'), fileOf(0, 'b'), fileOf(7, 'c'));
    const storage = new PieceStorage(pagePieces());
    const received = new Received(sent.set, await storage.open(sent.set));
    expect([...received.has.all()]).toEqual([0]);
    expect(await received.readBlock(1)).toBeNull();
    await expect(received.sink.finish()).rejects.toThrow('storage');
    for (const index of [3, 1]) await received.keep(index, await sent.readBlock(index) as Bytes);
    expect([...new Received(sent.set, await storage.open(sent.set)).has.all()]).toEqual([0, 1, 3]);
    await expect(received.keep(2, await sent.readBlock(1) as Bytes)).rejects.toThrow(SealedWrong);
    await received.keep(2, await sent.readBlock(2) as Bytes);
    for (let index = 0; index < 4; index++) expect(await received.readBlock(index)).toEqual(await sent.readBlock(index));
    await received.sink.finish();
    const files = await Promise.all([0, 1, 2].map((entry) => received.sink.file(entry)));
    expect(files.map(({ name, size, type, lastModified }) => ({ name, size, type, lastModified }))).toEqual([
      { name: 'what_.bin', size: pieceBytes + 1, type: '', lastModified: 9 },
      { name: 'b', size: 0, type: '', lastModified: 9 },
      { name: 'c', size: 7, type: '', lastModified: 9 },
    ]);
    expect(await storage.head(sent.set.root)).toEqual(sent.set.head);
    await received.sink.discard();
    expect(await storage.sets()).toEqual([]);
  });

  it('are refused where there is no room for them, before they come', async () => {
    const sealer = await sealerOf(crypto.subtle, encodeBase64url(new Uint8Array(32)) as FileKey);
    const setOf = (size: number, name: number) => new FileSet(
      { entries: [{ path: ['a'], size, type: '' }], blocks: new Uint8Array(32 * Math.ceil(size / pieceBytes)) }, sealer,
      [new Uint8Array(1)], new Uint8Array(32).fill(name),
    );
    const storage = new PieceStorage(pagePieces());
    await storage.open(setOf(mostInPieces - 10, 1));
    await expect(storage.open(setOf(11, 2))).rejects.toMatchObject({ why: { is: 'no_space', needs: 11 } });
    await storage.open(setOf(mostInPieces - 10, 1));
    await storage.open(setOf(10, 3));
  });
});

describe('room', () => {
  it('is asked for when the person wants a file, and only then', async () => {
    const small = browser(2 ** 25, 2 ** 30);
    await expect(askForRoom(small, 2 ** 26, false)).rejects.toMatchObject({ why: { is: 'no_space', needs: 2 ** 26 } });
    expect(small.asked()).toBe(0);
    await askForRoom(small, 2 ** 26, true);
    expect(small.asked()).toBe(1);
    await askForRoom(browser(undefined, 0), 2 ** 40, false);
    await askForRoom(browser(10 * 2 ** 30 + 50, 0), 2 ** 40, false);
  });
});

describe('the head of a set', () => {
  it('is read as it was written, or not at all', () => {
    const head = [Uint8Array.of(1, 2), Uint8Array.of(3)];
    const raw = encodeHead(head);
    expect(decodeHead(raw)).toEqual(head);
    for (let cut = 0; cut < raw.length; cut++) if (cut !== 6) expect(decodeHead(raw.slice(0, cut)), `${cut}`).toBeNull();
    expect(decodeHead(new Uint8Array(9))).toBeNull();
  });
});

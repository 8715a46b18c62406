import { describe, expect, it } from 'vitest';
import { encodeBase64url, type Bytes } from '../protocol/base64url';
import { blockIdOf } from '../protocol/block-frame';
import type { FileKey } from '../protocol/ids';
import { digestsOf } from './digesting';
import { parseManifest } from './encoding';
import { maxManifestBytes, pieceBytes } from './manifest';
import { Opening } from './opening';
import { SealedWrong, sealerOf } from './seal';
import { newSet, type FileSet } from './set';

const sealerFor = (byte: number) => sealerOf(crypto.subtle, encodeBase64url(new Uint8Array(32).fill(byte)) as FileKey);
const contentOf = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) & 255);

const refused = (raw: Uint8Array) => expect(() => parseManifest(raw)).toThrow(expect.objectContaining({ rule: 'F3' }));

/** Files of such sizes, and the set that they make. */
async function setOf(...sizes: number[]): Promise<{ files: Bytes[]; set: FileSet }> {
  const files = sizes.map(contentOf);
  const sealer = await sealerFor(1);
  const blocks = await digestsOf(sealer, files.map((file) => new Blob([file])), () => undefined);
  return { files, set: await newSet(sealer, { entries: sizes.map((size, i) => ({ path: [`${i}`], size, type: '' })), blocks }) };
}

describe('a set of files', () => {
  it('knows what each block holds', async () => {
    const { files, set } = await setOf(0, pieceBytes + 1, 0, 0, 5, pieceBytes, 0);
    expect(Array.from({ length: set.length + 1 }, (_, i) => set.piece(i))).toEqual([
      null,
      { entry: 1, offset: 0, length: pieceBytes },
      { entry: 1, offset: pieceBytes, length: 1 },
      { entry: 4, offset: 0, length: 5 },
      { entry: 5, offset: 0, length: pieceBytes },
      null,
    ]);
    expect(files.map((_, entry) => set.pieces(entry))).toEqual(
      [[1, 1], [1, 3], [3, 3], [3, 3], [3, 4], [4, 5], [5, 5]].map(([first, end]) => ({ first, end })),
    );
  });

  it('seals and opens its blocks, and nothing else', async () => {
    const { files, set } = await setOf(pieceBytes + 9, 4);
    for (let index = 1; index < set.length; index++) {
      const { entry, offset, length } = set.piece(index) ?? { entry: 0, offset: 0, length: 0 };
      const content = (files[entry] as Bytes).slice(offset, offset + length);
      const block = await set.seal(index, content) as Bytes;
      expect(blockIdOf(block)).toBe(set.id(index));
      expect(await set.open(index, block)).toEqual(content);
      await expect(set.open(index === 1 ? 2 : 1, block)).rejects.toThrow(SealedWrong);
      content[0] = (content[0] as number) ^ 1;
      expect(await set.seal(index, content)).toBeNull();
      expect(await set.seal(index, content.subarray(1))).toBeNull();
    }
    expect(await set.seal(0, files[1] as Bytes)).toBeNull();
    await expect(set.open(0, set.head[0] as Bytes)).rejects.toThrow(SealedWrong);
  });

  it('comes out of its blocks, in whatever order the parts come', async () => {
    const sealer = await sealerFor(2);
    const entries = Array.from({ length: 9000 }, (_, i) => ({ path: [`${i}`, 'x'.repeat(60)], size: 0, type: '' }));
    const set = await newSet(sealer, { entries, blocks: new Uint8Array() });
    expect(set.head.length).toBeGreaterThan(3);
    const opening = new Opening(set.root, sealer);
    expect(await opening.add(1, set.head[1] as Bytes), 'not yet known').toBeNull();
    expect(await opening.add(0, set.head[0] as Bytes)).toBeNull();
    expect(opening.ids()).toEqual(set.ids());
    for (let index = set.length - 1; index > 1; index--) expect(await opening.add(index, set.head[index] as Bytes)).toBeNull();
    const whole = await opening.add(1, set.head[1] as Bytes);
    expect(whole?.manifest).toEqual(set.manifest);
    expect(whole?.ids()).toEqual(set.ids());
  });

  it('does not come out with another key', async () => {
    const { set } = await setOf(3);
    const opening = new Opening(set.root, await sealerFor(3));
    await expect(opening.add(0, set.head[0] as Bytes)).rejects.toThrow(SealedWrong);
  });
});

describe('hostile manifests', () => {
  it('of millions of empty lists are refused before they are objects', () => {
    refused(new Uint8Array(maxManifestBytes).fill(0x80));
    const wide = new Uint8Array(maxManifestBytes).fill(0x60);
    wide.set([0x9a, 3, 0xff, 0xff, 0xf0]);
    refused(wide);
  });

  it('of lists in lists in lists are refused', () => refused(new Uint8Array(1_000_000).fill(0x81)));

  it('with members that objects have by themselves are refused', () => {
    refused(Buffer.from('a1695f5f70726f746f5f5fa0', 'hex'));
    refused(Buffer.from('a16b636f6e7374727563746f72a0', 'hex'));
  });

  it('are refused when too long', () => {
    expect(() => parseManifest(new Uint8Array(maxManifestBytes + 1))).toThrow(expect.objectContaining({ rule: 'F4' }));
  });
});

describe('digests of files', () => {
  it('tell how far they are, and end when they are told to', async () => {
    const sealer = await sealerFor(4);
    const files = [new Blob([contentOf(20 * pieceBytes)]), new Blob([]), new Blob([contentOf(3)])];
    const told: number[] = [];
    expect((await digestsOf(sealer, files, (bytes) => told.push(bytes))).length).toBe(21 * 32);
    expect(told).toEqual([16 * pieceBytes, 20 * pieceBytes, 20 * pieceBytes + 3]);
    const ending = new AbortController();
    await expect(digestsOf(sealer, files, () => ending.abort(), ending.signal)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});

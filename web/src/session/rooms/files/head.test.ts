import { expect, it } from 'vitest';
import { digestsOf } from '../../../files/digesting';
import { SealedWrong, sealerOf } from '../../../files/seal';
import { newSet } from '../../../files/set';
import { encodeBase64url, type Bytes } from '../../../protocol/base64url';
import { blockIdOf } from '../../../protocol/block-frame';
import type { FileKey } from '../../../protocol/ids';
import { Head } from './head';

const keyOf = (byte: number) => encodeBase64url(new Uint8Array(32).fill(byte)) as FileKey;

async function rootOf(key: FileKey): Promise<Bytes> {
  const sealer = await sealerOf(crypto.subtle, key);
  const blocks = await digestsOf(sealer, [new Blob(['content'])], () => undefined);
  const { head } = await newSet(sealer, { entries: [{ path: ['a'], size: 7, type: '' }], blocks });
  return head[0] as Bytes;
}

it('[F1] who says a set again with a wrong key spoils it for nobody, whatever came first', async () => {
  const root = await rootOf(keyOf(1));
  const wrongFirst = new Head(blockIdOf(root), keyOf(2), crypto.subtle);
  expect([wrongFirst.also(keyOf(1)), wrongFirst.also(keyOf(1)), wrongFirst.also(keyOf(2))]).toEqual([true, false, false]);
  expect((await wrongFirst.take(0, root))?.manifest.entries).toMatchObject([{ path: ['a'] }]);

  const onlyWrong = new Head(blockIdOf(root), keyOf(2), crypto.subtle);
  await expect(onlyWrong.take(0, root)).rejects.toThrow(SealedWrong);
  onlyWrong.also(keyOf(1));
  expect((await onlyWrong.take(0, root))?.manifest.entries).toMatchObject([{ path: ['a'] }]);
});

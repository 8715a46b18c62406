/**
 * How sets lie in the files that the browser keeps for this origin (OPFS). What the sender calls things is no name there.
 *
 *     parley-files/ROOT/head     the blocks that the manifest is in, each after its length (4 bytes)
 *     parley-files/ROOT/state    a mark, then two bitmaps of the content's blocks: written, vouched for
 *     parley-files/ROOT/0 …      the files, by their places in the manifest
 */
import type { Bytes } from '../protocol/base64url';
import { maxBlockBytes } from '../protocol/limits';
import { joined } from './joined';

export const allSets = 'parley-files';
export const headName = 'head';
export const stateName = 'state';

export function encodeHead(head: readonly Bytes[]): Bytes {
  return joined(head.flatMap((block) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, block.length);
    return [length, block];
  }));
}

/** Null for what was not written whole. */
export function decodeHead(raw: Bytes): Bytes[] | null {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const head: Bytes[] = [];
  let at = 0;
  while (at < raw.length) {
    if (at + 4 > raw.length) return null;
    const length = view.getUint32(at);
    if (length === 0 || length > maxBlockBytes || at + 4 + length > raw.length) return null;
    head.push(raw.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return head.length === 0 ? null : head;
}

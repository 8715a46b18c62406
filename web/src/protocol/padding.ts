/** Sealed payloads have one of six sizes, so that the store does not learn how many addresses a peer has (SPEC L2). */
import type { Bytes } from './base64url';
import { ParseError } from './parse-error';

const minSealedBytes = 512;
const lengthBytes = 2;

/**
 * Makes content as long as the smallest sealed payload that has room for it: its length, itself, zeros.
 * @param overhead - the bytes that sealing adds.
 * @param limit - the largest payload that there may be.
 * @throws ParseError (L2) for content that is too long.
 */
export function pad(content: Uint8Array, overhead: number, limit: number): Bytes {
  let size = minSealedBytes;
  while (size < lengthBytes + content.length + overhead) size *= 2;
  if (size > limit) throw new ParseError('L2', '', `over ${limit - overhead - lengthBytes} bytes`);
  const padded = new Uint8Array(size - overhead);
  padded.set([content.length >>> 8, content.length & 0xff]);
  padded.set(content, lengthBytes);
  return padded;
}

/** Takes out the content. @throws ParseError (L2). */
export function unpad(padded: Uint8Array): Bytes {
  const [high, low] = padded;
  if (high === undefined || low === undefined) throw new ParseError('L2', '', 'no length');
  const end = lengthBytes + ((high << 8) | low);
  if (end > padded.length) throw new ParseError('L2', '', 'shorter than its length says');
  if (padded.subarray(end).some((byte) => byte !== 0)) throw new ParseError('L2', '', 'padding that is not zero');
  return padded.slice(lengthBytes, end) as Bytes;
}

/** @throws ParseError (L2) for a size that no sealed payload up to `limit` has. */
export function checkSize(size: number, limit: number): void {
  if (size < minSealedBytes || size > limit || (size & (size - 1)) !== 0) {
    throw new ParseError('L2', '', 'a size that no sealed payload has');
  }
}

import type { Bytes } from '../protocol/base64url';

/** Bytes, one after the other. */
export function joined(all: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of all) {
    out.set(one, at);
    at += one.length;
  }
  return out;
}

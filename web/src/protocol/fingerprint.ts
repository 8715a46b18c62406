/** The DTLS certificate that a description promises (SPEC H2). */
import { encodeBase64url } from './base64url';
import type { Digest } from './ids';
import { ParseError } from './parse-error';

const lineBreak = /\r\n|\n|\r/u;
const hexPairs = /^(?:[0-9a-f]{2}:){31}[0-9a-f]{2}$/iu;

/**
 * Reads the fingerprint of a description. Every line that a browser could take for one has to be the same, so that
 * nobody can show one certificate to the browser and another to whoever signs.
 * @throws ParseError (H2).
 */
export function fingerprintOf(sdp: string): Digest {
  let found: string | null = null;
  for (const line of sdp.split(lineBreak)) {
    if (!/^a=fingerprint/iu.test(line)) continue;
    const [name = '', hex = '', ...rest] = line.slice('a='.length).split(' ');
    if (name.toLowerCase() !== 'fingerprint:sha-256' || !hexPairs.test(hex) || rest.length > 0) {
      throw new ParseError('H2', 'sdp', 'a fingerprint that is no SHA-256');
    }
    if (found !== null && found !== hex.toUpperCase()) throw new ParseError('H2', 'sdp', 'fingerprints that differ');
    found = hex.toUpperCase();
  }
  if (found === null) throw new ParseError('H2', 'sdp', 'no fingerprint');
  return encodeBase64url(Uint8Array.from(found.split(':'), (pair) => Number.parseInt(pair, 16))) as Digest;
}

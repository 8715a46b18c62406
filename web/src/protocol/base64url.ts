/** Base64url without padding (RFC 4648 section 5; SPEC V1): one form for each value. */
import { ParseError } from './parse-error';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values = new Map([...alphabet].map((character, value) => [character, value]));

/** Bytes of an ArrayBuffer of their own, as WebCrypto and Firestore take them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Writes bytes as base64url. */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += alphabet.charAt((held >> bits) & 63);
    }
  }
  return bits === 0 ? text : text + alphabet.charAt((held << (6 - bits)) & 63);
}

/**
 * Reads base64url.
 * @throws ParseError (V1) for padding, another character, an impossible length, trailing bits that are not zero.
 */
export function decodeBase64url(text: string): Bytes {
  if (text.length % 4 === 1) throw new ParseError('V1', '', 'not base64url');
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const value = values.get(text.charAt(i));
    if (value === undefined) throw new ParseError('V1', '', 'not base64url');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) throw new ParseError('V1', '', 'trailing bits');
  return bytes;
}

const ranks = Array.from({ length: 128 }, (_, code) => values.get(String.fromCharCode(code)) ?? -1);

/** Orders base64url of one length as the bytes that it stands for: less than 0 if `a` comes first. */
export function compareBase64url(a: string, b: string): number {
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (one !== other) return (ranks[one] ?? -1) - (ranks[other] ?? -1);
  }
  return 0;
}

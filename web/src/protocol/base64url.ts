/** Base64url without padding (RFC 4648 section 5; SPEC V1): one form for each value. */
import { ParseError } from './parse-error';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** What a character stands for, by its code; -1 for others. */
const values = new Int8Array(128).fill(-1);
for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;

/** Bytes of an ArrayBuffer of their own, as WebCrypto and Firestore take them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Two characters for each twelve bits: a room that is opened writes hundreds of thousands of ids. */
const pairs = Array.from({ length: 4096 }, (_, bits) => alphabet.charAt(bits >> 6) + alphabet.charAt(bits & 63));
const pairOf = (bits: number) => pairs[bits & 4095] as string;

/** Writes bytes as base64url. */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const held = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += pairOf(held >> 12) + pairOf(held);
  }
  return text.slice(0, Math.ceil((bytes.length * 8) / 6));
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
    const value = values[text.charCodeAt(i)] ?? -1;
    if (value === -1) throw new ParseError('V1', '', 'not base64url');
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

/** Orders base64url of one length as the bytes that it stands for: less than 0 if `a` comes first. */
export function compareBase64url(a: string, b: string): number {
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (one !== other) return (values[one] ?? -1) - (values[other] ?? -1);
  }
  return 0;
}

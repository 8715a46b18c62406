/** The number that two people compare once for all later meetings of their devices (SPEC H8). */
import { decodeBase64url } from './base64url';
import type { Hashes } from './handshake';
import type { IdentityKey } from './ids';
import { encodeUtf8 } from './utf8';

const groups = 12;
const bytesPerGroup = 5;

/** The safety number of two identities, whichever is named first: 12 groups of 5 digits, with spaces between. */
export async function safetyNumber(hashes: Hashes, one: IdentityKey, other: IdentityKey): Promise<string> {
  const identities = [decodeBase64url(one), decodeBase64url(other)].toSorted(byBytes);
  const hashed = Uint8Array.from([encodeUtf8('parley/v1/safety-number'), ...identities].flatMap((part) => [...part]));
  const digest = new Uint8Array(await hashes.digest('SHA-512', hashed));
  return Array.from({ length: groups }, (_, i) => {
    const bytes = digest.subarray(i * bytesPerGroup, (i + 1) * bytesPerGroup);
    const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0) % 100_000;
    return String(number).padStart(5, '0');
  }).join(' ');
}

function byBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** What the two sides of a link sign, and what people compare (SPEC H3–H7). Who does it when: peer/proving.ts. */
import type { Role } from './api';
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import type { Digest, IdentityKey, Nonce } from './ids';
import { idBytes, versionSealed, type LinkPlace } from './place';
import { encodeUtf8 } from './utf8';

/** As much of WebCrypto as a handshake needs. */
export type Hashes = Pick<SubtleCrypto, 'digest'>;

/** Everything that both sides know of a link when both descriptions are there (H4). */
export type Agreement = {
  readonly link: LinkPlace;
  readonly callerFingerprint: Digest;
  readonly calleeFingerprint: Digest;
  readonly commitment: Digest;
  readonly calleeIdentity: IdentityKey;
  readonly calleeNonce: Nonce;
};

/** Signs of safety on a screen (H7). */
export const safetyEmojiCount = 7;
const bitsPerEmoji = 6;

/** What the caller commits to with the offer (H3). */
export async function commitmentOf(hashes: Hashes, identity: IdentityKey, nonce: Nonce): Promise<Digest> {
  return encodeBase64url(await sha256(hashes, 'commitment', raw(identity), raw(nonce))) as Digest;
}

/** The transcript (H4): 32 bytes. */
export function transcriptOf(hashes: Hashes, agreed: Agreement): Promise<Bytes> {
  const { link } = agreed;
  return sha256(
    hashes,
    'transcript',
    [versionSealed, link.suite, ...idBytes(link)],
    ...[link.callerKey, link.calleeKey, agreed.callerFingerprint, agreed.calleeFingerprint].map(raw),
    ...[agreed.commitment, agreed.calleeIdentity, agreed.calleeNonce].map(raw),
  );
}

/** What a side signs (H5). */
export function signedBytes(role: Role, transcript: Bytes): Bytes {
  return Uint8Array.from([...encodeUtf8(`parley/v1/proof/${role}`), ...transcript]);
}

/** The numbers, 0 to 63, of the seven safety emoji (H7). */
export async function safetyEmoji(
  hashes: Hashes,
  transcript: Bytes,
  callerIdentity: IdentityKey,
  callerNonce: Nonce,
): Promise<readonly number[]> {
  const digest = await sha256(hashes, 'emoji', transcript, raw(callerIdentity), raw(callerNonce));
  const bits = Array.from(digest.subarray(0, 6), (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: safetyEmojiCount }, (_, i) =>
    Number.parseInt(bits.slice(i * bitsPerEmoji, (i + 1) * bitsPerEmoji), 2));
}

const raw = (text: string) => decodeBase64url(text);

async function sha256(hashes: Hashes, label: string, ...parts: Iterable<number>[]): Promise<Bytes> {
  const all = [encodeUtf8(`parley/v1/${label}`), ...parts].flatMap((part) => [...part]);
  return new Uint8Array(await hashes.digest('SHA-256', Uint8Array.from(all)));
}

/**
 * How kept events lie together: some hundred in a segment, which is sealed as one. A hundred thousand are then some
 * hundred to open, and who finds the database learns no more than how much there is.
 */
import { decodeBase64url, encodeBase64url, type Bytes } from '../../protocol/base64url';
import type { EventId, RandomBytes } from '../../protocol/ids';
import { encodeUtf8 } from '../../protocol/utf8';
import type { KeptEvent } from '../member/config';

/** A segment takes no more events, or bytes, than this; the last event may go beyond. */
export const segmentEvents = 256;
export const segmentBytes = 128 * 1024;

const nonceBytes = 12;
const idBytes = 32;
const timeBytes = 8;
const headBytes = idBytes + timeBytes + 4;

/** Makes the key that seals what a device keeps. Nobody can read it out, this program neither. */
export function newArchiveKey(subtle: SubtleCrypto): Promise<CryptoKey> {
  return subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Seals and opens. `label`: what it is, and whose; what was sealed as something else does not open. */
export type Vault = {
  seal(label: string, content: Bytes): Promise<Bytes>;
  /** @throws DOMException for what was not sealed so. */
  open(label: string, sealed: Uint8Array): Promise<Bytes>;
};

function sealing(label: string, iv: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: encodeUtf8(`parley/v1/kept/${label}`) };
}

/** AES-256-GCM, with a fresh nonce each time, the label as associated data. */
export function vaultOf(subtle: SubtleCrypto, key: CryptoKey, random: RandomBytes): Vault {
  return {
    async seal(label, content) {
      const nonce = random(nonceBytes);
      const sealed = new Uint8Array(await subtle.encrypt(sealing(label, nonce), key, content));
      const out = new Uint8Array(nonceBytes + sealed.length);
      out.set(nonce);
      out.set(sealed, nonceBytes);
      return out;
    },
    async open(label, sealed) {
      const nonce = sealed.slice(0, nonceBytes);
      return new Uint8Array(await subtle.decrypt(sealing(label, nonce), key, sealed.slice(nonceBytes)));
    },
  };
}

/** One after the other: id, arrival (eight bytes), length (four), both most significant first, bytes. */
export function encodeSegment(events: readonly KeptEvent[]): Bytes {
  const out = new Uint8Array(events.reduce((sum, { bytes }) => sum + headBytes + bytes.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const { id, bytes, at: arrived } of events) {
    out.set(decodeBase64url(id), at);
    view.setBigUint64(at + idBytes, BigInt(Math.max(0, Math.round(arrived))));
    view.setUint32(at + idBytes + timeBytes, bytes.length);
    out.set(bytes, at + headBytes);
    at += headBytes + bytes.length;
  }
  return out;
}

/** @throws RangeError for what {@link encodeSegment} did not write. */
export function decodeSegment(content: Bytes): KeptEvent[] {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const events: KeptEvent[] = [];
  for (let at = 0; at < content.length; ) {
    const from = at + headBytes;
    const to = from + view.getUint32(at + idBytes + timeBytes);
    if (to > content.length) throw new RangeError('archive: a segment is cut off');
    // Views: a hundred thousand arrays of their own take longer to make than to open.
    const id = encodeBase64url(content.subarray(at, at + idBytes)) as EventId;
    events.push({ id, bytes: content.subarray(from, to), at: Number(view.getBigUint64(at + idBytes)) });
    at = to;
  }
  return events;
}

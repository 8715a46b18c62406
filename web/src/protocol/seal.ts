/** Sealing offers, answers and batches (SPEC L1 to L5). */
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import type { KEMFactory, KeyPair } from 'hpke';
import { decodeBase64url, type Bytes } from './base64url';
import { keyFromBytes, keyToBytes, type Key, type RandomBytes } from './ids';
import { maxBatchBytes, maxDescriptionBytes } from './limits';
import { checkSize, pad, unpad } from './padding';
import { NotOpened, ParseError, UnsupportedSuite, UnsupportedVersion } from './parse-error';
import { placeBytes, versionSealed, type Place, type Suite } from './place';
import type { RoomCode } from './room-code';
import { encodeUtf8 } from './utf8';

/** Seals what one side of a link writes, and opens what it reads. */
export type Sealer = {
  /**
   * @throws ParseError (L2) for content that is too long there; (V4) for a reader's key that is none; {@link NotOpened}
   * where none opens, between a key and itself.
   */
  seal(at: Place, content: Uint8Array): Promise<Bytes>;
  /** @throws ParseError (P1, L2), {@link UnsupportedVersion}, {@link UnsupportedSuite}, {@link NotOpened}. */
  open(at: Place, payload: Uint8Array): Promise<Bytes>;
};

const headerBytes = 2;
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

const limitOf = (at: Place) => (at.kind === 'batch' ? maxBatchBytes : maxDescriptionBytes);

/** Refuses a mirror: a place between a key and itself (L3). */
function checkKeys(at: Place): void {
  if (at.from === at.to) throw new NotOpened();
}

/** Checks what is before the sealed bytes, and gives these. */
function sealedPart(suite: Suite, at: Place, payload: Uint8Array): Bytes {
  if (payload.length === 0) throw new ParseError('P1', '', 'empty');
  if (payload[0] !== versionSealed) throw new UnsupportedVersion();
  checkSize(payload.length, limitOf(at));
  if (payload[1] !== suite) throw new UnsupportedSuite();
  checkKeys(at);
  return payload.slice(headerBytes) as Bytes;
}

function payloadOf(suite: Suite, ...parts: Uint8Array[]): Bytes {
  const payload = new Uint8Array(parts.reduce((sum, part) => sum + part.length, headerBytes));
  payload.set([versionSealed, suite]);
  let at = headerBytes;
  for (const part of parts) {
    payload.set(part, at);
    at += part.length;
  }
  return payload;
}

/**
 * Seals for whoever has the room's code: AES-256-GCM under the signal key.
 * @param subtle - WebCrypto; there is none on a page that is not a secure context.
 */
export async function roomSealer(code: RoomCode, subtle: SubtleCrypto, random: RandomBytes): Promise<Sealer> {
  const suite = 1;
  const secret = await subtle.importKey('raw', decodeBase64url(code).slice(1), 'HKDF', false, ['deriveKey']);
  const info = Uint8Array.from([...encodeUtf8('signal-key'), suite]);
  const key = await subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: encodeUtf8('parley/v1'), info },
    secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'],
  );
  const how = (at: Place, iv: Bytes) => ({ name: 'AES-GCM', iv, additionalData: placeBytes(at, suite) });
  return {
    seal: async (at, content) => {
      const padded = pad(content, headerBytes + nonceBytes + tagBytes, limitOf(at));
      checkKeys(at);
      const nonce = random(nonceBytes);
      return payloadOf(suite, nonce, new Uint8Array(await subtle.encrypt(how(at, nonce), key, padded)));
    },
    open: async (at, payload) => {
      const sealed = sealedPart(suite, at, payload);
      const [nonce, text] = [sealed.slice(0, nonceBytes), sealed.slice(nonceBytes)];
      const padded = await subtle.decrypt(how(at, nonce), key, text).catch(() => {
        throw new NotOpened();
      });
      return unpad(new Uint8Array(padded));
    },
  };
}

/** HPKE, the suite of L4: with WebCrypto's X25519, unless another one is given. */
export function pairSuite(kem: KEMFactory = KEM_DHKEM_X25519_HKDF_SHA256): CipherSuite {
  return new CipherSuite(kem, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
}

/** Our own key of a ticket or membership (V4). The private half is in the sealer alone, and goes with it. */
export type OwnKey = { readonly key: Key; readonly sealer: Sealer };

/** A new key. */
export async function newOwnKey(hpke: CipherSuite): Promise<OwnKey> {
  const keys = await hpke.GenerateKeyPair(false);
  return { key: keyFromBytes(await hpke.SerializePublicKey(keys.publicKey)), sealer: pairSealer(hpke, keys) };
}

/**
 * Opens with our key, and seals to the key of a place's reader: HPKE in base mode. Whoever knows that key can seal: who
 * did is for the handshake to find out.
 */
export function pairSealer(hpke: CipherSuite, keys: KeyPair): Sealer {
  const suite = 2;
  return {
    seal: async (at, content) => {
      const padded = pad(content, headerBytes + keyBytes + tagBytes, limitOf(at));
      checkKeys(at);
      try {
        const reader = await hpke.DeserializePublicKey(keyToBytes(at.to));
        const { encapsulatedSecret, ciphertext } = await hpke.Seal(reader, padded, { info: placeBytes(at, suite) });
        return payloadOf(suite, encapsulatedSecret, ciphertext);
      } catch {
        throw new ParseError('V4', 'key', 'not a public key');
      }
    },
    open: async (at, payload) => {
      const sealed = sealedPart(suite, at, payload);
      const [enc, text] = [sealed.slice(0, keyBytes), sealed.slice(keyBytes)];
      const padded = await hpke.Open(keys, enc, text, { info: placeBytes(at, suite) }).catch(() => {
        throw new NotOpened();
      });
      return unpad(padded);
    },
  };
}

/**
 * Stands in where WebCrypto has no X25519 or no Ed25519: the same by @noble/curves. Loaded only there. It runs in the
 * page's own memory and not quite in constant time, so WebCrypto comes first.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToNumberLE, concatBytes, equalBytes } from '@noble/curves/utils.js';
import { KEM_DHKEM_X25519_HKDF_SHA256 } from '@panva/hpke-noble';
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import { haveOrdinaryPoints } from './ed25519-points';
import type { IdentityKey, RandomBytes, Signature } from './ids';
import type { Signatures } from './signing';

/** X25519 for {@link pairSuite}. */
export const nobleKem = KEM_DHKEM_X25519_HKDF_SHA256;

const seedBytes = 32;
const ivBytes = 12;
const cipher = { name: 'AES-GCM', length: 256 } as const;

/**
 * Ed25519. What is kept of a key is its seed under an AES-GCM key that WebCrypto does not give away: a copy of the
 * database alone is of no use.
 */
export function nobleSignatures(subtle: SubtleCrypto, random: RandomBytes): Signatures {
  return {
    async newKey() {
      const seed = random(seedBytes);
      const wrapping = await subtle.generateKey(cipher, false, ['encrypt', 'decrypt']);
      const iv = random(ivBytes);
      const wrapped = new Uint8Array(await subtle.encrypt({ name: cipher.name, iv }, wrapping, seed));
      const identity = encodeBase64url(ed25519.getPublicKey(seed)) as IdentityKey;
      seed.fill(0);
      return { kind: 'wrapped', identity, wrapping, iv, seed: wrapped };
    },
    async signer(kept) {
      if (kept.kind !== 'wrapped') throw new TypeError('a key of another kind');
      const { identity, wrapping, iv } = kept;
      return {
        identity,
        async sign(message) {
          const seed = new Uint8Array(await subtle.decrypt({ name: cipher.name, iv }, wrapping, kept.seed));
          const signature = encodeBase64url(ed25519.sign(message, seed)) as Signature;
          seed.fill(0);
          return signature;
        },
      };
    },
    async verify(identity: IdentityKey, message: Bytes, signature: Signature) {
      try {
        const [point, signed] = [decodeBase64url(identity), decodeBase64url(signature)];
        return haveOrdinaryPoints(point, signed) && equationHolds(point, message, signed);
      } catch {
        return false;
      }
    },
  };
}

/**
 * RFC 8032 section 5.1.7 without multiplying by 8, as WebCrypto and Go do it (E2); noble's own `verify` multiplies, and
 * so takes more.
 * @throws Error for a point that is none, or an S that is too great.
 */
function equationHolds(identity: Bytes, message: Bytes, signature: Bytes): boolean {
  const { Point } = ed25519;
  const [r, s] = [signature.subarray(0, seedBytes), signature.subarray(seedBytes)];
  const k = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(r, identity, message))));
  const kA = Point.fromBytes(identity).multiplyUnsafe(k);
  return equalBytes(Point.BASE.multiplyUnsafe(bytesToNumberLE(s)).subtract(kA).toBytes(), r);
}

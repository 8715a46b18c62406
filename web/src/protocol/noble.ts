/**
 * Stands in where WebCrypto has no X25519 or no Ed25519: the same by @noble/curves. Loaded only there. It runs in the
 * page's own memory and not quite in constant time, so WebCrypto comes first.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { KEM_DHKEM_X25519_HKDF_SHA256 } from '@panva/hpke-noble';
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
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
        // By RFC 8032, as WebCrypto and Go do it; ZIP 215 would take more.
        return ed25519.verify(decodeBase64url(signature), message, decodeBase64url(identity), { zip215: false });
      } catch {
        return false;
      }
    },
  };
}

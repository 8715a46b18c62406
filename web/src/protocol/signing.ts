/** Signing as somebody, and checking who signed: Ed25519 (RFC 8032; SPEC H1, H5, E2). */
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import { haveOrdinaryPoints } from './ed25519-points';
import type { IdentityKey, Signature } from './ids';

/** Somebody who can sign: the private half is wherever the {@link Signatures} keep it, and cannot be read. */
export type Signer = {
  readonly identity: IdentityKey;
  sign(message: Bytes): Promise<Signature>;
};

/**
 * A key as a database of the browser can keep it. `native`: WebCrypto's own, not to be extracted. `wrapped`: the seed
 * under an AES-GCM key that cannot be extracted, for browsers whose WebCrypto has no Ed25519.
 */
export type KeptKey = { readonly identity: IdentityKey } & (
  | { readonly kind: 'native'; readonly privateKey: CryptoKey }
  | { readonly kind: 'wrapped'; readonly wrapping: CryptoKey; readonly iv: Bytes; readonly seed: Bytes }
);

/** What Ed25519 is done with. */
export type Signatures = {
  /** A new key. */
  newKey(): Promise<KeptKey>;
  /** Who signs with a kept key. @throws what WebCrypto throws when the key cannot be used here. */
  signer(kept: KeptKey): Promise<Signer>;
  /**
   * False for a signature of somebody else, or of something else; and for an identity that is no public key. All
   * implementations decide alike (E2).
   */
  verify(identity: IdentityKey, message: Bytes, signature: Signature): Promise<boolean>;
};

const algorithm = 'Ed25519';

/** WebCrypto's own. */
export function webSignatures(subtle: SubtleCrypto): Signatures {
  return {
    async newKey() {
      const { privateKey, publicKey } = await subtle.generateKey(algorithm, false, ['sign', 'verify']) as CryptoKeyPair;
      const identity = encodeBase64url(new Uint8Array(await subtle.exportKey('raw', publicKey))) as IdentityKey;
      return { kind: 'native', identity, privateKey };
    },
    async signer(kept) {
      if (kept.kind !== 'native') throw new TypeError('a key of another kind');
      const { identity, privateKey } = kept;
      return {
        identity,
        sign: async (message) =>
          encodeBase64url(new Uint8Array(await subtle.sign(algorithm, privateKey, message))) as Signature,
      };
    },
    async verify(identity, message, signature) {
      try {
        const [point, signed] = [decodeBase64url(identity), decodeBase64url(signature)];
        // Browsers differ here: the standard wants points of small order refused, and not all of them do it.
        if (!haveOrdinaryPoints(point, signed)) return false;
        const key = await subtle.importKey('raw', point, algorithm, false, ['verify']);
        return await subtle.verify(algorithm, key, signed, message);
      } catch {
        return false;
      }
    },
  };
}

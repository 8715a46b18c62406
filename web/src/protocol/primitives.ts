/** What payloads are sealed with and proofs are signed with: WebCrypto, and what stands in for what it lacks. */
import type { CipherSuite } from 'hpke';
import { Failure } from './failures';
import type { RandomBytes } from './ids';
import { pairSuite } from './seal';
import { webSignatures, type KeptKey, type Signatures, type Signer } from './signing';

/** Found once for a page, see {@link findPrimitives}. */
export type Primitives = {
  /** SHA-2, HKDF and AES-GCM. */
  readonly subtle: SubtleCrypto;
  readonly random: RandomBytes;
  /** X25519. */
  readonly hpke: CipherSuite;
  /** Ed25519. */
  readonly signatures: Signatures;
  /** Who signs with a key that was kept, also one from before the browser learned Ed25519. @throws as `signer`. */
  signerOf(kept: KeptKey): Promise<Signer>;
};

/**
 * Tries what WebCrypto can do, and loads a stand-in for what it cannot.
 * @param subtle - WebCrypto; null on a page that is not a secure context.
 * @throws Failure `browser_too_old` where SHA-2, HKDF or AES-GCM are missing: they have no stand-in.
 */
export async function findPrimitives(
  subtle: SubtleCrypto | null,
  random: RandomBytes,
  loadNoble = () => import('./noble'),
): Promise<Primitives> {
  if (subtle === null) throw new Failure('browser_too_old');
  const [, x25519, ed25519] = await Promise.all([
    checkNeeded(subtle),
    can(() => subtle.generateKey('X25519', false, ['deriveBits'])),
    can(() => subtle.generateKey('Ed25519', false, ['sign', 'verify'])),
  ]);
  const stoodIn = async () => (await loadNoble()).nobleSignatures(subtle, random);
  const web = webSignatures(subtle);
  return {
    subtle,
    random,
    hpke: x25519 ? pairSuite() : pairSuite((await loadNoble()).nobleKem),
    signatures: ed25519 ? web : await stoodIn(),
    signerOf: async (kept) => (kept.kind === 'native' ? web : await stoodIn()).signer(kept),
  };
}

async function checkNeeded(subtle: SubtleCrypto): Promise<void> {
  try {
    const cipher = { name: 'AES-GCM', length: 256 };
    const secret = await subtle.importKey('raw', new Uint8Array(16), 'HKDF', false, ['deriveKey']);
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new Uint8Array() };
    await subtle.deriveKey(hkdf, secret, cipher, false, ['encrypt', 'decrypt']);
    await Promise.all(['SHA-256', 'SHA-512'].map((hash) => subtle.digest(hash, new Uint8Array())));
  } catch (cause) {
    throw new Failure('browser_too_old', { cause });
  }
}

async function can(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch {
    return false;
  }
}

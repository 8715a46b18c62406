/** Signers with a known seed, for vectors: WebCrypto takes one as PKCS #8 alone (RFC 8410). */
import { ed25519 } from '@noble/curves/ed25519.js';
import { encodeBase64url } from '../base64url';
import type { IdentityKey } from '../ids';
import { webSignatures, type Signer } from '../signing';

const pkcs8 = Uint8Array.from(Buffer.from('302e020100300506032b657004220420', 'hex'));

/** Who signs with this seed (RFC 8032 section 5.1.5). */
export async function edSigner(seed: Uint8Array): Promise<Signer> {
  const encoded = Uint8Array.from([...pkcs8, ...seed]);
  const privateKey = await crypto.subtle.importKey('pkcs8', encoded, 'Ed25519', false, ['sign']);
  const identity = encodeBase64url(ed25519.getPublicKey(seed)) as IdentityKey;
  return webSignatures(crypto.subtle).signer({ kind: 'native', identity, privateKey });
}

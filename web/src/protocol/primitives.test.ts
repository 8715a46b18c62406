import { describe, expect, it } from 'vitest';
import { findPrimitives } from './primitives';
import { newOwnKey } from './seal';
import { without } from './testing/older-browser';

const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));

describe('findPrimitives', () => {
  it('loads no stand-in for what WebCrypto can do', async () => {
    const found = await findPrimitives(crypto.subtle, random, () => Promise.reject(new Error('loaded')));
    expect((await found.signatures.newKey()).kind).toBe('native');
    await newOwnKey(found.hpke);
  });

  it.each([[['X25519']], [['Ed25519']], [['X25519', 'Ed25519']]])('stands in for %s', async (missing) => {
    const subtle = without(...missing);
    const found = await findPrimitives(subtle, random);
    const kept = await found.signatures.newKey();
    expect(kept.kind).toBe(missing.includes('Ed25519') ? 'wrapped' : 'native');
    const message = random(10);
    const signer = await found.signerOf(kept);
    expect(await found.signatures.verify(signer.identity, message, await signer.sign(message))).toBe(true);
    const { publicKey } = await found.hpke.GenerateKeyPair();
    expect(publicKey instanceof CryptoKey).toBe(!missing.includes('X25519'));
  });

  it('goes on with a key from before the browser learned Ed25519', async () => {
    const kept = await (await findPrimitives(without('Ed25519'), random)).signatures.newKey();
    const now = await findPrimitives(crypto.subtle, random);
    const signer = await now.signerOf(kept);
    expect(signer.identity).toBe(kept.identity);
    const message = random(10);
    expect(await now.signatures.verify(kept.identity, message, await signer.sign(message))).toBe(true);
  });

  it.each(['AES-GCM', 'HKDF', 'SHA-256', 'SHA-512'])('is of no use without %s', async (missing) => {
    await expect(findPrimitives(without(missing), random)).rejects.toMatchObject({ failure: 'browser_too_old' });
  });

  it('is of no use without WebCrypto', async () => {
    await expect(findPrimitives(null, random)).rejects.toMatchObject({ failure: 'browser_too_old' });
  });
});

/** The key by which a device is known again (SPEC H1). */
import type { Primitives } from '../protocol/primitives';
import type { KeptKey, Signer } from '../protocol/signing';
import type { DeviceStore } from './device-store';

/** Signs as this device; the key is made on first use. */
export async function deviceSigner(store: DeviceStore, primitives: Primitives): Promise<Signer> {
  const kept = await store.key();
  const known = kept === null ? null : await usable(primitives, kept);
  if (known !== null) return known;
  const fresh = await primitives.signatures.newKey();
  return primitives.signerOf(await store.keepKey(fresh, kept?.identity ?? null));
}

/** A key may have outlived what its browser can do, as after going back to an older version. */
async function usable(primitives: Primitives, kept: KeptKey): Promise<Signer | null> {
  try {
    const signer = await primitives.signerOf(kept);
    await signer.sign(new Uint8Array());
    return signer;
  } catch {
    return null;
  }
}

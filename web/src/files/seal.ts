/** Sealing of blocks (SPEC F2). */
import { decodeBase64url, type Bytes } from '../protocol/base64url';
import type { FileKey } from '../protocol/ids';

/** What a block holds; it is in the nonce that seals it. */
export const sorts = { root: 0, part: 1, content: 2 } as const;
export type BlockSort = keyof typeof sorts;

/**
 * A block has the digest that its manifest names, and does not open to what the manifest says: whoever made the manifest
 * made it wrong, and nobody else can bring a better block.
 */
export class SealedWrong extends Error {
  override readonly name = 'SealedWrong';

  constructor() {
    super('files: a block is not what its manifest says');
  }
}

/** Seals and opens the blocks of one set; numbers count those of a sort. */
export type Sealer = {
  seal(sort: BlockSort, number: number, content: Uint8Array): Promise<Bytes>;
  /** @throws SealedWrong. */
  open(sort: BlockSort, number: number, block: Uint8Array): Promise<Bytes>;
  digest(block: Uint8Array): Promise<Bytes>;
};

export async function sealerOf(subtle: SubtleCrypto, fileKey: FileKey): Promise<Sealer> {
  const key = await subtle.importKey('raw', decodeBase64url(fileKey), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return {
    seal: async (sort, number, content) => new Uint8Array(await subtle.encrypt(sealing(sort, number), key, content as Bytes)),
    async open(sort, number, block) {
      try {
        return new Uint8Array(await subtle.decrypt(sealing(sort, number), key, block as Bytes));
      } catch {
        throw new SealedWrong();
      }
    },
    digest: async (block) => new Uint8Array(await subtle.digest('SHA-256', block as Bytes)),
  };
}

function sealing(sort: BlockSort, number: number): AesGcmParams {
  const iv = new Uint8Array(12);
  iv[0] = sorts[sort];
  new DataView(iv.buffer).setUint32(8, number);
  return { name: 'AES-GCM', iv };
}

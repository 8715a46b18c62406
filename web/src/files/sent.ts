/** Files of this device as a set: read once to be said, and again for everyone who asks (SPEC F2, F7). */
import { encodeBase64url, type Bytes } from '../protocol/base64url';
import type { FileKey, RandomBytes } from '../protocol/ids';
import type { FilesToSend } from '../session/file-model';
import { entriesOf } from './entries';
import { FileFailure } from './failure';
import { checkEntries } from './manifest';
import { sealerOf } from './seal';
import { newSet, type FileSet } from './set';

/** Digests files in some thread, as `digestsOf` does. */
export type Digesting = (
  key: FileKey, files: readonly Blob[], told: (bytes: number) => void, signal: AbortSignal,
) => Promise<Uint8Array>;

/** Blocks may be read at the same time. */
export class Sent {
  readonly set: FileSet;
  readonly key: FileKey;
  readonly #files: readonly Blob[];

  constructor(set: FileSet, key: FileKey, files: readonly Blob[]) {
    this.set = set;
    this.key = key;
    this.#files = files;
  }

  /** A block for somebody; null for what is not of the set. @throws FileFailure (changed): it must not be served any more. */
  async readBlock(index: number): Promise<Bytes | null> {
    const head = this.set.head[index];
    if (head !== undefined) return head;
    const piece = this.set.piece(index);
    if (piece === null) return null;
    const content = await this.#read(piece.entry, piece.offset, piece.length);
    const block = await this.set.seal(index, content);
    if (block === null) throw new FileFailure({ is: 'changed' });
    return block;
  }

  /** Browsers refuse to read a file that is not what it was when it was chosen. */
  async #read(entry: number, offset: number, length: number): Promise<Bytes> {
    try {
      return new Uint8Array(await (this.#files[entry] as Blob).slice(offset, offset + length).arrayBuffer());
    } catch (error) {
      throw new FileFailure({ is: 'changed' }, error);
    }
  }
}

/**
 * Reads files once, to say them.
 * @param told - how many bytes have been read, again and again.
 * @throws ParseError (F4): there is no manifest of so many, or so deep in folders; FileFailure (changed) where one cannot be
 * read; the reason of `signal`.
 */
export async function readToSend(
  platform: { readonly subtle: SubtleCrypto; readonly random: RandomBytes; readonly digesting: Digesting },
  { files }: FilesToSend, told: (bytes: number) => void, signal: AbortSignal,
): Promise<Sent> {
  const entries = entriesOf(files);
  checkEntries(entries);
  const key = encodeBase64url(platform.random(32)) as FileKey;
  const contents = files.map(({ file }) => file);
  const blocks = await platform.digesting(key, contents, told, signal);
  return new Sent(await newSet(await sealerOf(platform.subtle, key), { entries, blocks }), key, contents);
}

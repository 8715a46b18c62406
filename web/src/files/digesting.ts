/** Reads files once, to know the names of their blocks (SPEC F2, F4). Any thread may do it. */
import { digestBytes, pieceBytes, piecesOf } from './manifest';
import type { Sealer } from './seal';

/** So many blocks are read at once: each reading costs about as much as sealing a block. */
const atOnce = 16;

/** A stretch of one file: all of it, or as many pieces as are read at once. */
type Stretch = { readonly file: Blob; readonly from: number; readonly to: number };

/**
 * The digests of the blocks of all files, one after the other. No more than two stretches of 4 MiB are in memory.
 * @param told - how many bytes have been sealed, again and again.
 * @throws what `Blob.arrayBuffer` throws: DOMException NotReadableError or NotFoundError where a file has changed;
 * RangeError where it is shorter than it said; the reason of `signal`.
 */
export async function digestsOf(
  sealer: Sealer, files: readonly Blob[], told: (bytes: number) => void, signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const digests = new Uint8Array(digestBytes * files.reduce((sum, file) => sum + piecesOf(file), 0));
  let [number, bytes] = [0, 0];
  const seal = async (piece: Uint8Array, at: number) => {
    digests.set(await sealer.digest(await sealer.seal('content', at, piece)), at * digestBytes);
  };
  for await (const stretch of readAhead(files)) {
    signal?.throwIfAborted();
    const sealing: Promise<void>[] = [];
    for (let at = 0; at < stretch.length; at += pieceBytes) sealing.push(seal(stretch.subarray(at, at + pieceBytes), number++));
    await Promise.all(sealing);
    bytes += stretch.length;
    told(bytes);
  }
  return digests;
}

/** Reads the next stretch while the one before is being sealed. */
async function* readAhead(files: readonly Blob[]): AsyncGenerator<Uint8Array> {
  let before: Promise<Uint8Array> | null = null;
  for (const stretch of stretchesOf(files)) {
    const next = read(stretch);
    // Who waits for it comes later; if nobody does, because of an earlier one, it is nobody's fault.
    next.catch(() => undefined);
    if (before !== null) yield await before;
    before = next;
  }
  if (before !== null) yield await before;
}

function* stretchesOf(files: readonly Blob[]): Generator<Stretch> {
  for (const file of files) {
    for (let from = 0; from < file.size; from += atOnce * pieceBytes) {
      yield { file, from, to: Math.min(file.size, from + atOnce * pieceBytes) };
    }
  }
}

async function read({ file, from, to }: Stretch): Promise<Uint8Array> {
  const bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
  if (bytes.length !== to - from) throw new RangeError('a file is shorter than it said');
  return bytes;
}

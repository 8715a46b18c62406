/** A disk in memory for files of rooms: the real pieces, which fail when the test says so. */
import { digestsOf } from '../../files/digesting';
import { FileFailure } from '../../files/failure';
import { pagePieces, PieceStorage, type Pieces } from '../../files/piece-storage';
import { sealerOf } from '../../files/seal';
import type { Clock } from './clock';
import type { FilesTools } from '../rooms/files/tools';

/** A file of somebody, whose reading is work that time waits for. */
export class MemoryFile extends File {
  readonly #clock: Clock;
  /** True: it is not what it was when it was chosen. */
  changed = false;

  constructor(clock: Clock, bytes: Uint8Array<ArrayBuffer>, name: string) {
    super([bytes], name, { lastModified: 1_700_000_000_000 });
    this.#clock = clock;
  }

  override slice(...part: Parameters<File['slice']>): Blob {
    const slice = super.slice(...part);
    return Object.assign(slice, {
      arrayBuffer: async () => {
        if (this.changed) throw new DOMException('changed', 'NotReadableError');
        return this.#clock.track(Blob.prototype.arrayBuffer.call(slice));
      },
    });
  }
}

/** Of one browser. It outlives its pages. */
export class MemoryDisk {
  readonly pieces = pagePieces();
  /** Bytes that there is room for. */
  room = Infinity;
  /** True: nothing more can be written, which shows when it is tried. */
  full = false;
  /** What was saved, by name. */
  readonly saved = new Map<string, Uint8Array>();
}

/** What files need of a device. */
export function filesTools(disk: MemoryDisk, subtle: SubtleCrypto, clock: Clock): FilesTools {
  const pieces: Pieces = {
    ...disk.pieces,
    async put(...what) {
      if (disk.full) throw new DOMException('full', 'QuotaExceededError');
      await disk.pieces.put(...what);
    },
  };
  let addresses = 0;
  return {
    storage: new PieceStorage(pieces),
    digesting: async (key, files, told, signal) => digestsOf(await sealerOf(subtle, key), files, told, signal),
    space: async (bytes) => {
      if (bytes > disk.room) throw new FileFailure({ is: 'no_space', needs: bytes });
    },
    save: async ({ entries, file }) => {
      for (const [i, { path }] of entries.entries()) {
        disk.saved.set(path.join('/'), new Uint8Array(await clock.track((await file(i)).arrayBuffer())));
      }
      return true;
    },
    address: ({ type }) => `blob:${type}/${addresses++}`,
    forgetAddress: () => undefined,
  };
}

/** The best place for files that this browser gives. */
import { browserPieces } from './browser-pieces';
import { OpfsStorage } from './opfs-storage';
import { pagePieces, PieceStorage } from './piece-storage';
import type { FileStorage } from './storage';

/** Called once for a page. */
export async function openFileStorage(): Promise<FileStorage> {
  try {
    return await OpfsStorage.begin(navigator.storage);
  } catch {
    // No files for pages: private windows of some browsers.
  }
  try {
    return new PieceStorage(await browserPieces());
  } catch {
    return new PieceStorage(pagePieces());
  }
}

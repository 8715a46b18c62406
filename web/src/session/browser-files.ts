/** What the files of rooms are made of in the real browser: a chunk of its own, for who has the first one. */
import { openFileStorage } from '../files/browser-storage';
import { digestInWorker } from '../files/digest-in-worker';
import { saveFiles } from '../files/saving';
import { askForRoom } from '../files/space';
import type { FileStorage } from '../files/storage';
import { browserNotes, tabNotes } from './browser-notes';
import type { FilesPart } from './rooms/files/part';
import { RoomFiles } from './rooms/files/room-files';
import { Wishes } from './rooms/files/wishes';

/** Called once for a page. */
export async function filesInBrowser(): Promise<FilesPart> {
  const storage = await openFileStorage();
  const wishes = new Wishes(browserNotes, tabNotes, () => Date.now());
  await sweep(storage, wishes);
  return {
    RoomFiles,
    wishes,
    tools: {
      storage,
      digesting: digestInWorker,
      space: (bytes, asked) => askForRoom(navigator.storage, bytes, asked),
      save: (files) => saveFiles(files, window),
      address: (file) => URL.createObjectURL(file),
      forgetAddress: (address) => URL.revokeObjectURL(address),
    },
  };
}

/** Forgets what nobody comes back to. */
async function sweep(storage: FileStorage, wishes: Wishes): Promise<void> {
  const wanted = wishes.sets();
  const there = await storage.sets().catch(() => []);
  // One that another tab has open stays.
  await Promise.all(there.map((root) => (wanted.has(root) ? undefined : storage.forget(root).catch(() => undefined))));
}

/** Puts files that are here where the person wants them (SPEC F5). */
import { FileFailure, nameOf } from './failure';
import { sizeOf, type Entry } from './manifest';
import { numberedName, safeName } from './names';

/** The files of a set: what the manifest says of them, and how each is read. */
export type ToSave = { readonly entries: readonly Entry[]; readonly file: (entry: number) => Promise<File> };

/** What TypeScript does not know yet: Chromium's ways to ask for a place. */
type Pickers = {
  showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<FileSystemFileHandle>;
  showDirectoryPicker?(options: { readonly mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>;
};

/** So long an address stays good for a browser that is to read what is behind it. */
const addressMs = 60_000;

/**
 * Asks the person for a place and writes there: one file where the person says, several into a folder. Called while a
 * click is handled. Where the browser knows no such places they go to its downloads.
 * @returns false if the person changed its mind.
 * @throws FileFailure: no_space, storage.
 */
export async function saveFiles(what: ToSave, page: Window & Pickers): Promise<boolean> {
  const [only] = what.entries;
  try {
    if (only !== undefined && what.entries.length === 1) {
      if (page.showSaveFilePicker === undefined) return await saveToDownloads(what, page);
      const place = await page.showSaveFilePicker({ suggestedName: safeName(only.path.at(-1) ?? '') });
      await pour(await what.file(0), place);
      return true;
    }
    if (page.showDirectoryPicker === undefined) return await saveToDownloads(what, page);
    await saveInto(await page.showDirectoryPicker({ mode: 'readwrite' }), what);
    return true;
  } catch (error) {
    if (nameOf(error) === 'AbortError') return false;
    if (error instanceof FileFailure) throw error;
    const full = nameOf(error) === 'QuotaExceededError';
    throw new FileFailure(full ? { is: 'no_space', needs: sizeOf(what) } : { is: 'storage' }, error);
  }
}

/** A browser reads from the disk what lies there: nothing of it is in memory on its way. */
export async function saveToDownloads({ entries, file }: ToSave, { document }: Window): Promise<boolean> {
  for (let entry = 0; entry < entries.length; entry++) {
    const content = await file(entry);
    const address = URL.createObjectURL(content);
    const link = document.createElement('a');
    link.href = address;
    link.download = content.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), addressMs);
  }
  return true;
}

/** Writes files into a folder that the person chose, never outside of it, and never over what is there. */
export async function saveInto(folder: FileSystemDirectoryHandle, { entries, file }: ToSave): Promise<void> {
  const root = new Folder(folder);
  for (const [entry, { path }] of entries.entries()) {
    let place = root;
    for (const name of path.slice(0, -1)) place = await place.folder(name);
    await pour(await file(entry), await place.newFile(path.at(-1) ?? ''));
  }
}

async function pour(file: File, place: FileSystemFileHandle): Promise<void> {
  await file.stream().pipeTo(await place.createWritable());
}

/** A folder on the disk, and the folders that were made in it. */
class Folder {
  readonly #handle: FileSystemDirectoryHandle;
  readonly #made = new Map<string, Folder>();

  constructor(handle: FileSystemDirectoryHandle) {
    this.#handle = handle;
  }

  /** The same for the same name; it was not there before. */
  async folder(name: string): Promise<Folder> {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = new Folder(await this.#handle.getDirectoryHandle(await this.#freeName(name), { create: true }));
    this.#made.set(name, made);
    return made;
  }

  async newFile(name: string): Promise<FileSystemFileHandle> {
    return this.#handle.getFileHandle(await this.#freeName(name), { create: true });
  }

  /** The disk knows best which names are the same to it. */
  async #freeName(name: string): Promise<string> {
    const safe = safeName(name);
    let free = safe;
    for (let n = 2; await this.#isThere(free); n++) free = numberedName(safe, n);
    return free;
  }

  async #isThere(name: string): Promise<boolean> {
    try {
      await this.#handle.getFileHandle(name);
      return true;
    } catch (error) {
      // TypeMismatchError: a folder.
      if (nameOf(error) === 'NotFoundError') return false;
      if (nameOf(error) === 'TypeMismatchError') return true;
      throw error;
    }
  }
}

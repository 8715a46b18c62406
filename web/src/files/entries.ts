/** What a manifest says of files that a person has chosen. */
import type { FilesToSend } from '../session/file-model';
import { maxTypeCharacters, type Entry } from './manifest';
import { cleanName, foldPath, numberedName } from './names';

/** Entries in the order of the files, with names that may be in a manifest, no two of them in one place. */
export function entriesOf(files: FilesToSend['files']): Entry[] {
  const places = new Places();
  return files.map(({ path, file: { size, type, lastModified } }) => ({
    path: places.fileAt(path),
    size,
    type: [...type.toWellFormed()].slice(0, maxTypeCharacters).join(''),
    ...(lastModified < 0 ? {} : { modified: lastModified }),
  }));
}

/** Gives each file and folder a place of its own: names that differ on one disk may be the same on another. */
class Places {
  readonly #taken = new Set<string>();
  /** Where a folder is, by what it was called. */
  readonly #folders = new Map<string, readonly string[]>();

  fileAt(path: readonly string[]): readonly string[] {
    return this.#free(this.#folderAt(path.slice(0, -1)), path.at(-1) ?? '');
  }

  #folderAt(path: readonly string[]): readonly string[] {
    if (path.length === 0) return [];
    const called = path.join('\0');
    const known = this.#folders.get(called);
    if (known !== undefined) return known;
    const place = this.#free(this.#folderAt(path.slice(0, -1)), path.at(-1) ?? '');
    this.#folders.set(called, place);
    return place;
  }

  #free(folder: readonly string[], called: string): readonly string[] {
    const name = cleanName(called);
    let place = [...folder, name];
    for (let n = 2; this.#taken.has(foldPath(place)); n++) place = [...folder, numberedName(name, n)];
    this.#taken.add(foldPath(place));
    return place;
  }
}

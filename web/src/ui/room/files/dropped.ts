/** What was dropped, with what is in its folders. */
import { chosen, MOST_FILES, PickError, type Picked, type PickedFile } from './picking';

/** True if files are dragged, and not words or a picture of this page. */
export function dragsFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') ?? false;
}

/**
 * What was dropped. Must be asked in the drop's own event: afterwards the browser tells nothing.
 *
 * @throws PickError (later) when there is too much, or the browser cannot read it.
 */
export function dropped(data: DataTransfer): Promise<Picked> {
  const items = Array.from(data.items, (item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null));
  const entries = items.filter((entry) => entry !== null);
  if (entries.length === 0) return Promise.resolve(chosen(data.files));
  return allOf(entries);
}

async function allOf(entries: readonly FileSystemEntry[]): Promise<Picked> {
  const found: PickedFile[] = [];
  try {
    for (const entry of entries) await read(entry, [], found);
  } catch (error) {
    throw error instanceof PickError ? error : new PickError('unreadable');
  }
  return found;
}

async function read(entry: FileSystemEntry, above: readonly string[], found: PickedFile[]): Promise<void> {
  const path = [...above, entry.name];
  if (entry.isFile) {
    if (found.length >= MOST_FILES) throw new PickError('tooMany');
    found.push({ path, file: await new Promise<File>((ok, no) => (entry as FileSystemFileEntry).file(ok, no)) });
    return;
  }
  if (path.length > 32) throw new PickError('tooDeep');
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // It tells some at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((ok, no) => reader.readEntries(ok, no));
    if (some.length === 0) return;
    for (const one of some) await read(one, path, found);
  }
}

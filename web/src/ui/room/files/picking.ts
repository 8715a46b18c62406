/** What a person chose, dropped or pasted, before it is sent. */
import type { FilesToSend } from '../../../session/file-model';

/** One file of it. */
export type PickedFile = FilesToSend['files'][number];
/** All that is to be sent together. */
export type Picked = readonly PickedFile[];

/** What stands in one line: a file, or a folder with all that is in it. */
export type PickedItem = { readonly name: string; readonly folder: boolean; readonly files: number; readonly size: number };

/** As many as one event may speak of, and folders in folders (SPEC F4). */
export const MOST_FILES = 10_000;
const MOST_NAMES = 32;

/** Why something was not taken. */
export type PickFault = 'tooMany' | 'tooDeep' | 'nothing' | 'unreadable';

/** It was not taken. */
export class PickError extends Error {
  readonly why: PickFault;

  constructor(why: PickFault) {
    super(`files: ${why}`);
    this.why = why;
  }
}

/** What was chosen by a field for files, or pasted; those of a folder know where they lay. */
export function chosen(files: Iterable<File>): Picked {
  return Array.from(files, (file) => ({ path: (file.webkitRelativePath || file.name).split('/'), file }));
}

/**
 * What was picked before and what is added. What is called like something else, but for the case of its letters, gets a
 * number: no two may have one name.
 *
 * @throws PickError when it is nothing, too much or too deep.
 */
export function joined(before: Picked, more: Picked): Picked {
  if (more.length === 0) throw new PickError('nothing');
  if (before.length + more.length > MOST_FILES) throw new PickError('tooMany');
  if (more.some(({ path }) => path.length > MOST_NAMES)) throw new PickError('tooDeep');
  const taken = new Set(before.map(({ path }) => alike(path[0] ?? '')));
  const called = new Map<string, string>();
  const added = more.map(({ path, file }) => {
    const [first = '', ...rest] = path;
    // A folder's files stay together; two files of one name do not.
    const folder = rest.length > 0;
    const known = folder ? called.get(first) : undefined;
    const name = known ?? free(first, taken, folder);
    taken.add(alike(name));
    if (folder) called.set(first, name);
    return { path: [name, ...rest], file };
  });
  return [...before, ...added];
}

/** What stands in each line, in the order in which it was picked. */
export function itemsOf(picked: Picked): readonly PickedItem[] {
  const items = new Map<string, PickedItem>();
  for (const { path, file } of picked) {
    const name = path[0] ?? '';
    const item = items.get(name);
    items.set(name, { name, folder: path.length > 1, files: (item?.files ?? 0) + 1, size: (item?.size ?? 0) + file.size });
  }
  return [...items.values()];
}

/** All but one item. */
export function without(picked: Picked, name: string): Picked {
  return picked.filter(({ path }) => path[0] !== name);
}

/** As file systems without case take it, for A to Z. */
function alike(name: string): string {
  return name.normalize('NFC').replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function free(name: string, taken: ReadonlySet<string>, folder: boolean): string {
  if (!taken.has(alike(name))) return name;
  const dot = folder ? -1 : name.lastIndexOf('.');
  const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let n = 2; ; n++) {
    const next = `${stem} (${n})${end}`;
    if (!taken.has(alike(next))) return next;
  }
}

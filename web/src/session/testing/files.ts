/** Files in rooms of tests. */
import { expect } from 'vitest';
import type { RoomFile } from '../file-model';
import type { RoomEntry } from '../room-model';
import { MemoryFile } from './memory-files';
import { entries, verbs } from './rooms';
import type { Person, World } from './world';

/** Bytes of which no two blocks are the same. */
export function bytesOf(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer, 0, length >> 2);
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[i] = state;
  }
  return bytes;
}

type Files = Extract<RoomEntry, { kind: 'text' }> & { readonly file: RoomFile };

/** The entries with files on somebody's screen. */
export const filesOf = (one: Person): Files[] =>
  one.state.at === 'room' ? entries(one).filter((entry): entry is Files => entry.kind === 'text' && entry.file !== null) : [];

/** The last of them. */
export function fileOf(one: Person): Files {
  const last = filesOf(one).at(-1);
  if (last === undefined) throw new Error('no file');
  return last;
}

/** How far the last of them has come. */
export const progressOf = (one: Person): RoomFile['progress']['is'] | null => filesOf(one).at(-1)?.file.progress.is ?? null;

/** Somebody says a file, and waits until all know what it is. */
export async function sends(
  world: World, one: Person, others: readonly Person[], bytes: Uint8Array<ArrayBuffer>, name = 'film.webm',
): Promise<MemoryFile> {
  const file = new MemoryFile(world.clock, bytes, name);
  const before = filesOf(one).length;
  verbs(one).sendFiles({ files: [{ path: [name], file }] }, 'look');
  const all = [one, ...others];
  const known = () => all.every((each) => filesOf(each).length > before && fileOf(each).file.size === bytes.length);
  expect(await world.clock.until(known), JSON.stringify(all.map((each) => filesOf(each).at(-1)?.file))).toBe(true);
  return file;
}

export const gets = (one: Person): void => verbs(one).getFile(fileOf(one).id);

/** Waits until all of them have all of the last file. */
export async function allHave(world: World, people: readonly Person[], limitMs = 120_000): Promise<void> {
  const done = await world.clock.until(() => people.every((one) => progressOf(one) === 'here'), limitMs);
  expect(done, JSON.stringify(people.map((one) => filesOf(one).at(-1)?.file))).toBe(true);
}

/** What somebody gets who saves the last file. */
export async function savedBy(world: World, one: Person, name = 'film.webm'): Promise<Uint8Array | undefined> {
  const { saved } = world.diskOf(one);
  saved.clear();
  verbs(one).saveFile(fileOf(one).id);
  await world.clock.until(() => saved.size > 0, 5000);
  return saved.get(name);
}

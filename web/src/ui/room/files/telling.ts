/** What a file's card says and offers, from what is known of the file. */
import type { FileEntry, FileProgress, FileTrouble, RoomFile } from '../../../session/file-model';
import type { FileFormats } from '../../words/file-formats';
import type { FileWords } from '../../words/english-files';
import { tidyName } from '../naming';

/** What a person can do about a file; the words have a name for each. */
export type FileAct = 'get' | 'goOn' | 'again' | 'getAfterAll' | 'decline' | 'pause' | 'cancel' | 'save' | 'saveAgain' | 'forget';

/** A name longer than this loses its middle: its end says what it is, so it is always shown. */
const MOST_NAME = 64;
const NAME_END = 20;

/** A name as it is shown: one line, and of a very long one both ends. */
export function shortName(name: string): string {
  const all = Array.from(tidyName(name));
  if (all.length <= MOST_NAME) return all.join('');
  return `${all.slice(0, MOST_NAME - NAME_END - 1).join('')}…${all.slice(-NAME_END).join('')}`;
}

/** What it is called: by its name, or by how many they are. */
export function titleOf({ name, entries }: RoomFile, words: FileWords): string {
  return shortName(name) || (entries.length > 1 ? words.several(entries.length) : words.one);
}

/** What it is and how large; empty while nothing is known. */
export function kindOf({ progress, name, sort, entries, size }: RoomFile, words: FileWords, formats: FileFormats): string {
  if (progress.is === 'unknown' || entries.length === 0) return '';
  const many = entries.length > 1 || sort === 'folder';
  const count = many && name !== '' ? [words.several(entries.length)] : [];
  const kind = many && sort !== 'folder' ? [] : [words.sorts[sort]];
  return [...kind, ...count, formats.size(size)].join(', ');
}

/** What can be done about it, the most likely first. */
export function actsOf({ progress, mine }: Pick<RoomFile, 'progress' | 'mine'>): readonly FileAct[] {
  switch (progress.is) {
    case 'unknown':
      return [];
    case 'offered':
      return ['get', 'decline'];
    case 'running':
      return ['pause', 'cancel'];
    case 'waiting':
      return ['cancel'];
    case 'paused':
      return ['goOn', 'cancel'];
    case 'here':
      return mine ? [] : [progress.saved ? 'saveAgain' : 'save', 'forget'];
    case 'declined':
      return ['getAfterAll'];
    case 'failed':
      if (mine || progress.why.is === 'broken') return [];
      return progress.have > 0 ? ['again', 'cancel'] : ['again', 'decline'];
  }
}

/** So much of it is here; null where that says nothing. */
export function haveOf(progress: FileProgress): number | null {
  return 'have' in progress && (progress.is !== 'failed' || progress.have > 0) ? progress.have : null;
}

/** How far it has come, in words: percent, speed, time, from how many. */
export function paceOf(file: RoomFile, words: FileWords, formats: FileFormats): string {
  const { progress, size } = file;
  if (progress.is === 'paused') return words.paused(formats.percent(progress.have, size));
  if (progress.is === 'waiting') return progress.have > 0 ? words.waiting : words.waitingFirst;
  if (progress.is !== 'running') return '';
  const { have, perSecond, left, from } = progress;
  if (from === 0) return words.starting;
  return [
    formats.percent(have, size),
    ...(perSecond > 0 ? [formats.speed(perSecond)] : []),
    ...(left === null ? [] : [words.left(formats.duration(left))]),
    words.from(from),
  ]
    // Each piece stays on one line.
    .map((piece) => piece.replaceAll(' ', '\u00A0'))
    .join(' · ');
}

/** Why it did not go on, and what to do. @param who - who said it. */
export function troubleOf(why: FileTrouble, mine: boolean, who: string, { trouble }: FileWords, formats: FileFormats): string {
  switch (why.is) {
    case 'no_space':
      return trouble.no_space(formats.size(why.needs));
    case 'storage':
      return trouble.storage;
    case 'changed':
      return mine ? trouble.changed : trouble.changedHere;
    case 'broken':
      return mine ? trouble.brokenMine : trouble.broken(who);
  }
}

/** What is to be told before somebody opens it; null: nothing. A warning stands until it is opened, and it is ours to none. */
export function warningOf({ mine, sort, entries }: RoomFile, who: string, words: FileWords): string | null {
  if (mine) return null;
  if (sort === 'program') return words.program(who);
  return entries.some((entry) => entry.sort === 'program') ? (entries.length > 1 ? words.programs : words.program)(who) : null;
}

/** What could hold a script, whatever else it is said to be. */
const scripted = /\.(?:svgz?|[xs]?html?|xht|xml|mht(?:ml)?)$/i;

/** As what it can be shown, by its blob address only; null: not at all. */
export function previewOf({ preview, sort, name }: RoomFile): 'picture' | 'sound' | 'film' | null {
  if (preview === null || !preview.startsWith('blob:') || scripted.test(name)) return null;
  return sort === 'picture' || sort === 'sound' || sort === 'film' ? sort : null;
}

/** Where a file of several is, as it is read: its folders and its name. The folder that all are in is left out. */
export function placeIn(file: RoomFile, { path }: FileEntry): string {
  const inside = path.length > 1 && path[0] === file.name ? path.slice(1) : path;
  return inside.map((name) => shortName(name)).join(' / ');
}

/** What a manifest says, and its limits (SPEC F3, F4). */
import { maxBlockBytes } from '../protocol/limits';
import { ParseError } from '../protocol/parse-error';
import { checkName, foldPath } from './names';

/** Bytes that AES-GCM adds. */
export const sealBytes = 16;
/** The most that a block holds before it is sealed (F3, F4). */
export const pieceBytes = maxBlockBytes - sealBytes;
export const digestBytes = 32;
export const maxEntries = 10_000;
export const maxDepth = 32;
export const maxManifestBytes = 2 ** 26;
/** Blocks that hold a manifest which its root does not (F3). */
export const maxParts = 256;
export const maxTypeCharacters = 255;

/** A file. `path`: names, the last one the file's own. `type`: what the sender believes. `modified`: ms since 1970. */
export type Entry = {
  readonly path: readonly string[];
  readonly size: number;
  readonly type: string;
  readonly modified?: number;
};

/** `blocks`: the digests of the content's blocks one after the other, those of the first entry first. */
export type Manifest = { readonly entries: readonly Entry[]; readonly blocks: Uint8Array };

/** How many blocks a file is in. Exact where a manifest can be: below 2⁴⁰ bytes. */
export function piecesOf({ size }: { readonly size: number }): number {
  return Math.ceil(size / pieceBytes);
}

/** Bytes of all files together. */
export function sizeOf({ entries }: Pick<Manifest, 'entries'>): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

/** @throws ParseError (F4, F5) for what is no manifest; how long it is when encoded is not looked at. */
export function checkManifest({ entries, blocks }: Manifest): void {
  if (blocks.length % digestBytes !== 0) throw new ParseError('F3', 'blocks', `want digests of ${digestBytes} bytes`);
  checkEntries(entries);
  const pieces = entries.reduce((sum, entry) => sum + piecesOf(entry), 0);
  if (pieces !== blocks.length / digestBytes) throw refused('blocks', 'not as many as the sizes make');
}

/** The part of {@link checkManifest} that needs no content. @throws ParseError (F4, F5). */
export function checkEntries(entries: readonly Entry[]): void {
  if (entries.length < 1 || entries.length > maxEntries) throw refused('entries', `want 1 to ${maxEntries}`);
  entries.forEach(checkEntry);
  checkPaths(entries);
}

function checkEntry({ path, size, type, modified }: Entry): void {
  if (path.length < 1 || path.length > maxDepth) throw refused('path', `want 1 to ${maxDepth} names`);
  path.forEach(checkName);
  if (!inRange(size)) throw refused('size', 'want 0 to 2⁵³ − 1');
  if (!type.isWellFormed() || [...type].length > maxTypeCharacters) {
    throw refused('type', `want at most ${maxTypeCharacters} characters`);
  }
  if (modified !== undefined && !inRange(modified)) throw refused('modified', 'want 0 to 2⁵³ − 1');
}

function inRange(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

/** Refuses two files in one place, and a file where another one's folder is. */
function checkPaths(entries: readonly Entry[]): void {
  const paths = entries.map(({ path }) => foldPath(path)).toSorted(compareText);
  for (let i = 1; i < paths.length; i++) {
    const [before, path] = [paths[i - 1] as string, paths[i] as string];
    // NUL is less than what names are made of, so what a path begins comes right after it.
    if (path === before || path.startsWith(`${before}\0`)) throw refused('path', 'two in one place');
  }
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function refused(field: string, reason: string): ParseError {
  return new ParseError('F4', field, reason);
}

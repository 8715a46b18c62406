/** Names of files: what may stand in a manifest, and what may be written to a disk (SPEC F5). */
import { ParseError } from '../protocol/parse-error';
import { utf8Length } from '../protocol/utf8';

const maxNameBytes = 255;
/** What a person would call an ending is not longer. */
const longestEnding = 32;

/** What parts names, controls terminals, or turns round what a person reads. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const forbidden = /[/\\\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;
const allForbidden = new RegExp(forbidden.source, 'gu');

/** @throws ParseError (F5) for a name that may not stand in a manifest. */
export function checkName(name: string): void {
  if (name === '' || utf8Length(name) > maxNameBytes) throw refused(`want names of 1 to ${maxNameBytes} bytes`);
  if (!name.isWellFormed()) throw refused('not well-formed');
  if (name === '.' || name === '..') throw refused('leads elsewhere');
  if (forbidden.test(name)) throw refused('has a character that no name has');
  if (name.normalize('NFC') !== name) throw refused('not in NFC');
}

function refused(reason: string): ParseError {
  return new ParseError('F5', 'path', reason);
}

/** Makes of what a file is called on somebody's disk a name for a manifest: «_» for what is forbidden, cut before its ending. */
export function cleanName(name: string): string {
  const clean = name.replaceAll(/\p{Surrogate}+/gu, '_').replaceAll(allForbidden, '_').normalize('NFC');
  return withSuffix(clean === '' || clean === '.' || clean === '..' ? '_'.repeat(Math.max(1, clean.length)) : clean, '');
}

/** Makes of a name of a manifest one that Windows and FAT take too: «_» for what they forbid, and before devices. */
export function safeName(name: string): string {
  let safe = name.replaceAll(/[<>:"|?*]/gu, '_');
  if (isDevice(safe)) safe = withSuffix(`_${safe}`, '');
  const kept = safe.replace(/[. ]+$/u, '');
  return kept + '_'.repeat(safe.length - kept.length);
}

/** Windows takes such a name for a device, whatever ending it has. */
function isDevice(name: string): boolean {
  return /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/iu.test(name);
}

/** The name with a number before its ending, for where the name itself is taken: «a (2).txt». */
export function numberedName(name: string, n: number): string {
  return withSuffix(name, ` (${n})`);
}

function withSuffix(name: string, suffix: string): string {
  const dot = name.lastIndexOf('.');
  let ending = dot > 0 ? name.slice(dot) : '';
  if (ending === '.' || utf8Length(ending) > longestEnding) ending = '';
  const room = maxNameBytes - suffix.length - utf8Length(ending);
  return cutTo(name.slice(0, name.length - ending.length), room) + suffix + ending;
}

/** The longest beginning of whole characters that has at most so many bytes. */
function cutTo(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

/**
 * The same for paths that F4 takes for the same: A to Z are a to z, and no more, for the rest would depend on the version
 * of Unicode of who reads. Its order is that of UTF-16, which is no worse than another to find a folder in.
 */
export function foldPath(path: readonly string[]): string {
  return path.join('\0').replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase());
}

/** A stretch of a text that was found: one of the words, or what stands around them. */
export type Stretch = { readonly text: string; readonly hit: boolean };

/** So much of a text is shown, in code units, and so much of it before the first word. */
const LENGTH = 180;
const BEFORE = 40;

/** The words that somebody looks for. */
export function wordsOf(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().split(/\s+/u))].filter((word) => word !== '');
}

/** The part of a text that shows why it was found, cut into what was looked for and the rest. */
export function excerpt(text: string, words: readonly string[]): readonly Stretch[] {
  const pattern = words.length === 0 ? null : new RegExp(words.map(escaped).join('|'), 'giu');
  const first = pattern === null ? -1 : text.search(pattern);
  const from = first > LENGTH - BEFORE ? wordStart(text, first - BEFORE) : 0;
  const cut = `${from > 0 ? '… ' : ''}${text.slice(from, from + LENGTH)}${from + LENGTH < text.length ? ' …' : ''}`;
  if (pattern === null) return [{ text: cut, hit: false }];
  const stretches: Stretch[] = [];
  let end = 0;
  for (const match of cut.matchAll(pattern)) {
    if (match.index > end) stretches.push({ text: cut.slice(end, match.index), hit: false });
    stretches.push({ text: match[0], hit: true });
    end = match.index + match[0].length;
  }
  if (end < cut.length) stretches.push({ text: cut.slice(end), hit: false });
  return stretches;
}

function escaped(word: string): string {
  return word.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, String.raw`\$&`);
}

/** Behind the next space, so that no word is cut. */
function wordStart(text: string, index: number): number {
  const space = text.indexOf(' ', index);
  return space < 0 || space > index + BEFORE ? index : space + 1;
}

/** Short codes that people read aloud (SPEC N1). The words are a secret: they are never logged, never sent. */
import type { RandomBytes } from '../protocol/ids';
import { ParseError } from '../protocol/parse-error';
import text from '../../../protocol/words.txt?raw';

/** A short code's two parts. */
export type CodeParts = {
  /** Names the code's document; no secret. */
  readonly slot: string;
  /** The two words, lower case, with a hyphen between: the password (N4). */
  readonly words: string;
};

/** How many digits a slot has. */
export const slotDigits = { min: 3, max: 5 } as const;

const wordMask = (1 << 11) - 1;
const list: readonly string[] = text.trim().split('\n');
const known: ReadonlySet<string> = new Set(list);

/** How a code is shown. */
export const shownCode = ({ slot, words }: CodeParts): string => `${slot}-${words}`;

/**
 * Reads a short code as a person typed it: in any case, with spaces or hyphens between its parts.
 * @throws ParseError (N1): the failure `link_broken`.
 */
export function parseShortCode(typed: string): CodeParts {
  const parts = typed.split(/[\p{White_Space}-]+/u).filter((part) => part !== '');
  const [slot, ...words] = parts;
  if (slot === undefined || words.length !== 2) throw new ParseError('N1', '', 'not a slot and two words');
  if (!/^[1-9]\d{2,4}$/u.test(slot)) throw new ParseError('N1', 'slot', 'not a slot');
  // ASCII alone: toLowerCase makes a k of the sign for kelvin.
  const lower = words.map((word) => word.replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase()));
  if (!lower.every((word) => known.has(word))) throw new ParseError('N1', 'words', 'not a word of the list');
  return { slot, words: lower.join('-') };
}

/** Takes two words at random. */
export function newWords(random: RandomBytes): string {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  return [(a << 8) | b, (c << 8) | d].map((bits) => list[bits & wordMask]).join('-');
}

/** Takes a slot of so many digits at random. */
export function newSlot(random: RandomBytes, digits: number): string {
  const least = 10 ** (digits - 1);
  const count = 9 * least;
  // What is over the last whole multiple would make some slots more likely than others.
  const end = 2 ** 32 - (2 ** 32 % count);
  for (;;) {
    const drawn = new DataView(random(4).buffer).getUint32(0);
    if (drawn < end) return String(least + (drawn % count));
  }
}

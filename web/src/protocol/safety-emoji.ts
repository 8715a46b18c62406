/** The 64 signs that people compare, and their English names (SPEC H7). */
import table from '../../../protocol/emoji.json';

/** One of them. */
export type EmojiSign = { readonly sign: string; readonly name: string };

/** The sign with that number, 0 to 63. */
export function emojiSign(number: number): EmojiSign {
  const sign = table[number];
  if (sign === undefined) throw new RangeError('no such sign');
  return sign;
}

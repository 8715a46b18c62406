import { LinkifyIt } from 'linkify-it';

/** A stretch of a message: plain text, or an address to follow. */
export type Piece = { readonly text: string; readonly href: string | null };

// Only addresses that say http:// or https:// themselves. Guessing from «name.dot.name» would turn
// file names and typing slips into links, and other schemes can start programs.
const finder = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  .add('ftp:', null)
  .add('mailto:', null)
  .add('//', null);

/**
 * Finds the web addresses in a message. The texts of the pieces, joined, are the message.
 *
 * @param text - plain text.
 */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of finder.match(text) ?? []) {
    const href = webAddress(match.url);
    // What stops short of an @ shows one name and may be read as another.
    if (href === null || text[match.lastIndex] === '@') continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), href: null });
    pieces.push({ text: text.slice(match.index, match.lastIndex), href });
    end = match.lastIndex;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}

/** The address in its normal form if it is http or https without a user name in it, else null. */
export function webAddress(candidate: string): string | null {
  if (!URL.canParse(candidate)) return null;
  const url = new URL(candidate);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  // https://bank.example@evil.example shows one name and goes to another.
  if (url.username !== '' || url.password !== '') return null;
  return url.href;
}

/**
 * Guesses whether a message is a piece of code: several lines, of which many are indented or end
 * the way code lines do, or a fence. It is then set in a fixed-width face; the text is not changed.
 */
export function looksLikeCode(text: string): boolean {
  if (text.startsWith('```')) return true;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return false;
  const codeLike = lines.filter((line) =>
    /^(\t| {2,})\S|[{};]\s*$|^\s*(\$ |#include|<\/?[a-z]|[)}\]]+[;,]?\s*$)/i.test(line),
  );
  return codeLike.length * 2 >= lines.length;
}

/** The most characters that a message may have (SPEC C3). */
export const MAX_CHARACTERS = 10_000;

/** How near the limit the count is shown. */
export const SHOW_COUNT_FROM = 9_500;

/** Characters of a text as SPEC V7 counts them: Unicode code points. */
export function characters(text: string): number {
  // A text cannot have more code points than code units: most texts are decided here.
  if (text.length < SHOW_COUNT_FROM) return text.length;
  let n = 0;
  for (let i = 0; i < text.length; n++) i += (text.codePointAt(i) ?? 0) > 0xff_ff ? 2 : 1;
  return n;
}

/** What the counter under the composer shows: nothing, how many are left, or how many are too many. */
export type Room = { readonly kind: 'plenty' } | { readonly kind: 'left' | 'over'; readonly n: number };

/** How much room a text leaves. */
export function roomFor(text: string): Room {
  const n = characters(text);
  if (n < SHOW_COUNT_FROM) return { kind: 'plenty' };
  return n <= MAX_CHARACTERS ? { kind: 'left', n: MAX_CHARACTERS - n } : { kind: 'over', n: n - MAX_CHARACTERS };
}

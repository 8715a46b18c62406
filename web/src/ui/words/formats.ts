/** Plural forms of one phrase; `#` stands for the number. `other` is always there, as Intl demands. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/**
 * A phrase with a number in it, in the plural form that the language asks for.
 *
 * @param locale - BCP 47 tag.
 * @param n - the number; shown with the locale's digits and grouping.
 * @param forms - one phrase for each plural category that the language has.
 */
export function countOf(locale: string, n: number, forms: PluralForms): string {
  const rule = new Intl.PluralRules(locale).select(n);
  return (forms[rule] ?? forms.other).replace('#', new Intl.NumberFormat(locale).format(n));
}

/** How numbers, times and days are written. Times are those of this device's zone. */
export type Formats = {
  /** BCP 47 tag of what they are made for. */
  readonly locale: string;
  /** 14:05, or 2:05 pm where people write it so. */
  time(at: number): string;
  /** A day in words, with the year only if it is not that of `now`. */
  day(at: number, now?: number): string;
  /** The time if it was on the day of `now`, else the day, both short. */
  moment(at: number, now: number): string;
  /** Minutes and seconds, from milliseconds: 0:07, 12:40, 1:02:03. Never negative. */
  elapsed(ms: number): string;
  /** «a, b and c». */
  list(words: readonly string[]): string;
  /** A whole number with the locale's grouping. */
  number(n: number): string;
};

/**
 * Formats for a catalogue's language. The person's own region counts when the device speaks that
 * language: English in Britain writes 14:05, in America 2:05 PM.
 *
 * @param language - the catalogue's language, BCP 47.
 * @param preferred - the device's languages, best first.
 */
export function formatsFor(
  language: string,
  preferred: readonly string[] = typeof navigator === 'undefined' ? [] : navigator.languages,
): Formats {
  const own = preferred.find((tag) => tag === language || tag.startsWith(`${language}-`));
  const locale = own ?? language;
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const dayOf = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  const day = new Intl.DateTimeFormat(locale, dayOf);
  const dated = new Intl.DateTimeFormat(locale, { ...dayOf, year: 'numeric' });
  const short = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const number = new Intl.NumberFormat(locale);
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  return {
    locale,
    time: (at) => time.format(at),
    day: (at, now = at) => (new Date(at).getFullYear() === new Date(now).getFullYear() ? day : dated).format(at),
    moment: (at, now) => (new Date(at).toDateString() === new Date(now).toDateString() ? time : short).format(at),
    list: (words) => new Intl.ListFormat(locale).format(words),
    number: (n) => number.format(n),
    elapsed(ms) {
      const seconds = Math.max(0, Math.floor(ms / 1000));
      const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      return h > 0 ? `${number.format(h)}:${two.format(m)}:${two.format(s)}` : `${number.format(m)}:${two.format(s)}`;
    },
  };
}

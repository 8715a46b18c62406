/** How sizes, speeds and times of files are written. */
export type FileFormats = {
  /** 3.4 MB, 312 bytes: by thousands, as devices say what they have room for. */
  size(bytes: number): string;
  /** 3.4 MB/s */
  speed(bytesPerSecond: number): string;
  /** 42 %; never 100 before the end, nor 0 once something has come. */
  percent(have: number, of: number): string;
  /** 40 seconds, 2 minutes, 1 hour 20 minutes: no finer than it can be known. */
  duration(seconds: number): string;
};

const scales = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @param locale - BCP 47 tag. */
export function fileFormatsFor(locale: string): FileFormats {
  const unit = (name: string, unitDisplay: 'short' | 'long', digits: number, n: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay, maximumFractionDigits: digits }).format(n);
  const scaled = (bytes: number, per: '' | '-per-second') => {
    const scale = scaleOf(bytes);
    const n = bytes / 1000 ** scale;
    return unit(`${scales[scale] ?? 'byte'}${per}`, scale === 0 && per === '' ? 'long' : 'short', digitsOf(n, scale), n);
  };
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const time = (name: string, n: number) => unit(name, 'long', 0, n);
  return {
    size: (bytes) => scaled(bytes, ''),
    speed: (bytes) => scaled(bytes, '-per-second'),
    percent: (have, of) => percent.format(wholePercent(have, of) / 100),
    duration(seconds) {
      const s = Math.max(1, Math.round(seconds));
      if (s < 10) return time('second', s);
      if (s < MINUTE - 5) return time('second', Math.round(s / 5) * 5);
      if (s < HOUR - MINUTE / 2) return time('minute', Math.max(1, Math.round(s / MINUTE)));
      if (s >= DAY) return time('day', Math.round(s / DAY));
      const tens = Math.round(s / (10 * MINUTE));
      const rest = (tens % 6) * 10;
      return `${time('hour', Math.floor(tens / 6) || 1)}${rest === 0 ? '' : ` ${time('minute', rest)}`}`;
    },
  };
}

/** How far it has come in whole percent: 100 only when all is there, and 0 only when nothing is. */
export function wholePercent(have: number, of: number): number {
  if (of <= 0 || have >= of) return 100;
  return have <= 0 ? 0 : Math.min(99, Math.max(1, Math.floor((have / of) * 100)));
}

/** The unit in which it is less than a thousand, also once it is rounded. */
function scaleOf(bytes: number): number {
  let scale = 0;
  while (scale < scales.length - 1 && bytes / 1000 ** scale >= (scale === 0 ? 1000 : 999.5)) scale++;
  return scale;
}

/** One digit behind the point where it tells something. */
function digitsOf(n: number, scale: number): number {
  return scale >= 2 && n < 100 ? 1 : 0;
}

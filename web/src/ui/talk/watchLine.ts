import type { Line, Session } from '../../session/model';

/** How often the line is measured while somebody can see it, in milliseconds. Browsers measure every few seconds themselves. */
export const MEASURE_MS = 3000;

/** As much of the document as says whether it is seen. */
export type Sight = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;

/**
 * Measures the line at once and then again and again; not while the page is hidden.
 * @param tell - told what was measured when it is something else than before.
 * @returns what ends it.
 */
export function watchLine(session: Pick<Session, 'line'>, sight: Sight, tell: (line: Line | null) => void): () => void {
  let told: Line | null = null;
  let over = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  const measure = async () => {
    const line = await session.line();
    if (over || same(line, told)) return;
    told = line;
    tell(line);
  };
  const look = () => {
    clearInterval(timer);
    if (sight.visibilityState === 'hidden') return;
    timer = setInterval(() => void measure(), MEASURE_MS);
    void measure();
  };
  sight.addEventListener('visibilitychange', look);
  look();
  return () => {
    over = true;
    clearInterval(timer);
    sight.removeEventListener('visibilitychange', look);
  };
}

/** Alike as far as anybody is shown it. */
function same(a: Line | null, b: Line | null): boolean {
  return shown(a) === shown(b);
}

function shown(line: Line | null): string {
  if (line === null) return '';
  const { path, ownRelay, carrier, roundTripMs } = line;
  return [path, ownRelay, carrier, roundTripMs !== null && Math.round(roundTripMs)].join();
}

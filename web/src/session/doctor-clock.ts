/** Compares this device's clock with the `Date` of an answer (SPEC G5). */
import type { FindingState } from '../protocol/diagnosis';

/** How far a clock may be off, in milliseconds. */
const mostOffMs = 60_000;

/**
 * @param sent - when the request was sent, by this device's clock.
 * @param came - when its answer came.
 */
export function clockOf(headers: Pick<Headers, 'get'>, sent: number, came: number): FindingState {
  const date = Date.parse(headers.get('Date') ?? '');
  if (Number.isNaN(date)) return 'unknown';
  // A copy that a cache kept is as old as it says. Date has no fractions of a second: on average half a one is cut off.
  const age = /^\d{1,9}$/u.exec(headers.get('Age') ?? '')?.[0] ?? '0';
  const off = (sent + came) / 2 - (date + Number(age) * 1000 + 500);
  return Math.abs(off) <= mostOffMs ? 'yes' : 'no';
}

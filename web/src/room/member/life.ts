/** What a member does as time goes by, and how inputs end. */
import type { Action } from './action';
import { compareAgain } from './compare';
import { checkDoors } from './doors';
import { checkNeighbours } from './enter';
import { checkEpochs } from './epochs';
import { checkTypists, tellReceipts } from './receipts';
import { flush, isDue, type State } from './state';
import { forgetPassed } from './stays';
import { expire } from './take';
import { forgetWaits } from './waits';
import { askForMissing } from './wants';
import { tell } from './write';

/** How often a member looks after itself. */
export const keepMs = 1000;

/** Does what is left of an input, and hands over what is to be done. */
export async function finish(s: State): Promise<readonly Action[]> {
  for (let job = s.jobs.shift(); job !== undefined; job = s.jobs.shift()) await job();
  flush(s);
  const { out } = s;
  s.out = [];
  return out;
}

/** Sets the time, and does what is due. */
export function tick(s: State, now: number): void {
  s.now = Math.max(s.now, now);
  if (s.over) return;
  s.perform(s.node.tick(s.now));
  tell(s);
  tellReceipts(s);
  askForMissing(s);
  compareAgain(s);
  if (!isDue(s, 'keep')) return;
  s.due.keep = s.now + keepMs;
  forgetPassed(s.stays, s.now);
  forgetWaits(s.waits, s.now);
  s.pace.forget(s.now);
  expire(s);
  checkTypists(s);
  checkNeighbours(s);
  checkDoors(s);
  checkEpochs(s);
}

/** When {@link tick} has something to do. */
export function next(s: State): number {
  return Math.min(s.node.next(), ...Object.values(s.due));
}

/** How long to wait between one try and the next. */
import type { RandomBytes } from '../protocol/ids';
import { callAgainMs, firstPauseMs, longestPauseMs } from '../protocol/limits';

/** Before somebody who never answered is called again; then no more (K4). */
export function* pausesForTheAbsent(): Generator<number> {
  yield* callAgainMs;
}

/** Before somebody who was here is looked for again: longer and longer, each shortened by chance (M9). */
export function* pausesForTheLost(random: RandomBytes): Generator<number> {
  for (let ms = firstPauseMs; ; ms = Math.min(2 * ms, longestPauseMs)) {
    const [chance = 0] = random(1);
    yield ms * (1 - chance / 512);
  }
}

/** Which block is best asked of a neighbour (SPEC B9). */
import { leastBit, wordBits, type Bitmap } from './bitmap';
import { foreignMs, maxLevel } from './limits';
import type { BlockSet } from './set';
import { candidates, type Claim } from './state';

/** From `first` to before `end`; `mineOnly`: of the own share. */
export type Range = { readonly first: number; readonly end: number; readonly mineOnly: boolean };

/** The rarest that a neighbour has, of these one of the own share, of these the least; -1 if there is none. */
export function pick(set: BlockSet, claim: Claim, { first, end, mineOnly }: Range): number {
  const { open, mine, levels } = set;
  const begin = first >>> 5;
  const rarest = set.rarest();
  let best = -1;
  let bestLevel = maxLevel + 1;
  let own = false;
  for (let w = Math.max(set.firstOpen(), begin); w < open.length && w * wordBits < end; w++) {
    let left = open.word(w) & candidates(claim, w);
    if (w === begin) left &= -1 << (first & 31);
    const rest = end - w * wordBits;
    if (rest < wordBits) left &= (1 << rest) - 1;
    if (mineOnly) left &= mine.word(w);
    if (left === 0) continue;
    for (let level = rarest; level <= Math.min(bestLevel, maxLevel); level++) {
      const these = left & (levels[level] as Bitmap).word(w); // an open set has all levels
      const ours = these & mine.word(w);
      if (ours === 0 ? these === 0 || level === bestLevel : level === bestLevel && own) continue;
      best = w * wordBits + leastBit(ours === 0 ? these : ours);
      bestLevel = level;
      own = ours !== 0;
    }
    if (own && bestLevel === rarest) break;
  }
  return best;
}

/**
 * Whether a neighbour that has all is not asked for the shares of others: while it may be asked for something of the own
 * one, or some of that is on its way, and for a while after.
 */
export function leavesShares(set: BlockSet, claim: Claim, now: number): boolean {
  if (set.sharers === 1 || !set.whole) return false;
  const { mine, have, fine, open } = set;
  for (let w = set.firstLacking(); w < mine.length; w++) {
    const lacking = mine.word(w) & ~have.word(w) & ~fine.word(w);
    if ((lacking & (~open.word(w) | candidates(claim, w))) === 0) continue;
    claim.spentAt = now;
    return true;
  }
  return now - claim.spentAt < foreignMs;
}

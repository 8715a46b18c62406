/** Which block is best asked of a neighbour (SPEC B9). */
import { leastBit, wordBits, type Bitmap } from './bitmap';
import { foreignMs, maxLevel } from './limits';
import type { BlockSet } from './set';
import { candidates, type Claim } from './state';

/** From `first` to before `end`, and where `only` is not null, of those. */
export type Range = { readonly first: number; readonly end: number; readonly only: Bitmap | null };

/** The rarest that a neighbour has, of these one of the own share, of these the least; -1 if there is none. */
export function pick(set: BlockSet, claim: Claim, { first, end, only }: Range): number {
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
    if (only !== null) left &= only.word(w);
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
 * Which blocks a neighbour that has all is asked for: the own share, while it may be asked for something of it, or some of
 * that is on its way, and for a while after; then in the same way the own part of the shares of others, who may be slow or
 * asleep; and then whatever there is, which is null.
 */
export function onlyOf(set: BlockSet, claim: Claim, now: number): Bitmap | null {
  if (set.sharers === 1 || !set.whole) return null;
  if (isLeft(set, claim, set.mine)) claim.mineAt = now;
  if (now - claim.mineAt < foreignMs) return set.mine;
  if (isLeft(set, claim, set.second)) claim.secondAt = now;
  return now - claim.secondAt < foreignMs ? set.second : null;
}

/** Whether some of a share may be asked of a neighbour, or is on its way. */
function isLeft({ have, fine, open }: BlockSet, claim: Claim, share: Bitmap): boolean {
  for (let w = 0; w < share.length; w++) {
    const lacking = share.word(w) & ~have.word(w) & ~fine.word(w);
    if ((lacking & (~open.word(w) | candidates(claim, w))) !== 0) return true;
  }
  return false;
}

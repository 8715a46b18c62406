/** What neighbours say that they have (SPEC B4), and how rare that makes the blocks of a set. */
import type { BlockHave } from '../protocol/block-frame';
import { maxSetBlocks } from '../protocol/limits';
import { cancelSet } from './asked';
import { Bitmap, eachOf } from './bitmap';
import { maxBitBytes } from './limits';
import type { BlockSet } from './set';
import { change, claimOf, usable, type Claim, type Neighbour, type State } from './state';

/** Takes what a neighbour says. */
export function heard(s: State, n: Neighbour, frame: BlockHave): void {
  const set = s.known.get(frame.set);
  const claim = claimOf(n, frame.set, set !== undefined);
  if (claim === undefined) return;
  const wanted = claim.wants;
  claim.said = true;
  claim.declined = frame.declined;
  claim.all = !claim.declined && (claim.all || frame.all);
  claim.wants = !claim.declined && !claim.all && frame.wants;
  if (set === undefined) return;
  if (claim.declined) cancelSet(s, n, set);
  if (claim.declined || claim.all) {
    uncount(set, claim);
    n.bitBytes -= bytesOf(claim.bits.length);
    claim.bits = new Bitmap();
    claim.has = 0;
  } else {
    addBits(n, set, claim, frame);
  }
  if (claim.wants && !wanted && (set.wants || set.count > 0)) {
    claim.due = true;
    claim.cursor = 0;
  }
  change(s, set);
  s.tells = true;
  s.asks = true;
}

function addBits(n: Neighbour, set: BlockSet, claim: Claim, { first, bits }: BlockHave): void {
  const end = set.whole ? set.plan.length : maxSetBlocks;
  const counts = usable(n, set) !== undefined && !set.complete;
  claim.counted ||= counts;
  let full = false;
  eachOf(bits, first, (i) => {
    if (full || i >= end || claim.bits.has(i)) return;
    const more = bytesOf(claim.bits.lengthWith(i) - claim.bits.length);
    full = more > 0 && n.bitBytes + more > maxBitBytes;
    if (full) return;
    claim.bits.add(i);
    n.bitBytes += more;
    claim.has++;
    if (counts) set.seenBy(i, 1);
  });
}

/** What so many words of a bitmap take. */
function bytesOf(words: number): number {
  return 4 * words;
}

/** Takes what a neighbour has out of what is known to be rare. */
export function uncount(set: BlockSet, claim: Claim): void {
  if (!claim.counted) return;
  claim.bits.each(0, (i) => set.seenBy(i, -1));
  claim.counted = false;
}

/** Takes what a neighbour has of all sets out of what is known to be rare. */
export function uncountAll(s: State, n: Neighbour): void {
  for (const set of s.sets) {
    const claim = n.claims.get(set.id);
    if (claim === undefined) continue;
    uncount(set, claim);
    change(s, set);
  }
}

/** Makes what a neighbour says of a set what it says of one that is not known. */
export function forget(n: Neighbour, set: BlockSet): void {
  const claim = n.claims.get(set.id);
  if (claim === undefined) return;
  if (claim.told !== 'nothing' || set.count > 0) n.forgets.push(set.id);
  n.bitBytes -= bytesOf(claim.bits.length);
  n.claims.delete(set.id);
  const again = claim.said ? claimOf(n, set.id, false) : undefined;
  if (again === undefined) return;
  again.said = true;
  again.all = claim.all;
  again.wants = claim.wants;
  again.declined = claim.declined;
}

/** Takes notice of blocks of the plan that were not known, from an index on. */
export function planned(s: State, set: BlockSet, from: number): void {
  for (const n of s.neighbours) {
    const claim = n.claims.get(set.id);
    if (claim === undefined) continue;
    if (set.whole) {
      claim.bits.each(set.plan.length, (i) => {
        claim.bits.remove(i);
        claim.has--;
      });
    }
    if (claim.counted) claim.bits.each(from, (i) => set.seenBy(i, 1));
  }
}

/** What neighbours are told of what is here (SPEC B4). */
import type { BlockId } from '../protocol/ids';
import { maxHaveBits } from '../protocol/limits';
import { Bitmap } from './bitmap';
import { tellGap, tellMore, tellMs } from './limits';
import type { BlockSet, Standing } from './set';
import { claimOf, send, type Claim, type Neighbour, type State } from './state';

const nothing = new Uint8Array();

/** Tells the neighbours what they are to know and there is room for. */
export function tellAll(s: State): void {
  s.tells = false;
  s.owes = false;
  for (const n of s.neighbours) {
    n.waits = false;
    for (const id of n.forgets) tellHave(s, n, id, 'declined');
    n.forgets = [];
    for (const set of s.sets) {
      const claim = claimOf(n, set.id, true);
      if (claim !== undefined) tell(s, n, set, claim);
    }
  }
}

function tell(s: State, n: Neighbour, set: BlockSet, claim: Claim): void {
  const { standing } = set;
  if (standing !== claim.told) {
    claim.told = standing;
    claim.due = true;
    if (standing === 'wants') claim.cursor = 0;
  }
  const news = claim.wants && claim.fresh < set.fresh.length;
  if (!claim.due && !news && claim.cursor <= 0) return;
  if (n.room <= 0) {
    n.waits = true;
    s.owes = true;
    return;
  }
  const isLast = standing === 'all' || standing === 'declined';
  if (!isLast && !isSoon(set, claim) && s.now - claim.toldAt < tellMs) {
    s.owes = true;
    return;
  }
  claim.due = false;
  claim.toldAt = s.now;
  if (isLast) {
    claim.cursor = -1;
    tellHave(s, n, set.id, standing);
  } else if (claim.cursor >= 0) {
    tellFull(s, n, set, claim);
  } else {
    tellFresh(s, n, set, claim);
  }
}

/** Whether a word is not to wait: the next part of a long one, or one about enough. */
function isSoon(set: BlockSet, claim: Claim): boolean {
  if (claim.cursor >= 0) return claim.cursor > 0;
  return claim.wants && set.fresh.length - claim.fresh >= tellMore;
}

/** Tells all that is here, as far as there is room. */
function tellFull(s: State, n: Neighbour, set: BlockSet, claim: Claim): void {
  if (claim.cursor === 0) claim.fresh = set.fresh.length;
  while (n.room > 0) {
    const run = runFrom(set.have, claim.cursor);
    if (run === undefined) {
      if (claim.cursor === 0) tellHave(s, n, set.id, set.standing);
      claim.cursor = -1;
      return;
    }
    tellHave(s, n, set.id, set.standing, run);
    claim.cursor = run.end;
  }
  n.waits = true;
  s.owes = true;
}

/** Tells what is new; or where nothing is, what the set's standing is now. */
function tellFresh(s: State, n: Neighbour, set: BlockSet, claim: Claim): void {
  const indexes = set.fresh.slice(claim.fresh);
  claim.fresh = set.fresh.length;
  const least = indexes.reduce((a, b) => Math.min(a, b), Infinity);
  const base = indexes.length === 0 ? 0 : least - (least % 8);
  const news = new Bitmap();
  for (const i of indexes) news.add(i - base);
  let run = runFrom(news, 0);
  if (run === undefined) tellHave(s, n, set.id, set.standing);
  for (; run !== undefined; run = runFrom(news, run.end)) {
    tellHave(s, n, set.id, set.standing, { ...run, first: base + run.first });
  }
}

/** Octets of a bitmap, up to before `end`. */
type Run = { readonly first: number; readonly end: number; readonly bits: Uint8Array };

/** The next octets of a bitmap for a frame, from one on; undefined if there are none. */
function runFrom(bits: Bitmap, from: number): Run | undefined {
  const first = bits.nextOctet(from);
  if (first < 0) return undefined;
  let last = first;
  for (let j = first; j >= 0 && j - last <= tellGap && j - first < maxHaveBits; j = bits.nextOctet(j + 1)) last = j;
  return { first: 8 * first, end: last + 1, bits: bits.octets(first, last + 1) };
}

function tellHave(s: State, n: Neighbour, set: BlockId, standing: Standing, run?: Run): void {
  const { first, bits } = run ?? { first: 0, bits: nothing };
  const [wants, all, declined] = [standing === 'wants', standing === 'all', standing === 'declined'];
  send(s, n, { t: 'have', set, wants, all, declined, first, bits });
}

/** Whom a member asks for what (SPEC B9). */
import { compareBase64url } from '../protocol/base64url';
import { ask } from './asked';
import { endgameMs, lateMs, maxAsked, maxUnkept, refusedMs } from './limits';
import { onlyOf, pick } from './pick';
import type { BlockSet } from './set';
import { hasBlock, usable, type Ask, type Claim, type Neighbour, type State } from './state';

/** Asks for as much as may be asked for. */
export function askAll(s: State): void {
  s.asks = false;
  for (const set of s.sets) {
    if (!set.wants) continue;
    if (!set.whole) askFor(s, set, 0, set.plan.length);
    else if (set.first < set.end) askFor(s, set, set.first, Math.min(set.end, set.plan.length));
  }
  for (const set of s.sets) {
    if (!set.wants) continue;
    askFor(s, set, 0, set.plan.length);
    if (set.openCount === 0) endgame(s, set);
  }
}

/** Asks for blocks of a set from `first` to before `end`, those neighbours first that have not all. */
function askFor(s: State, set: BlockSet, first: number, end: number): void {
  if (set.openCount === 0 || !mayAsk(s)) return;
  share(s, set);
  for (const all of [false, true]) {
    for (const n of s.neighbours) {
      const claim = usable(n, set);
      if (claim === undefined || claim.all !== all || !mayAskOf(n)) continue;
      const only = all && set.plan.length === end - first ? onlyOf(set, claim, s.now) : null;
      while (mayAsk(s) && mayAskOf(n)) {
        const i = pick(set, claim, { first, end, only });
        if (i < 0) break;
        ask(s, n, set, i);
      }
    }
  }
}

function mayAsk(s: State): boolean {
  return s.asked + s.unkept < maxAsked && s.unkept < maxUnkept;
}

function mayAskOf(n: Neighbour): boolean {
  return n.room > 0 && n.asks.length < n.window;
}

/** Finds out which share is the own one: as many want the set, and so many of them come before this member. */
function share(s: State, set: BlockSet): void {
  let [sharers, place] = [1, 0];
  for (const n of s.neighbours) {
    if (usable(n, set)?.wants !== true) continue;
    sharers++;
    if (compareBase64url(n.peer, s.self) < 0) place++;
  }
  set.share(sharers, place);
}

/** Asks another for what was to be there by now. */
function endgame(s: State, set: BlockSet): void {
  for (const n of s.neighbours) {
    const claim = usable(n, set);
    if (claim === undefined) continue;
    while (mayAsk(s) && mayAskOf(n)) {
      const oldest = oldestFor(s, n, set, claim);
      if (oldest === undefined) break;
      ask(s, n, set, oldest.index);
    }
  }
}

/** What others were asked for the longest ago, and this neighbour has too. */
function oldestFor(s: State, n: Neighbour, set: BlockSet, claim: Claim): Ask | undefined {
  let oldest: Ask | undefined;
  for (const other of s.neighbours) {
    if (other === n) continue;
    for (const a of other.asks) {
      if (a.set !== set || a.late || s.now - a.at < endgameMs || (set.busy.get(a.index) ?? 0) >= 2) continue;
      if (!hasBlock(claim, a.index) || claim.barred.has(a.index)) continue;
      if (oldest === undefined || a.at < oldest.at) oldest = a;
    }
  }
  return oldest;
}

/** Does what time brings. */
export function work(s: State): void {
  for (const n of s.neighbours) {
    expire(s, n);
    for (const { id } of s.sets) {
      const claim = n.claims.get(id);
      if (claim === undefined || claim.refused.length === 0 || s.now - claim.refusedAt < refusedMs) continue;
      for (const i of claim.refused) claim.barred.remove(i);
      claim.refused = [];
    }
  }
  s.tells = true;
  s.asks = true;
}

/** Lets others be asked for what has not come for long. */
function expire(s: State, n: Neighbour): void {
  const late = n.asks.filter((a) => !a.late && s.now - a.at >= lateMs);
  for (const a of late) {
    a.late = true;
    n.claims.get(a.set.id)?.barred.add(a.index);
    s.asked--;
    a.set.release(a.index);
  }
  if (late.length > 0) n.window = Math.max(1, Math.floor(n.window / 2));
}

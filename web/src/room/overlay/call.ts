/** Whom a member calls, and by whom it lets itself be called. */
import { compareBase64url } from '../../protocol/base64url';
import type { Peer } from './action';
import { happens, shuffled, spread } from './chance';
import {
  answerMs, attemptMs, callAgainMostMs, callAgainMs, full, lostMs, maxLinks, passiveView, presenceMs, reunionMs,
  settledMs, storeAfter,
} from './limits';
import { act, everybody, isBlocked, isHere, linkTo, membersHere, type State } from './state';
import { wayTo } from './ways';

/** Puts a member into the passive view, in the place of another if it is full. */
export function remember(s: State, peer: Peer): void {
  if (peer === s.self || linkTo(s, peer) !== undefined || s.passive.includes(peer) || !isHere(s, peer)) return;
  if (s.passive.length < passiveView) s.passive.push(peer);
  else s.passive[s.random(passiveView)] = peer;
}

/** Calls everybody who is here, as is right in a mesh. */
export function callAll(s: State): void {
  const alone = s.links.length === 0;
  for (const peer of alone ? likeliest(s) : everybody(s)) {
    if (alone && s.attempts.size > 0) return; // one through the store is enough: it introduces to the others
    const m = s.members.get(peer);
    if (m === undefined || s.now < m.notBefore) continue;
    call(s, peer, wayTo(s, peer) === undefined || m.failed > 0);
  }
}

/**
 * Calls members of the passive view, chosen at random (HyParView section 4.3). Who is alone calls through the store, three
 * at a time.
 */
export function callSome(s: State, count: number): void {
  const alone = s.links.length === 0;
  const cut = s.failures >= storeAfter;
  let left = alone ? Math.min(count, 3 - s.attempts.size) : count;
  for (const peer of alone ? likeliest(s) : shuffled(s.random, s.passive)) {
    if (left <= 0) return;
    const byStore = wayTo(s, peer) === undefined;
    if ((byStore && !alone && !cut) || s.now < (s.members.get(peer)?.notBefore ?? 0)) continue;
    if (call(s, peer, byStore || cut)) left--;
  }
}

/**
 * Who is here, the likeliest to be reached through the store first: doors, which listen there, and of them and of others
 * those that were heard of last.
 */
function likeliest(s: State): Peer[] {
  const heard = (peer: Peer) => s.members.get(peer)?.heard ?? 0;
  const isDoor = (peer: Peer) => s.members.get(peer)?.door === true;
  return membersHere(s).toSorted((a, b) => Number(isDoor(b)) - Number(isDoor(a)) || heard(b) - heard(a));
}

/** Asks for a link, if there is none and none is being made. @returns whether it did. */
export function call(s: State, peer: Peer, byStore: boolean): boolean {
  if (peer === s.self || linkTo(s, peer) !== undefined || s.attempts.has(peer) || isBlocked(s, peer)) return false;
  if (s.links.length + s.attempts.size >= maxLinks) return false;
  s.attempts.set(peer, { outbound: true, until: s.now + (byStore ? attemptMs : answerMs) });
  act(s, { do: 'connect', peer, byStore });
  return true;
}

/** An attempt to connect has ended, whoever began it. */
export function fail(s: State, peer: Peer): void {
  const attempt = s.attempts.get(peer);
  if (attempt === undefined) return;
  s.attempts.delete(peer);
  if (!attempt.outbound) return;
  s.failures++;
  leaveAlone(s, peer);
}

/** Does not call a member for a while. */
export function leaveAlone(s: State, peer: Peer): void {
  const m = s.members.get(peer);
  if (m === undefined) return;
  m.notBefore = s.now + spread(s.random, doubled(callAgainMs, m.failed));
  m.failed++;
}

/** A pause that was doubled so many times, up to the longest. */
function doubled(ms: number, times: number): number {
  return Math.min(ms * 2 ** Math.min(times, 8), callAgainMostMs);
}

/** Ends attempts that have taken too long. */
export function expireAttempts(s: State): void {
  const over = [...s.attempts].filter(([, attempt]) => s.now >= attempt.until).map(([peer]) => peer);
  for (const peer of over.toSorted(compareBase64url)) fail(s, peer);
}

/**
 * Calls somebody who went without goodbye, through the store: a room that was parted finds itself again. All members
 * together do so about twice a minute at first, however many they are.
 */
export function reunite(s: State): void {
  const since = s.now - s.lostAt;
  if (since > lostMs) s.lost = [];
  const often = reunionMs / (reunionMs + since);
  if (s.lost.length === 0 || s.leaving || !happens(s.random, often / (s.here + 1))) return;
  const peer = s.lost[s.random(s.lost.length)];
  if (peer !== undefined) call(s, peer, true);
}

/** For who knows nobody any more. */
export function enterAgain(s: State): void {
  if (!s.entered || s.now < s.aloneAt) return;
  s.aloneAt = s.now + spread(s.random, doubled(presenceMs, s.alone));
  s.alone++;
  act(s, { do: 'alone' });
}

/** Whether a link that somebody else begins is welcome. */
export function accepts(s: State, peer: Peer, urgent: boolean): boolean {
  if (peer === s.self || s.leaving || isBlocked(s, peer) || linkTo(s, peer) !== undefined) return false;
  const attempt = s.attempts.get(peer);
  // Both call: the lesser one's call counts.
  if (attempt?.outbound === true && compareBase64url(s.self, peer) < 0) return false;
  const limit = s.mesh || urgent ? maxLinks : full;
  return s.links.length + s.attempts.size < limit || attempt !== undefined || (urgent && givesWay(s));
}

/**
 * Whether the link that there has been longest may end for one that is needed more (HyParView section 4.2: a newcomer is
 * always let in). Who is at its other end has had time to find others.
 */
export function givesWay(s: State): boolean {
  const oldest = s.links[0];
  return oldest !== undefined && s.now - oldest.since >= settledMs;
}

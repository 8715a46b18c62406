/** Which links are welcome (SPEC R4), and how they end, and with them a stay (R9). */
import { compareBase64url } from '../../protocol/base64url';
import type { ByeReason, RoomHello } from '../../protocol/room-frame';
import type { EndReason } from './action';
import type { LinkEnd, LinkFacts } from './config';
import { closeDoors } from './doors';
import { act, drop, flush, isFounder, isMember, isRemoved, linkTo, type Link, type Peer, type State } from './state';

/** How many members other than the founder have to say that this one was removed. */
const refusersNeeded = 2;

const endReasons = { full: 'room_full', locked: 'room_locked', removed: 'removed' } as const;

/** What to say over a new link. */
export function hello(s: State): RoomHello {
  return { t: 'hello', root: isMember(s, s.self) ? s.root : null, name: s.name, restart: true };
}

/** Whether a link that somebody begins is welcome. */
export function accepts(s: State, peer: Peer, urgent: boolean): boolean {
  return !s.over && !isRemoved(s, peer) && s.node.accepts(peer, urgent);
}

/** Whether a further link to a neighbour takes the place of the one that there is: both sides keep the same. */
export function replaces(s: State, peer: Peer, { key, caller }: LinkFacts): boolean {
  const old = linkTo(s, peer);
  // The other has come back, or has lost the one that there was.
  if (old === undefined || old.key !== key || old.caller === caller) return true;
  return caller === compareBase64url(s.self, peer) < 0;
}

/** Ends what has hardly begun. */
export function turnAway(s: State, peer: Peer, reason: ByeReason): void {
  act(s, { do: 'disconnect', peer, reason });
  s.perform(s.node.failed(peer));
}

/** A link is there no more. */
export function unlink(s: State, peer: Peer): void {
  if (s.over || linkTo(s, peer) === undefined) return;
  drop(s, peer);
  s.perform(s.node.lost(peer));
  s.gathered.people = true;
}

/** Ends a link for a reason that is not the overlay's, and nobody's fault. */
export function dismiss(s: State, { peer }: Link): void {
  act(s, { do: 'disconnect', peer, reason: 'spare' });
  unlink(s, peer);
}

/** A link has ended, from the other side or by itself. */
export function unlinked(s: State, peer: Peer, end: LinkEnd): void {
  const link = linkTo(s, peer);
  if (s.over || link === undefined) return;
  unlink(s, peer);
  if (end.how !== 'bye' || end.reason === null || end.reason === 'spare') return;
  if (end.reason === 'removed') s.refusers.add(peer);
  if (believes(s, link, end.reason)) endStay(s, endReasons[end.reason]);
}

/**
 * Whether a refusal is the end: that of the first member which this one has called, or, of who was in, that of the founder,
 * who alone removes, or of some others when nobody is left. One may lie.
 */
function believes(s: State, { caller, peer }: Link, reason: ByeReason): boolean {
  if (isFounder(s)) return false;
  if (caller && !(s.met && isMember(s, s.self))) return true;
  if (reason !== 'removed' || s.room === null) return false;
  return peer === s.room.history.founder || (s.links.length === 0 && s.refusers.size >= refusersNeeded);
}

/** The last that this member does. */
export function endStay(s: State, reason: EndReason): void {
  if (s.over) return;
  flush(s);
  closeDoors(s);
  for (const { peer } of s.links) act(s, { do: 'disconnect', peer, reason: 'spare' });
  act(s, { do: 'ended', reason });
  close(s);
}

/** Says goodbye and ends all links; nothing comes after it. */
export function leave(s: State): void {
  closeDoors(s);
  s.perform(s.node.leave());
  s.jobs.push(() => {
    for (const { peer } of s.links) act(s, { do: 'disconnect', peer, reason: null });
    flush(s);
    close(s);
  });
}

function close(s: State): void {
  s.over = true;
  s.links = [];
}

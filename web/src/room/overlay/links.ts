/** Which links a member has, looks for and can spare (SPEC O7). */
import type { Peer, Reason } from './action';
import { announce, recall } from './announcing';
import { newBucket } from './bucket';
import { callAll, callSome, enterAgain, givesWay, remember } from './call';
import { shuffled, spread } from './chance';
import {
  blockedMs, enough, frames, maxBlocked, maxLinks, meshDown, meshUp, relayed, settledMs, spareMs, wanted, waste,
} from './limits';
import { act, isBlocked, linkTo, send, without, type Link, type State } from './state';

/** Takes a new link, whoever began it. */
export function connected(s: State, peer: Peer): void {
  s.attempts.delete(peer);
  if (linkTo(s, peer) !== undefined || peer === s.self) return;
  if (isBlocked(s, peer) || (s.links.length >= maxLinks && !giveWay(s))) {
    act(s, { do: 'disconnect', peer, reason: 'spare' });
    return;
  }
  const link = newLink(peer, s.now);
  s.links.push(link);
  s.entered = true;
  s.failures = 0;
  s.alone = 0;
  s.aloneAt = 0;
  s.passive = without(s.passive, peer);
  s.lost = without(s.lost, peer);
  const m = s.members.get(peer);
  if (m !== undefined) m.failed = 0;
  recall(s, link);
  if (s.links.length > 1) return;
  s.linkedAt = s.now;
  send(s, link, { t: 'join' });
  announce(s, s.stay);
}

function newLink(peer: Peer, now: number): Link {
  return {
    peer,
    since: now,
    pruned: new Set(),
    queue: new Set(),
    waiting: 0,
    broken: 0,
    broughtIn: false,
    frames: newBucket(frames, now),
    waste: newBucket(waste, now),
    relayed: newBucket(relayed, now),
  };
}

/** A link has ended that this side did not ask to end. */
export function lost(s: State, peer: Peer): void {
  const link = linkTo(s, peer);
  if (link === undefined) return;
  unlink(s, link);
  remember(s, peer);
  keepLinks(s);
}

/** A link has ended in whose place there is another one to the same: `connected` follows, and nobody is called in between. */
export function replaced(s: State, peer: Peer): void {
  const link = linkTo(s, peer);
  if (link === undefined) return;
  unlink(s, link);
  remember(s, peer);
}

/** Forgets a link. */
export function unlink(s: State, link: Link): void {
  s.links = s.links.filter((one) => one !== link);
}

/** Ends a link for a fault of the neighbour's. */
export function drop(s: State, link: Link, reason: Reason): void {
  unlink(s, link);
  s.passive = without(s.passive, link.peer);
  if (s.blocked.size < maxBlocked) s.blocked.set(link.peer, s.now + blockedMs);
  act(s, { do: 'disconnect', peer: link.peer, reason });
  keepLinks(s);
}

/** Looks for links where some are wanted, and offers those that can be spared. */
export function keepLinks(s: State): void {
  resize(s);
  const count = s.links.length + s.attempts.size;
  const isNew = s.links.length > 0 && s.now < s.linkedAt + settledMs;
  if (s.leaving || isNew) return;
  if (count === 0 && s.here === 0) enterAgain(s);
  else if (s.mesh) callAll(s);
  else if (count < wanted) callSome(s, wanted - count);
  else if (s.links.length > enough && s.now >= s.spareAt) offerSpare(s);
}

/** Changes from mesh to overlay and back. In a new overlay nothing is pruned yet, so everything goes everywhere. */
function resize(s: State): void {
  if (s.here + 1 > meshUp) s.mesh = false;
  else if (s.here + 1 <= meshDown) s.mesh = true;
}

/** The links, in an order by chance. */
export function anyOrder(s: State): Link[] {
  return shuffled(s.random, s.links);
}

/** Offers to end the link that would be missed least: one by which hardly anything is passed on. */
function offerSpare(s: State): void {
  s.spareAt = s.now + spread(s.random, spareMs);
  let spare: Link | undefined;
  for (const link of anyOrder(s)) {
    if (spare === undefined || link.pruned.size > spare.pruned.size) spare = link;
  }
  if (spare !== undefined) send(s, spare, { t: 'part' });
}

/** Ends the link that there has been longest, if it may end. */
function giveWay(s: State): boolean {
  const oldest = s.links[0];
  if (oldest === undefined || !givesWay(s)) return false;
  endSpare(s, oldest);
  return true;
}

/** Answers a neighbour that has links to spare: the link ends if this side can spare it too. */
export function part(s: State, link: Link): void {
  const asked = s.now < s.spareAt; // another one may go
  if (!s.mesh && s.links.length > wanted + Number(asked)) endSpare(s, link);
}

function endSpare(s: State, link: Link): void {
  unlink(s, link);
  remember(s, link.peer);
  act(s, { do: 'disconnect', peer: link.peer, reason: 'spare' });
}

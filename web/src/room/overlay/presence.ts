/** Who is here, by what members say of themselves (SPEC O2). */
import { compareBase64url } from '../../protocol/base64url';
import type { Presence } from '../../protocol/presence';
import type { Item, Peer } from './action';
import { announce } from './announcing';
import { newBucket, spend } from './bucket';
import { remember } from './call';
import { goneMs, maxLost, maxMembers, passiveView, presences, wanted, wayMs } from './limits';
import { keepLinks, unlink } from './links';
import { forgetHeard } from './memory';
import { act, linkTo, membersHere, without, type Link, type Member, type State } from './state';
import { forgetTrail } from './trail';
import { learnWay } from './ways';

/** Those that are doors (R2), this one not among them, ascending. */
export function doors(s: State): Peer[] {
  return membersHere(s).filter((peer) => s.members.get(peer)?.door === true);
}

/** Says whether this member is a door. Others hear of a change at once. */
export function setDoor(s: State, isDoor: boolean): void {
  const stay = isDoor ? 'door' : 'here';
  if (s.stay === stay) return;
  s.stay = stay;
  announce(s, stay);
}

/** Asks for the presence that says goodbye. */
export function leave(s: State): void {
  announce(s, 'leaving');
  s.leaving = true;
}

/** Takes a presence. @returns whether it is news: too many of one member are none. */
export function present(s: State, item: Item, presence: Pick<Presence, 'counter' | 'stay'>, over: Link): boolean {
  const peer = item.author;
  let m = s.members.get(peer);
  if (peer === s.self || presence.counter <= (m?.counter ?? 0)) return false;
  if (m === undefined) {
    if (s.members.size >= maxMembers) return false;
    m = newMember(s.now);
    s.members.set(peer, m);
  }
  if (!spend(m.pace, 1, s.now)) return false;
  m.counter = presence.counter;
  m.id = item.id;
  m.heard = s.now;
  learnWay(s, peer, over, true);
  settle(s, peer, m, presence.stay);
  return true;
}

function newMember(now: number): Member {
  const pace = newBucket(presences, now);
  return { counter: 0, id: null, heard: now, left: true, door: false, pace, failed: 0, notBefore: 0 };
}

/** Takes note of whether a member is here. */
function settle(s: State, peer: Peer, m: Member, stay: Presence['stay']): void {
  const leaves = stay === 'leaving';
  if (leaves && !m.left) gone(s, peer);
  if (!leaves && m.left) {
    s.here++;
    act(s, { do: 'joined', peer });
  }
  m.left = leaves;
  m.door = stay === 'door';
  if (!leaves) mention(s, peer);
}

/** Lets a member into the passive view as often as others: every presence is a sample of who is here. */
function mention(s: State, peer: Peer): void {
  if (s.passive.length < passiveView || s.random(s.here + 1) < Math.floor(passiveView / 4)) remember(s, peer);
  s.lost = without(s.lost, peer);
  if (s.mesh || s.links.length + s.attempts.size < wanted) keepLinks(s);
}

/** Takes a member off every list but that of who was heard. */
function gone(s: State, peer: Peer): void {
  s.here--;
  s.passive = without(s.passive, peer);
  act(s, { do: 'gone', peer });
}

/** Ends what is over: what was heard, members that are not heard of, ways, offers, names that were blocked. */
export function forget(s: State): void {
  forgetHeard(s.heard, s.now);
  forgetTrail(s);
  const over = [...s.members].filter(([, m]) => s.now - m.heard >= goneMs);
  for (const [peer, m] of over.toSorted(([a], [b]) => compareBase64url(a, b))) {
    if (!m.left) {
      gone(s, peer);
      s.lost = [...without(s.lost, peer), peer].slice(-maxLost);
      s.lostAt = s.now;
    }
    forgetMember(s, peer);
  }
  for (const [peer, way] of s.ways) if (s.now - way.at >= wayMs) s.ways.delete(peer);
  for (const [peer, until] of s.blocked) if (s.now >= until) s.blocked.delete(peer);
}

function forgetMember(s: State, peer: Peer): void {
  s.members.delete(peer);
  for (const link of s.links) link.pruned.delete(peer);
}

/** Forgets somebody who is no member of the room any more, with the link to them, which the caller ends. */
export function expel(s: State, peer: Peer): void {
  const link = linkTo(s, peer);
  if (link !== undefined) unlink(s, link);
  s.attempts.delete(peer);
  s.lost = without(s.lost, peer);
  const m = s.members.get(peer);
  if (m !== undefined) {
    if (!m.left) gone(s, peer);
    forgetMember(s, peer);
  }
  keepLinks(s);
}

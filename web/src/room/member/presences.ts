/** What members say of being here (SPEC O2), and what waited for it. */
import type { GossipId } from '../../protocol/ids';
import { signPresence, type Presence } from '../../protocol/presence';
import { connect, introduced } from './calls';
import { isMember, isRemoved, mayBeMember, type Link, type Peer, type State } from './state';
import { keepPassed, removeStay, setStay, type Passed } from './stays';
import { holdPresence } from './waits';

/** Signs the own presence, as soon as a room is known, and broadcasts it. */
export function announce(s: State, said: Pick<Presence, 'counter' | 'stay'>): void {
  s.jobs.push(async () => {
    if (s.root === null || s.over) return;
    const presence: Presence = { ...said, member: s.self, key: s.config.key };
    const { id, raw } = await signPresence(presence, s.root, s.config.signer);
    keepPassed(s.stays, { id, presence, raw }, s.now);
    s.perform(s.node.broadcast({ id, author: s.self, presence }));
  });
}

/**
 * Takes a presence that a neighbour has passed on. What is said of somebody who is no member yet waits a while for the
 * admission (R4): anybody can make any number of keys.
 */
export function takePresence(s: State, link: Link, passed: Passed, hops: number): void {
  const { member } = passed.presence;
  if (isRemoved(s, member)) return;
  if (!mayBeMember(s, member)) {
    holdPresence(s.waits, { passed, from: link.peer, hops, at: s.now });
    s.perform(s.node.held(link.peer, passed.id));
    return;
  }
  push(s, link.peer, passed, hops);
}

function push(s: State, from: Peer, passed: Passed, hops: number): void {
  const { id, presence } = passed;
  keepPassed(s.stays, passed, s.now);
  s.perform(s.node.pushed(from, { id, author: presence.member, presence }, hops));
}

/** The overlay has found a presence to be news. */
export function present(s: State, id: GossipId): void {
  const presence = s.stays.passed.get(id)?.presence;
  if (presence === undefined) return;
  s.gathered.people = true;
  if (presence.stay === 'leaving') {
    removeStay(s.stays, presence.member);
    return;
  }
  setStay(s.stays, presence);
  goOn(s, presence.member);
}

/** Goes on with who was to be called, or has called, before their presence came. */
function goOn(s: State, peer: Peer): void {
  if (s.waits.calls.delete(peer)) connect(s, peer, false);
  const held = s.waits.offers.get(peer);
  s.waits.offers.delete(peer);
  if (held !== undefined) introduced(s, held.offer);
}

/** Lets in what was said by somebody who is a member now. */
export function admitted(s: State, peer: Peer): void {
  const held = s.waits.presences.get(peer);
  if (held === undefined || !isMember(s, peer)) return;
  s.waits.presences.delete(peer);
  push(s, held.from, held.passed, held.hops);
}

/** What a removal ends: links, presences, and the own part (SPEC E10, R8). */
import { dismiss, endStay } from './links';
import { act, drop, isMember, isRemoved, type Peer, type State } from './state';
import { removeStay } from './stays';

/** Ends what there is with those who are members no more, also with this one. */
export function checkMembership(s: State): void {
  s.gathered.people = true;
  if (!isMember(s, s.self)) {
    thrownOut(s);
    return;
  }
  for (const { peer } of s.links) {
    if (!isRemoved(s, peer)) continue;
    expel(s, peer);
    act(s, { do: 'disconnect', peer, reason: 'removed' });
  }
  if (!s.synced) return;
  for (const peer of s.node.members()) if (!isMember(s, peer)) expel(s, peer);
}

/** Forgets somebody's presence and link. */
export function expel(s: State, peer: Peer): void {
  drop(s, peer);
  removeStay(s.stays, peer);
  s.perform(s.node.expel(peer));
}

/**
 * Ends this member's part if it was removed. If it only has no say any more, since who let it in was removed, it looks for
 * other links, to be let in anew.
 */
function thrownOut(s: State): void {
  if (isRemoved(s, s.self)) {
    endStay(s, 'removed');
    return;
  }
  if (!s.in) return;
  s.in = false;
  for (const link of s.links) dismiss(s, link);
}

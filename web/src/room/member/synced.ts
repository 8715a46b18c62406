/** What a member had missed, and when it is here. */
import { compareBase64url } from '../../protocol/base64url';
import { maxGossipIds } from '../../protocol/limits';
import { admitted } from './presences';
import { isMember, send, type Link, type State } from './state';
import { removeStay } from './stays';

/** What a neighbour had is here. Once it is asked for the bodies that are not (SPEC R6). */
export function caughtUp(s: State, link: Link): void {
  if (s.room === null || !isMember(s, s.self)) return;
  if (!s.synced) sync(s);
  if (link.repair.done) return;
  link.repair.done = true;
  const ids = s.room.history.bodiless(s.self, maxGossipIds);
  if (ids.length > 0) send(s, link, { t: 'want', ids });
}

/** From now on only members count. */
function sync(s: State): void {
  s.synced = true;
  for (const peer of s.node.members()) {
    if (isMember(s, peer)) continue;
    s.perform(s.node.expel(peer));
    removeStay(s.stays, peer);
  }
  for (const peer of [...s.waits.presences.keys()].toSorted(compareBase64url)) admitted(s, peer);
  s.gathered.people = true;
}

/** What is announced: the own presence, and to neighbours what is here. */
import type { GossipId } from '../../protocol/ids';
import { maxGossipIds, maxHops } from '../../protocol/limits';
import type { Presence } from '../../protocol/presence';
import { spread } from './chance';
import { flushMs, maxHeard, recallMs, recallPresenceMs } from './limits';
import type { Entry } from './memory';
import { act, send, type Link, type State } from './state';

/** Asks for the own presence. */
export function announce(s: State, stay: Presence['stay']): void {
  if (s.leaving) return;
  s.counter = Math.max(s.counter + 1, s.now, 1);
  act(s, { do: 'announce', counter: s.counter, stay });
}

/** Puts an id into the neighbour's next announcement. */
export function announceTo(s: State, link: Link, id: GossipId): void {
  if (link.queue.size < maxHeard) link.queue.add(id);
  if (s.due.flush === Infinity) s.due.flush = s.now + spread(s.random, flushMs);
}

/** Announces what has been queued. */
export function flush(s: State): void {
  for (const link of s.links) {
    let ids: GossipId[] = [];
    let hops: number[] = [];
    for (const id of link.queue) {
      const entry = s.heard.get(id);
      if (entry === undefined || isSuperseded(s, id, entry)) continue;
      ids.push(id);
      hops.push(Math.min(entry.hops + 1, maxHops));
      if (ids.length < maxGossipIds) continue;
      send(s, link, { t: 'ihave', ids, hops });
      ids = [];
      hops = [];
    }
    if (ids.length > 0) send(s, link, { t: 'ihave', ids, hops });
    link.queue.clear();
  }
}

/** Announces to a new neighbour what it may have missed: what was heard lately, of presences the last of each. */
export function recall(s: State, link: Link): void {
  for (const [id, entry] of s.heard) {
    const since = s.now - entry.at;
    const isLate = since >= (entry.isPresence ? recallPresenceMs : recallMs);
    if (!isLate && !isSuperseded(s, id, entry)) announceTo(s, link, id);
  }
}

/** Whether an item is a presence after which there came another. */
function isSuperseded(s: State, id: GossipId, entry: Entry): boolean {
  if (!entry.isPresence) return false;
  return id !== (entry.author === s.self ? s.presence : s.members.get(entry.author)?.id);
}

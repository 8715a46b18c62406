/** Asking for parents that are missing (SPEC R6). */
import type { EventId } from '../../protocol/ids';
import { maxGossipIds } from '../../protocol/limits';
import { isDue, linkTo, send, soon, type Missing, type Peer, type State } from './state';

/** How long a parent may take to come by itself, and how long after it was asked for until another neighbour is. */
const wantMs = 500;
const wantAgainMs = 2000;
/** How often an event is asked for; then it is left to the comparing. */
const maxTries = 8;
const maxWants = 4096;

/** Takes note of a parent that is missing. @param from - who brought the child. */
export function need(s: State, id: EventId, from: Peer): void {
  if (s.wants.has(id) || s.wants.size >= maxWants) return;
  s.wants.set(id, { from, due: s.now + wantMs, tries: 0 });
  soon(s, 'want', wantMs);
}

/** Whether an event was asked for by name. */
export function wasAsked({ wants }: State, id: EventId): boolean {
  return (wants.get(id)?.tries ?? 0) > 0;
}

/** Asks for the parents that are due. */
export function askForMissing(s: State): void {
  if (s.room === null || !isDue(s, 'want')) return;
  const still = s.room.history.missing();
  const isMissing = new Set(still);
  for (const id of s.wants.keys()) if (!isMissing.has(id)) s.wants.delete(id);
  const asks = new Map<Peer, EventId[]>();
  for (const id of still) {
    const one = s.wants.get(id);
    if (one === undefined) continue;
    if (s.now >= one.due) ask(s, id, one, asks);
    if (s.wants.has(id)) soon(s, 'want', one.due - s.now);
  }
  for (const link of s.links) {
    const ids = asks.get(link.peer) ?? [];
    for (let i = 0; i < ids.length; i += maxGossipIds) send(s, link, { t: 'want', ids: ids.slice(i, i + maxGossipIds) });
  }
}

/** Chooses whom to ask for an event: who brought its child, then one neighbour after the other. */
function ask(s: State, id: EventId, one: Missing, asks: Map<Peer, EventId[]>): void {
  const from = linkTo(s, one.from);
  const at = from === undefined ? -1 : s.links.indexOf(from);
  const asked = s.links[at < 0 || one.tries > 0 ? (at + 1) % s.links.length : at];
  if (one.tries === maxTries || asked === undefined) {
    s.wants.delete(id);
    return;
  }
  one.from = asked.peer;
  one.due = s.now + wantAgainMs;
  one.tries++;
  const ids = asks.get(asked.peer);
  if (ids === undefined) asks.set(asked.peer, [id]);
  else ids.push(id);
}

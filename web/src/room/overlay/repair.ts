/** Asking for what was announced and did not come (SPEC O5; Plumtree section 3.5). */
import type { GossipId } from '../../protocol/ids';
import { maxGossipIds, maxHops } from '../../protocol/limits';
import type { IHave } from '../../protocol/overlay-frame';
import type { Peer } from './action';
import { pays, wastes } from './guard';
import { askAfterMs, askAgainMs, maxAnnouncers, maxBroken, maxWaiting, nearerBy } from './limits';
import { act, linkTo, send, type Link, type Missing, type State } from './state';

/** Takes the ids that a neighbour has. */
export function announced(s: State, link: Link, { ids, hops }: IHave): void {
  let useless = true;
  ids.forEach((id, i) => {
    link.queue.delete(id);
    if (s.heard.has(id) || link.broken >= maxBroken) return;
    const m = s.missing.get(id) ?? waitFor(s, link, id);
    if (m === null || m.announcers.length >= maxAnnouncers) return;
    if (m.announcers.some(({ peer }) => peer === link.peer)) return;
    m.announcers.push({ peer: link.peer, hops: hops[i] ?? maxHops });
    useless = false;
  });
  if (useless && link.broken >= maxBroken) wastes(s, link);
}

/** Begins to wait for an item. Null: so many are waited for that the neighbour was the first to announce. */
function waitFor(s: State, link: Link, id: GossipId): Missing | null {
  if (link.waiting >= maxWaiting) return null;
  link.waiting++;
  const m: Missing = { first: link.peer, announcers: [], asked: null, due: s.now + askAfterMs };
  s.missing.set(id, m);
  s.due.graft = Math.min(s.due.graft, m.due);
  return m;
}

/** What is asked of whom at once, and who has not answered. */
type Asking = { readonly wanted: Map<Link, GossipId[]>; readonly silent: Set<Link> };

/** Asks for what did not come: of each item one neighbour after another. */
export function graft(s: State): void {
  const asking: Asking = { wanted: new Map(), silent: new Set() };
  for (const [id, m] of s.missing) {
    if (s.now >= m.due && !ask(s, m, id, asking)) waitNoMore(s, id, m);
    else s.due.graft = Math.min(s.due.graft, m.due);
  }
  for (const link of s.links) {
    if (asking.silent.has(link)) link.broken++;
    const ids = asking.wanted.get(link) ?? [];
    for (let i = 0; i < ids.length; i += maxGossipIds) {
      send(s, link, { t: 'graft', ids: ids.slice(i, i + maxGossipIds) });
    }
  }
}

/** Chooses whom to ask for an item. @returns false: there is nobody left. Who was asked before is silent. */
function ask(s: State, m: Missing, id: GossipId, { wanted, silent }: Asking): boolean {
  const asked = m.asked === null ? undefined : linkTo(s, m.asked);
  if (asked !== undefined) silent.add(asked);
  m.asked = null;
  for (let next = m.announcers.shift(); next !== undefined; next = m.announcers.shift()) {
    const link = linkTo(s, next.peer);
    if (link === undefined || link.broken >= maxBroken) continue;
    m.asked = link.peer;
    m.due = s.now + askAgainMs;
    const ids = wanted.get(link);
    if (ids === undefined) wanted.set(link, [id]);
    else ids.push(id);
    return true;
  }
  return false;
}

/** A neighbour keeps its word, if the item was missing. */
export function delivered(s: State, link: Link, id: GossipId): void {
  if (s.missing.has(id)) link.broken = 0;
}

/**
 * Ends the waiting for an item that has come in so many hops.
 * @returns a neighbour that is nearer to its author.
 */
export function found(s: State, id: GossipId, hops: number): Link | undefined {
  const m = s.missing.get(id);
  if (m === undefined) return undefined;
  waitNoMore(s, id, m);
  for (const one of m.announcers) {
    const link = one.hops + nearerBy <= hops ? linkTo(s, one.peer) : undefined;
    if (link?.broken === 0) return link;
  }
  return undefined;
}

/**
 * A neighbour has brought an item that is not taken now: what is too much (E14), or waits for something else. It is not
 * asked for again, and may be pushed later.
 */
export function held(s: State, from: Peer, id: GossipId): void {
  const link = linkTo(s, from);
  if (link === undefined || !pays(s, link, 1)) return;
  delivered(s, link, id);
  const m = s.missing.get(id);
  if (m !== undefined) waitNoMore(s, id, m);
}

function waitNoMore(s: State, id: GossipId, m: Missing): void {
  s.missing.delete(id);
  const link = linkTo(s, m.first);
  if (link !== undefined && link.waiting > 0) link.waiting--;
}

/** Answers a neighbour's question: it gets the items, and what comes next of the same authors without asking. */
export function give(s: State, link: Link, ids: readonly GossipId[]): void {
  for (const id of ids) {
    const entry = s.heard.get(id);
    if (entry === undefined) continue;
    link.pruned.delete(entry.author);
    act(s, { do: 'push', peer: link.peer, id, hops: Math.min(entry.hops + 1, maxHops) });
  }
}

/** Puts a link into an author's tree again. */
export function unprune(link: Link, author: Peer): void {
  link.pruned.delete(author);
}

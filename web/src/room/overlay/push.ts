/** How an item goes round: to eager neighbours itself, to the others its id (Plumtree section 3.4). */
import { maxHops } from '../../protocol/limits';
import type { Item, Peer } from './action';
import { announceTo } from './announcing';
import { pays, wastes } from './guard';
import { maxMembers } from './limits';
import { hear } from './memory';
import { present } from './presence';
import { delivered, found } from './repair';
import { act, linkTo, send, type Link, type State } from './state';

/** Sends an item of this member to everybody. What was broadcast before is not sent again. */
export function broadcast(s: State, item: Item): void {
  if (!hear(s.heard, item, 0, s.now)) return;
  if (item.presence !== null) s.presence = item.id;
  for (const link of s.links) {
    if (s.mesh || !link.pruned.has(s.self)) act(s, { do: 'push', peer: link.peer, id: item.id, hops: 1 });
    else announceTo(s, link, item.id);
  }
}

/** Takes an item of a neighbour's gossip frame, which the caller has checked. */
export function pushed(s: State, from: Peer, item: Item, hops: number): void {
  const link = linkTo(s, from);
  if (link === undefined || !pays(s, link, 1)) return;
  link.queue.delete(item.id);
  delivered(s, link, item.id);
  if (s.heard.has(item.id)) {
    if (wastes(s, link) && !s.mesh) takeOut(s, link, item.author);
    return;
  }
  const isNews = item.presence === null || present(s, item, item.presence, link);
  hear(s.heard, item, hops, s.now); // also what is none, so that nobody is asked for it
  if (isNews) act(s, { do: 'deliver', item, from, hops });
  const nearer = found(s, item.id, hops);
  if (!isNews) return;
  if (!s.mesh) {
    link.pruned.delete(item.author);
    optimise(s, link, nearer, item.author);
  }
  forward(s, link, item, Math.min(hops + 1, maxHops));
}

/** Passes an item on. In a mesh its author has sent it to everybody. */
function forward(s: State, from: Link, item: Item, hops: number): void {
  for (const link of s.links) {
    if (link === from) continue;
    if (!s.mesh && !link.pruned.has(item.author)) act(s, { do: 'push', peer: link.peer, id: item.id, hops });
    else announceTo(s, link, item.id);
  }
}

/**
 * Changes the tree where somebody announced an item who is nearer to its author than who pushed it (Plumtree section
 * 3.8).
 */
function optimise(s: State, from: Link, nearer: Link | undefined, author: Peer): void {
  if (nearer === undefined || nearer === from) return;
  nearer.pruned.delete(author);
  prune(s, from, author);
  send(s, nearer, { t: 'graft', from: author });
  send(s, from, { t: 'prune', from: author });
}

/** Takes a link out of an author's tree, and tells the neighbour. */
function takeOut(s: State, link: Link, author: Peer): void {
  prune(s, link, author);
  send(s, link, { t: 'prune', from: author });
}

/** Takes a link out of an author's tree. */
export function prune(s: State, link: Link, author: Peer): void {
  if (link.pruned.size < maxMembers && (author === s.self || s.members.has(author))) link.pruned.add(author);
}

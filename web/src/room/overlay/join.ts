/** How a newcomer's name goes round (SPEC O6; HyParView section 4.2). */
import type { ForwardJoin } from '../../protocol/overlay-frame';
import { accepts, call } from './call';
import { relays } from './guard';
import { walk, wanted } from './limits';
import { anyOrder } from './links';
import { send, type Link, type State } from './state';
import { learnWay } from './ways';

/**
 * Answers a neighbour that has no other: its name goes on walks, at whose ends it is called. In a mesh its presence is
 * enough.
 */
export function joined(s: State, link: Link): void {
  if (s.mesh || link.broughtIn) return;
  link.broughtIn = true;
  const others = anyOrder(s).filter((other) => other !== link);
  for (const other of others.slice(0, wanted - 1)) send(s, other, { t: 'forwardjoin', from: link.peer, left: walk });
}

/** Passes the walk on, or calls the newcomer where it ends. */
export function forwardJoin(s: State, link: Link, { from: newcomer, left: hops }: ForwardJoin): void {
  if (s.mesh || newcomer === s.self || newcomer === link.peer || !relays(s, link)) return;
  learnWay(s, newcomer, link, false);
  const left = Math.min(hops, walk);
  const isEnd = left === 0 || s.links.length === 1;
  if (isEnd && accepts(s, newcomer, false) && !s.attempts.has(newcomer)) {
    call(s, newcomer, false);
    return;
  }
  if (left === 0) return;
  const next = anyOrder(s).find(({ peer }) => peer !== link.peer && peer !== newcomer);
  if (next !== undefined) send(s, next, { t: 'forwardjoin', from: newcomer, left: left - 1 });
}

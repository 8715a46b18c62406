/** Over which neighbour a member can be reached. */
import type { Peer } from './action';
import { maxWays, wayMs } from './limits';
import { linkTo, type Link, type State } from './state';

/** The neighbour over which a member can be reached; undefined if none is known. */
export function wayTo(s: State, to: Peer): Link | undefined {
  const direct = linkTo(s, to);
  if (direct !== undefined) return direct;
  const way = s.ways.get(to);
  return way === undefined || s.now > way.at + wayMs ? undefined : linkTo(s, way.over);
}

/** Whether a way is known over which somebody can be introduced to. */
export function reaches(s: State, peer: Peer): boolean {
  return wayTo(s, peer) !== undefined;
}

/** Something of a member came over a link. What is signed is better than what anybody can say. */
export function learnWay(s: State, of: Peer, over: Link, signed: boolean): void {
  if (of === s.self || (!signed && wayTo(s, of) !== undefined)) return;
  if (s.ways.has(of) || signed || s.ways.size < maxWays) s.ways.set(of, { over: over.peer, at: s.now });
}

/** What a neighbour may send (SPEC O9). */
import type { Peer } from './action';
import { spend } from './bucket';
import { drop } from './links';
import { linkTo, type Link, type State } from './state';

/** Takes frames off what a neighbour may send. @returns false: that was too much, and it is dropped. */
export function pays(s: State, link: Link, count: number): boolean {
  if (spend(link.frames, count, s.now)) return true;
  drop(s, link, 'flooded');
  return false;
}

/** Is {@link pays} for a frame that brought nothing new. */
export function wastes(s: State, link: Link): boolean {
  if (spend(link.waste, 1, s.now)) return true;
  drop(s, link, 'flooded');
  return false;
}

/** Is {@link pays} for a frame that is to be passed on. One that is too much is left out. */
export function relays(s: State, link: Link): boolean {
  if (spend(link.relayed, 1, s.now)) return true;
  wastes(s, link);
  return false;
}

/** Takes frames that the overlay does not read off what a neighbour may send, and drops it if that was too much. */
export function charge(s: State, peer: Peer, count: number): void {
  const link = linkTo(s, peer);
  if (link !== undefined) pays(s, link, count);
}

/** A neighbour has passed on what no honest member would. */
export function refused(s: State, peer: Peer): void {
  const link = linkTo(s, peer);
  if (link !== undefined) drop(s, link, 'forged');
}

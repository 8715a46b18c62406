/**
 * From which neighbours offers came: what answers them goes back there (SPEC O8). The presence of a caller who has just come
 * may not have reached everybody between.
 */
import type { LinkId } from '../../protocol/ids';
import type { Introduce } from '../../protocol/overlay-frame';
import type { Peer } from './action';
import { maxTrail, trailMs } from './limits';
import { linkTo, type Link, type State } from './state';
import { wayTo } from './ways';

/** An introduction: link ids are chosen by callers, and nobody's answer is another's. */
type Offer = { readonly link: LinkId; readonly caller: Peer; readonly callee: Peer };

const nameOf = ({ link, caller, callee }: Offer) => `${link} ${caller} ${callee}`;

/** Takes note of an offer. @returns false: it came before, and has gone in a circle. */
export function addToTrail(s: State, offer: Introduce, over: Link): boolean {
  forgetTrail(s);
  const { trail, now } = s;
  const name = nameOf({ link: offer.link, caller: offer.from, callee: offer.to });
  if (trail.has(name)) return false;
  trail.set(name, { over: over.peer, at: now });
  const [oldest] = trail.keys();
  if (trail.size > maxTrail && oldest !== undefined) trail.delete(oldest);
  return true;
}

/**
 * The neighbour to whom an introduction goes; undefined if there is none. Answers go back the way that their offer came;
 * where its last link is gone, by the way of the caller's presence.
 */
export function nextOf(s: State, { step, from, to, link }: Pick<Introduce, 'step' | 'from' | 'to' | 'link'>): Link | undefined {
  if (step === 'offer') return wayTo(s, to);
  const came = s.trail.get(nameOf({ link, caller: to, callee: from }));
  if (came === undefined || s.now - came.at >= trailMs) return undefined;
  return linkTo(s, came.over) ?? wayTo(s, to);
}

/** Ends what came too long ago. */
export function forgetTrail({ trail, now }: State): void {
  for (const [name, { at }] of trail) {
    if (now - at < trailMs) return;
    trail.delete(name);
  }
}

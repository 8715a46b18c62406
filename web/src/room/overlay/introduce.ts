/** Introductions: offers and answers that travel over links (SPEC O8). */
import type { Bytes } from '../../protocol/base64url';
import type { LinkId } from '../../protocol/ids';
import { maxLeft } from '../../protocol/limits';
import type { Introduce, IntroductionStep } from '../../protocol/overlay-frame';
import type { Peer } from './action';
import { accepts, leaveAlone } from './call';
import { relays } from './guard';
import { attemptMs } from './limits';
import { keepLinks } from './links';
import { act, isLonely, linkTo, send, type Link, type State } from './state';
import { addToTrail, nextOf } from './trail';
import { learnWay } from './ways';

const nothing: Bytes = new Uint8Array();

/**
 * Sends an offer or an answer to a member. Where no way is known, and where the offer that is answered came too long ago,
 * nothing is sent: the attempt ends by itself.
 */
export function introduce(s: State, to: Peer, step: IntroductionStep, link: LinkId, sealed: Bytes): void {
  const frame: Introduce = { t: 'introduce', from: s.self, to, left: maxLeft, step, link, urgent: isLonely(s), sealed };
  const next = nextOf(s, frame);
  if (next !== undefined && to !== s.self) send(s, next, frame);
}

/** Takes an introduction that is for this member, or passes it on. */
export function introduction(s: State, link: Link, frame: Introduce): void {
  if (frame.from === s.self || !relays(s, link)) return;
  learnWay(s, frame.from, link, false);
  if (frame.to === s.self) {
    introduced(s, link, frame);
    return;
  }
  const isOffer = frame.step === 'offer';
  const next = nextOf(s, frame);
  const leads = next !== undefined && next !== link && frame.left > 0;
  if (leads && (!isOffer || addToTrail(s, frame, link))) send(s, next, { ...frame, left: frame.left - 1 });
  else if (isOffer) refuse(s, link, frame, 'unreachable');
}

/** Takes an introduction that is for this member. */
function introduced(s: State, link: Link, frame: Introduce): void {
  const { from, step, link: id, urgent, sealed } = frame;
  const attempt = s.attempts.get(from);
  const called = attempt?.outbound === true;
  switch (step) {
    case 'refusal':
    case 'unreachable':
      if (!called) return;
      s.attempts.delete(from);
      if (step === 'unreachable') s.failures++;
      leaveAlone(s, from);
      keepLinks(s);
      return;
    case 'offer':
      if (!accepts(s, from, urgent)) {
        if (linkTo(s, from) === undefined && !called) refuse(s, link, frame, 'refusal');
        return;
      }
      addToTrail(s, frame, link);
      s.attempts.set(from, { outbound: false, until: s.now + attemptMs });
      break;
    case 'answer':
      if (!called) return;
      attempt.until = s.now + attemptMs;
  }
  act(s, { do: 'introduced', from, step, link: id, sealed });
}

/** Says to who made an offer that nothing comes of it: nobody waits for what cannot come. */
function refuse(s: State, over: Link, offer: Pick<Introduce, 'from' | 'to' | 'link'>, step: IntroductionStep): void {
  const { from: to, to: from, link } = offer;
  send(s, over, { t: 'introduce', from, to, left: maxLeft, step, link, urgent: false, sealed: nothing });
}

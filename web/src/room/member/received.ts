/** Frames of a neighbour, each to the part that it is for. */
import type { NodeFrame } from '../overlay/action';
import type { CheckedFrame } from './check';
import { hasAsked, takeHave, takeSummary, takeWant } from './compare';
import { takeEpoch } from './epochs';
import { takeEvents } from './events';
import { takePresence } from './presences';
import { takeGot, takeTyping } from './receipts';
import { isThere, linkTo, type Link, type Peer, type State } from './state';
import { takeGossip } from './take';

type GossipFrame = Extract<CheckedFrame, { readonly t: 'gossip' }>;
type RoomFrame = Exclude<CheckedFrame, NodeFrame | GossipFrame>;

/** Takes a frame. */
export function received(s: State, peer: Peer, frame: CheckedFrame): void {
  const link = linkTo(s, peer);
  if (s.over || link === undefined) return;
  s.met = true;
  s.refusers.delete(peer);
  if (!isOfOverlay(frame)) {
    if (pays(s, link, frame)) takeFrame(s, link, frame);
    return;
  }
  if (!link.joined) return; // no room is known yet
  if (frame.t === 'gossip') takeItem(s, link, frame);
  else s.perform(s.node.received(peer, frame));
}

const overlayKinds: ReadonlySet<string> = new Set<(NodeFrame | GossipFrame)['t']>([
  'gossip', 'ihave', 'graft', 'prune', 'join', 'forwardjoin', 'part', 'introduce',
]);

function isOfOverlay(frame: CheckedFrame): frame is NodeFrame | GossipFrame {
  return overlayKinds.has(frame.t);
}

function takeItem(s: State, link: Link, { item, hops }: GossipFrame): void {
  if (item.is === 'presence') takePresence(s, link, item, hops);
  else takeGossip(s, link, item, hops);
}

/** Takes a frame off what the neighbour may send; one that carries events nobody asked for is as many as they are. */
function pays(s: State, link: Link, frame: RoomFrame): boolean {
  const cost = frame.t === 'events' && !hasAsked(s, link) ? frame.events.length : 1;
  s.perform(s.node.charge(link.peer, cost));
  return isThere(s, link);
}

function takeFrame(s: State, link: Link, frame: RoomFrame): void {
  switch (frame.t) {
    case 'have':
      return takeHave(s, link, frame);
    case 'summary':
      return takeSummary(s, link, frame);
    case 'events':
      return takeEvents(s, link, frame);
    case 'want':
      return takeWant(s, link, frame);
    case 'typing':
      return takeTyping(s, link);
    case 'got':
      return takeGot(s, link, frame);
    case 'epoch':
      return takeEpoch(s, link, frame);
  }
}

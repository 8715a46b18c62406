/** What the overlay asks for (SPEC section 14). */
import type { EventId, GossipId } from '../../protocol/ids';
import type { Action as OverlayAction, Reason } from '../overlay/action';
import { connect, introduced } from './calls';
import { announce, present } from './presences';
import { act, drop, linkTo, send, type Peer, type State } from './state';
import { removeStay } from './stays';

/** Does it, or asks the caller for it. */
export function perform(s: State, actions: readonly OverlayAction[]): void {
  for (const action of actions) performOne(s, action);
}

function performOne(s: State, action: OverlayAction): void {
  switch (action.do) {
    case 'send':
      return act(s, { ...action, bulk: false });
    case 'push':
      return push(s, action);
    case 'deliver':
      if (action.item.presence !== null) present(s, action.item.id);
      return;
    case 'announce':
      return announce(s, action);
    case 'alone':
      return act(s, { do: 'enter' });
    case 'connect':
      return connect(s, action.peer, action.byStore);
    case 'disconnect':
      return disconnected(s, action.peer, action.reason);
    case 'introduced':
      return introduced(s, action);
    case 'joined':
      s.gathered.people = true;
      return;
    case 'gone':
      removeStay(s.stays, action.peer);
      s.gathered.people = true;
  }
}

/** Sends an item: a presence as it came, an event as the neighbour may have it (E13). */
function push(s: State, { peer, id, hops }: Extract<OverlayAction, { readonly do: 'push' }>): void {
  const link = linkTo(s, peer);
  if (link === undefined) return;
  const stay = s.stays.passed.get(id);
  const event = stay === undefined ? (s.room?.history.give(asEvent(id), peer) ?? null) : null;
  if (stay !== undefined) send(s, link, { t: 'gossip', hops, of: 'presence', bytes: stay.raw });
  else if (event !== null) send(s, link, { t: 'gossip', hops, of: 'event', bytes: event.bytes });
}

/** What is no presence is an event, if it is anything. */
function asEvent(id: GossipId): EventId {
  return id as EventId;
}

/** The overlay wants a link no more. */
function disconnected(s: State, peer: Peer, reason: Reason): void {
  act(s, { do: 'disconnect', peer, reason: 'spare' });
  drop(s, peer);
  s.gathered.people = true;
  if (reason !== 'spare') act(s, { do: 'fault', member: peer, kind: reason, rule: 'O9' });
}

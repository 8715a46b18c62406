/** Whom this member calls, and whose calls it takes, as the overlay wants it and the rules of the room allow. */
import { act, isRemoved, mayBeMember, type Peer, type State } from './state';
import { hold, type Introduced } from './waits';

/** Calls somebody: through the store only doors, which alone are found there (SPEC R2). */
export function connect(s: State, peer: Peer, byStore: boolean): void {
  const stay = s.stays.here.get(peer);
  const atDoor = byStore && stay?.stay === 'door';
  const reaches = s.node.reaches(peer);
  if (stay !== undefined && (atDoor || reaches)) act(s, { do: 'connect', peer, key: stay.key, byStore: atDoor });
  else if (stay !== undefined || !reaches || !hold(s.waits.calls, peer, { at: s.now })) s.perform(s.node.failed(peer));
}

/** Takes an introduction from a member; from others none is answered. */
export function introduced(s: State, offer: Introduced): void {
  const { from, step, link, sealed } = offer;
  const key = s.stays.here.get(from)?.key;
  if (step === 'offer' && (isRemoved(s, from) || !mayBeMember(s, from))) {
    s.perform(s.node.introduce(from, 'refusal', link, new Uint8Array()));
    s.perform(s.node.failed(from));
  } else if (key === undefined) hold(s.waits.offers, from, { offer, at: s.now });
  else act(s, { do: 'introduced', from, key, step, link, sealed });
}

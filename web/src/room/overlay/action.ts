/** What a node of the overlay is given and what it asks for. */
import type { Bytes } from '../../protocol/base64url';
import type { GossipId, IdentityKey, LinkId } from '../../protocol/ids';
import type { Gossip, IntroductionStep, OverlayFrame } from '../../protocol/overlay-frame';
import type { Presence } from '../../protocol/presence';

/** Names a member. */
export type Peer = IdentityKey;

/**
 * What is broadcast, without its bytes: those are kept by the caller, under the id, as long as an action may ask for
 * them, which is for {@link rememberMs}.
 */
export type Item = {
  readonly id: GossipId;
  /** Who said it: the event's author, the presence's member. */
  readonly author: Peer;
  /** What the item says if it is a presence, null if it is an event. */
  readonly presence: Pick<Presence, 'counter' | 'stay'> | null;
};

/** A frame between neighbours other than gossip, whose bytes the caller reads and writes. */
export type NodeFrame = Exclude<OverlayFrame, Gossip>;

/**
 * Why a link is ended. `spare` is nobody's fault; the others are, and the peer is not linked to again for
 * {@link blockedMs}: the caller tells its name.
 */
export type Reason = 'spare' | 'flooded' | 'forged';

/** Something that the caller does for a node. */
export type Action =
  /**
   * A link to the peer: the caller makes an offer and gives it to `introduce`, or calls through the store. It ends with
   * `connected` or `failed`; without either the node gives up by itself.
   */
  | { readonly do: 'connect'; readonly peer: Peer; readonly byStore: boolean }
  /**
   * This member had links, has none, and knows nobody whom it could call: the caller enters the room again as a newcomer
   * does. It comes again with pauses of 30 s, doubled up to 5 minutes, while that lasts.
   */
  | { readonly do: 'alone' }
  /** Ends a link, or what is being made of one. `lost` need not be called for it. */
  | { readonly do: 'disconnect'; readonly peer: Peer; readonly reason: Reason }
  | { readonly do: 'send'; readonly peer: Peer; readonly frame: NodeFrame }
  /** A gossip frame: the caller puts the item's bytes into it, or leaves it out if they are gone. */
  | { readonly do: 'push'; readonly peer: Peer; readonly id: GossipId; readonly hops: number }
  /** Hands over an item, once while it is remembered. `from`: the neighbour that brought it. */
  | { readonly do: 'deliver'; readonly item: Item; readonly from: Peer; readonly hops: number }
  /** Asks for a presence that says this: the caller signs it and gives it to `broadcast`. */
  | { readonly do: 'announce'; readonly counter: number; readonly stay: Presence['stay'] }
  /**
   * What another member sent by `introduce`. An offer is to be answered: it was accepted already. The caller checks what
   * is sealed, and that an answer is to the link id of its offer.
   */
  | {
      readonly do: 'introduced';
      readonly from: Peer;
      readonly step: IntroductionStep;
      readonly link: LinkId;
      readonly sealed: Bytes;
    }
  /** A member is in the room. */
  | { readonly do: 'joined'; readonly peer: Peer }
  /** A member is not in the room any more: it said goodbye, or was not heard of for {@link goneMs}. */
  | { readonly do: 'gone'; readonly peer: Peer };

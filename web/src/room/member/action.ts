/** What a member of a room of many asks its caller to do (see `member.ts`), as Go's package room/member has it. */
import type { Bytes } from '../../protocol/base64url';
import type { EventId, IdentityKey, Key, LinkId } from '../../protocol/ids';
import type { IntroductionStep } from '../../protocol/overlay-frame';
import type { RoomCode } from '../../protocol/room-code';
import type { ByeReason, RoomFrame } from '../../protocol/room-frame';

/** Failures of SPEC section 8 that a stay in a room ends with. */
export type EndReason = 'room_full' | 'room_locked' | 'removed' | 'protocol_error';

/** Done in order. The list is closed. */
export type Action =
  /**
   * A link to `peer` is wanted, whose presence has `key`. `byStore`: it is the door with that key in its document, and is
   * called through the store at the room's code (D5); else an offer, sealed for `key`, goes to `Member.introduce`. It ends
   * with `linked` or `failed`; without either the member gives up by itself.
   */
  | { readonly do: 'connect'; readonly peer: IdentityKey; readonly key: Key; readonly byStore: boolean }
  /** The link to `peer`, or what is being made of one, ends after a bye with the reason. `unlinked` need not be called. */
  | { readonly do: 'disconnect'; readonly peer: IdentityKey; readonly reason: ByeReason | null }
  /**
   * A frame for a neighbour. Of `bulk` ones a few are under way to one neighbour: when the channel's buffer is low, and one
   * was sent since, `drained` is called.
   */
  | { readonly do: 'send'; readonly peer: IdentityKey; readonly frame: RoomFrame; readonly bulk: boolean }
  /**
   * What another member sent by an introduction (O8). An offer is to be answered: it was accepted already; if it does not
   * open, `failed` is called. The caller checks that an answer is to the link id of its offer.
   */
  | {
      readonly do: 'introduced';
      readonly from: IdentityKey;
      readonly key: Key;
      readonly step: IntroductionStep;
      readonly link: LinkId;
      readonly sealed: Bytes;
    }
  /** Doors are to be looked for in the store, and called (R3): at first, and when all links are lost. Over with the first `linked`. */
  | { readonly do: 'enter' }
  /** This member is a door at the code (D4), and answers the calls there, until `closeDoor`. A room that is absent or over is made anew. */
  | { readonly do: 'openDoor'; readonly code: RoomCode }
  | { readonly do: 'closeDoor'; readonly code: RoomCode }
  /** The room's document is to be there (D3). One that is there already is as good. */
  | { readonly do: 'createRoom'; readonly code: RoomCode }
  /** The room is at another code (R8): to be kept, and shown as the link for others. */
  | { readonly do: 'moved'; readonly epoch: number; readonly code: RoomCode }
  /** Events were taken, or their bodies have come: to be kept. */
  | { readonly do: 'took'; readonly ids: readonly EventId[] }
  /** The bodies of events are gone: what is kept of them is overwritten with the stub. */
  | { readonly do: 'forgot'; readonly ids: readonly EventId[] }
  /** Entries of the timeline came, went, or are to be drawn anew; some more than once. */
  | { readonly do: 'changed'; readonly ids: readonly EventId[] }
  /** `people` has changed. */
  | { readonly do: 'people' }
  /** `typists` has changed. */
  | { readonly do: 'typists' }
  /** This member is not in the room any more. Nothing comes after it. */
  | { readonly do: 'ended'; readonly reason: EndReason }
  /** Somebody broke a rule: to be named. */
  | {
      readonly do: 'fault';
      readonly member: IdentityKey;
      readonly kind: 'forked' | 'misplaced' | 'forged' | 'flooded';
      readonly rule: string;
    };

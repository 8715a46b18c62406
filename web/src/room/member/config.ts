/** What a member is made with and told, and what it tells of others (see `member.ts`). Times are milliseconds since 1970. */
import type { Bytes } from '../../protocol/base64url';
import type { RoomSettings } from '../../protocol/event-body';
import type { ChainEnd } from '../../protocol/event-member';
import type { EventId, IdentityKey, Key, RandomBytes } from '../../protocol/ids';
import type { RoomCode } from '../../protocol/room-code';
import type { ByeReason, RoomHello } from '../../protocol/room-frame';
import type { Signer } from '../../protocol/signing';

/** How many members a room holds at a time (R1). */
export const maxHere = 100;

export type Config = {
  readonly signer: Signer;
  /** Of this stay: in the presence, in the documents of a door, and what introductions are sealed for. */
  readonly key: Key;
  /** What the person wants to be called, at most 64 characters; may be empty. */
  readonly name: string;
  /** The one by which the member comes. */
  readonly code: RoomCode;
  /** A cryptographic source: chains and codes are made of it. */
  readonly random: RandomBytes;
  /** Gives a whole number from 0 to below the bound: it spreads times and chooses neighbours. The member is its only user. */
  readonly chance: (below: number) => number;
  readonly now: number;
  /** Makes a new room with these settings; null enters one. */
  readonly create: RoomSettings | null;
  /** What was kept of an earlier stay; null for none. */
  readonly kept: Kept | null;
  /** Others are told when the person writes, and what was read (R7). */
  readonly typing: boolean;
  readonly reading: boolean;
  /** How many members there may be at a time; {@link maxHere} if it is absent. */
  readonly limit?: number;
};

/** An event as a device keeps it. */
export type KeptEvent = {
  readonly id: EventId;
  /** As it travels: with its body, or without. */
  readonly bytes: Bytes;
  /** When it arrived here: no later time is shown, and it disappears by that (E6, E13). */
  readonly at: number;
};

/** What was kept of an earlier stay, by this device: signatures are not checked again. */
export type Kept = {
  /** As `Member.event` gave them, the room's first among them, in any order. What does not belong there is left out. */
  readonly events: readonly KeptEvent[];
  /** The room's first event. */
  readonly root: EventId;
  /** What `Member.chain` said; null begins another chain. */
  readonly chain: ChainEnd | null;
  /** Those that `moved` told, in any order. */
  readonly codes: readonly RoomCode[];
  /** Awaited now and then while events are read, of which there may be a hundred thousand: a page is drawn in between. */
  readonly pause?: () => Promise<void>;
};

/** What the caller knows of a link when both hellos were said. */
export type LinkFacts = {
  /** The other's hello. */
  readonly theirs: RoomHello;
  /** This side made the offer. */
  readonly caller: boolean;
  /** The other's in this link: that of its presence in this stay. */
  readonly key: Key;
  /** Where the link was made through the store; null for one by introduction. */
  readonly code: RoomCode | null;
};

/** How a link ended: by a bye, with its reason (null: they left for good), or it broke, or they broke the rules. */
export type LinkEnd = { readonly how: 'bye'; readonly reason: ByeReason | null } | { readonly how: 'lost' | 'protocol_error' };

/** Somebody who is a member, or was one. */
export type Person = {
  readonly id: IdentityKey;
  /** As the last admission says; may be empty. */
  readonly name: string;
  /** False for who was removed, or whose admission does not count any more. */
  readonly in: boolean;
  /** Their presence was heard, and is not over. */
  readonly here: boolean;
  /** There is a link to them. */
  readonly linked: boolean;
  readonly door: boolean;
  readonly founder: boolean;
  readonly self: boolean;
  /** The event that let them in; the founder's is the root. */
  readonly admission: EventId;
};

/** Somebody has an event, and has read it or not, as far as they tell. */
export type Receipt = { readonly member: IdentityKey; readonly read: boolean };

/** Something was to be said by who is not let in yet, or no more. */
export class NotIn extends Error {
  override readonly name = 'NotIn';

  constructor() {
    super('member: not in the room');
  }
}

/** The founder alone may do what was asked for. */
export class NotFounder extends Error {
  override readonly name = 'NotFounder';

  constructor() {
    super('member: only the founder may');
  }
}

/** What was kept does not have the first event of a room. */
export class NothingKept extends Error {
  override readonly name = 'NothingKept';

  constructor() {
    super('member: what was kept has no beginning');
  }
}

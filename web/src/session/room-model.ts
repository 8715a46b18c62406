/**
 * What a room of many shows and what it can be told: the part of the contract between logic and screens that is about
 * rooms (see `model.ts`). A room is a place: people come and go, what was said stays in one order for all.
 */
import type { EventId, IdentityKey, RoomId } from '../protocol/ids';
import type { FileDraft, FileVerbs, RoomFile } from './file-model';
import type { EpochMs, Invitation, Safety, SendRefusal, ShortCode } from './model';

/** What the founder decides (SPEC E8). */
export type RoomSettings = {
  /** At most 100 characters; may be empty. */
  readonly name: string;
  /** At most 1 000 characters; may be empty. */
  readonly topic: string;
  readonly invite: 'all' | 'founder';
  /** Nobody new comes in. */
  readonly locked: boolean;
  /** What a newcomer sees of before. */
  readonly history: 'all' | 'joined';
  /** Messages disappear after so long; 0: never. */
  readonly keepSeconds: number;
};

/** Somebody who was let in. */
export type RoomMember = {
  readonly id: IdentityKey;
  /** As they want to be called; empty if they did not say. Theirs to choose: two may be alike. */
  readonly name: string;
  readonly self: boolean;
  readonly founder: boolean;
  /** `removed` ones stay in the list while something of theirs is shown. */
  readonly presence: 'here' | 'away' | 'removed';
  /** Their person is writing. */
  readonly typing: boolean;
  /** This device was compared with. */
  readonly verified: boolean;
  /** What they say is hidden on this device. */
  readonly hidden: boolean;
};

/** An emoji and who reacts with it. */
export type RoomReaction = { readonly emoji: string; readonly members: readonly IdentityKey[]; readonly mine: boolean };

/**
 * How far an own text has come. `waiting`: nobody else has it yet. `sent`: somebody has. `delivered`: all who are here
 * have. `read`: all of them have read it, as far as they tell.
 */
export type RoomDelivery = {
  readonly is: 'waiting' | 'sent' | 'delivered' | 'read';
  /** How many have it and how many have read it, of so many. */
  readonly have: number;
  readonly read: number;
  readonly of: number;
};

/** A text that another one answers; null members if it is not here. */
export type RoomQuote = {
  readonly id: EventId;
  readonly author: IdentityKey | null;
  readonly text: string | null;
  /** It was said with files; its words may be empty then. */
  readonly files: boolean;
};

/** One line of a room. */
export type RoomEntry = { readonly id: EventId; readonly author: IdentityKey; readonly at: EpochMs } & (
  | {
      readonly kind: 'text';
      /** Markdown, as it was written. Empty when it is `deleted` or `gone` (over, or not for this member), or was said with a file. */
      readonly text: string;
      /** What was said with the text; null: nothing, or it is not here. */
      readonly file: RoomFile | null;
      readonly is: 'here' | 'deleted' | 'gone';
      readonly edited: boolean;
      readonly reply: RoomQuote | null;
      readonly reactions: readonly RoomReaction[];
      /** Null for others' texts. */
      readonly delivery: RoomDelivery | null;
      /** Its author's clock says that it was said later than it came here. */
      readonly ahead: boolean;
    }
  /** The room began. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'came'; readonly member: IdentityKey }
  | { readonly kind: 'renamed'; readonly member: IdentityKey; readonly name: string }
  | { readonly kind: 'removed'; readonly member: IdentityKey }
  /** `before`: what was in force until then, so that what changed can be said. */
  | { readonly kind: 'settings'; readonly settings: RoomSettings; readonly before: RoomSettings }
);

/** All lines, in the order that everybody shares. A new object after each change. */
export type RoomEntries = {
  readonly length: number;
  /** @param index - 0 to length − 1. The same object until the entry changes. */
  at(index: number): RoomEntry;
  /** The entry's id. Quick: a list asks for all of them whenever one comes. */
  idAt(index: number): EventId;
  /** −1 if it is not there. */
  indexOf(id: EventId): number;
};

/** A room that a person is in. */
export type RoomState = {
  readonly at: 'room';
  readonly for: 'room';
  readonly since: EpochMs;
  readonly id: RoomId;
  readonly settings: RoomSettings;
  /** This person founded it. */
  readonly founder: boolean;
  /** In the order in which they came, the founder first. */
  readonly members: readonly RoomMember[];
  readonly entries: RoomEntries;
  /** The first entry that was not seen when the room was opened last; null: none. */
  readonly unreadFrom: EventId | null;
  readonly invitation: Invitation;
  readonly code: ShortCode;
  /** `alone`: nobody else is here. `here`: linked to somebody. `looking`: others are here, or were, and are looked for. */
  readonly line: 'alone' | 'here' | 'looking';
  /**
   * This person is not in yet, and there is nobody to let them in (SPEC R4): nobody is here, or only others who wait. Null:
   * they are in. Only then can anything be said.
   */
  readonly waits: 'for anyone' | 'for someone who knows' | null;
  /** The store or the network changed a call to this room, or made one up; true until the person has heeded it, once. */
  readonly tampered: boolean;
  /** How many links go over a relay. */
  readonly relayed: number;
  /** What is said is kept on this device. */
  readonly kept: boolean;
  /** This browser lets something be kept. */
  readonly keepable: boolean;
  /** Own files that are read before they are said, in the order in which they were chosen. */
  readonly drafts: readonly FileDraft[];
  /** Pictures of at most 1 MiB come by themselves (SPEC F6). */
  readonly pictures: boolean;
};

/** Somebody who has an own text, and whether they have read it, as far as they tell. */
export type RoomReceipt = { readonly member: IdentityKey; readonly read: boolean };

/** A room that this device knows, in the list. */
export type RoomCard = {
  readonly id: RoomId;
  readonly name: string;
  readonly founder: boolean;
  /** `open`: this page is in it. `closed`: it is kept on this device. */
  readonly is: 'open' | 'closed';
  /** How many are here, the own person among them; 0 when it is closed. */
  readonly here: number;
  /** Others' texts that the person has not seen. */
  readonly unread: number;
  /** The last text; null if there is none. */
  readonly last: { readonly author: string; readonly text: string; readonly at: EpochMs } | null;
};

/** Why something was not done: as for texts, or it is the founder's, too late (E11), or this member is not in. */
export type RoomRefusal = SendRefusal | 'not_yours' | 'too_late' | 'not_in';

export type RoomResult = { readonly ok: true } | { readonly ok: false; readonly why: RoomRefusal };

/**
 * The verbs of a room, {@link Session.room}. All are safe at any time, also after the room was left; where they make no
 * sense nothing happens.
 */
export type RoomVerbs = FileVerbs & {
  /** @param reply - what it answers. */
  say(text: string, reply?: EventId): RoomResult;
  edit(id: EventId, text: string): RoomResult;
  unsay(id: EventId): RoomResult;
  react(id: EventId, emoji: string, on: boolean): RoomResult;
  /** Some settings; the others stay. */
  arrange(change: Partial<RoomSettings>): RoomResult;
  remove(member: IdentityKey): RoomResult;
  /** How the own person wants to be called here, and in the rooms that are entered from now on. */
  rename(name: string): RoomResult;
  /** The person is writing; as often as they press a key. */
  typing(): void;
  /** The person has seen all up to this entry. */
  seen(id: EventId): void;
  /** What a member says is hidden on this device, or not any more. */
  hide(member: IdentityKey, hidden: boolean): void;
  /** The person has read that a call was tampered with. */
  heed(): void;
  /** Who has an own text; of those who are not named it is not known. Changes with the entry. */
  receiptsOf(id: EventId): readonly RoomReceipt[];
  /** Keeps what is said on this device, or forgets it. */
  keep(kept: boolean): void;
  /** Texts that hold all words, the latest first, at most 200. */
  search(words: string): Promise<readonly EventId[]>;
  /** All texts, to be saved: JSON or plain text. */
  save(form: 'json' | 'text'): Promise<Blob>;
  /** What can be compared with a member, without signs if there was no link to them here; null for anybody else. */
  safetyOf(member: IdentityKey): Promise<Safety | null>;
  verifyMember(member: IdentityKey, same: boolean): void;
};

/** The verbs of the list of rooms, {@link Session.rooms}. */
export type RoomsVerbs = {
  /** The rooms that this device knows, the latest first. The same object until it changes, which {@link Session.subscribe} tells. */
  getRooms(): readonly RoomCard[];
  /** Shows a room of the list; enters it if it is closed. The one that was shown stays open. */
  openRoom(id: RoomId): void;
  /** Shows the start; the room that was shown stays open. */
  goHome(): void;
  /** Leaves a room for good, and forgets what is kept of it. */
  forgetRoom(id: RoomId): void;
};

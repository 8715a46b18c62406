/** What a device keeps of rooms, so that a person comes back to what was said (SPEC R11, E13). */
import type { EventId, IdentityKey } from '../../protocol/ids';
import type { RoomCode } from '../../protocol/room-code';
import type { KeptEvent } from '../member/config';

/** A room's code from an epoch on (R8). */
export type KeptCode = { readonly epoch: number; readonly code: RoomCode };

/** What is kept of a room beside its events. */
export type KeptRoom = {
  /** The id of its first event. */
  readonly root: EventId;
  /** By epoch, at least one. */
  readonly codes: readonly KeptCode[];
  /** The chain that this device writes, and the number of its last event in it (E12); null before the first. */
  readonly chain: { readonly id: string; readonly n: number } | null;
  /** The last entry that the person has seen; null: none. */
  readonly seen: EventId | null;
  /** Members whose words are hidden here. */
  readonly hidden: readonly IdentityKey[];
  /** What the list of rooms shows while it is closed. */
  readonly card: {
    readonly name: string;
    readonly founder: boolean;
    readonly unread: number;
    readonly last: { readonly author: string; readonly text: string; readonly at: number } | null;
  };
  /** When it was kept last, in milliseconds since 1970. */
  readonly at: number;
};

/** What a browser keeps. Nothing rejects: what cannot be kept is forgotten, what cannot be read is not there. */
export type Archive = {
  /** All rooms, the latest first. */
  rooms(): Promise<readonly KeptRoom[]>;
  /** Keeps a room, or what has changed of it. */
  keep(room: KeptRoom): Promise<void>;
  /** All events of a room, in no order. */
  events(root: EventId): Promise<readonly KeptEvent[]>;
  /** Keeps events; one that is kept already takes the place of what was: its body came, or is to be forgotten. */
  add(root: EventId, events: readonly KeptEvent[]): Promise<void>;
  /** Forgets a room, and all of it. */
  forget(root: EventId): Promise<void>;
};

/** The state of a member, and what all of its parts read and do with it. Times are milliseconds; Infinity is never. */
import type { RoomSettings } from '../../protocol/event-body';
import type { EventId, IdentityKey } from '../../protocol/ids';
import type { RoomCode } from '../../protocol/room-code';
import type { ChainSummary, RoomFrame, RoomOwnFrame } from '../../protocol/room-frame';
import type { History } from '../history/history';
import type { Pace } from '../history/pace';
import type { Writer } from '../history/writer';
import type { Action as OverlayAction } from '../overlay/action';
import type { Bucket } from '../overlay/bucket';
import type { OverlayNode } from '../overlay/node';
import type { Timeline } from '../timeline/timeline';
import type { Action } from './action';
import type { Config, LinkFacts } from './config';
import type { Stays } from './stays';
import type { Waits } from './waits';

/** Names a member. */
export type Peer = IdentityKey;

export type Got = Extract<RoomOwnFrame, { readonly t: 'got' }>;

/** What two neighbours have come to in comparing (R5). */
export type Repair = {
  /** What the neighbour may ask. */
  readonly allowance: Bucket;
  /** The last summary to the neighbour, or frame of its answer. */
  asked: number;
  /** The last summary to the neighbour. */
  told: number;
  /** The last frame of events. */
  came: number;
  /** The frames of its summary that have come; null between summaries. */
  theirs: readonly ChainSummary[] | null;
  /** What the neighbour gets: what it asked for by name first. */
  wanted: EventId[];
  lacking: EventId[];
  /** How many frames of that are under way. */
  bulk: number;
  /** It was compared while `lacking` was sent. */
  again: boolean;
  /** What the neighbour had was fetched once. */
  done: boolean;
};

/** A neighbour, or somebody who may become one. */
export type Link = LinkFacts & {
  readonly peer: Peer;
  readonly since: number;
  /** The overlay knows of it. It does as soon as this member knows a room. */
  joined: boolean;
  /** Neither side knew of a room when it began. */
  waited: boolean;
  /** It was looked whether the neighbour is to be let in. */
  letIn: boolean;
  /** The last that was told to the neighbour. */
  epoch: number;
  readonly repair: Repair;
  /** What the neighbour was told of its chain. */
  readonly tells: { due: boolean; last: Got | null };
};

/** A room whose first event is here. */
export type Room = { readonly history: History; readonly timeline: Timeline };

/** A parent that is missing. `from`: who brought the child, then who was asked last. */
export type Missing = { from: Peer; due: number; tries: number };

/** Whether this member is a door, and since when there are too few or too many (R2). */
export type Doors = {
  open: boolean;
  few: number | null;
  many: number | null;
  /** Those at the codes of before, the oldest first (R10). */
  old: { readonly code: RoomCode; readonly until: number }[];
};

/** Where the room is, and was (R8). */
export type Epochs = {
  now: number;
  code: RoomCode;
  past: RoomCode[];
  /** They fit no removal yet, or are not known to. */
  candidates: RoomCode[];
};

/** Who writes, and who got what (R7). */
export type Receipts = {
  /** What others are told, as the person wants it. */
  tells: Pick<Config, 'typing' | 'reading'>;
  /** The last time that typing was told. */
  typed: number;
  typists: { readonly peer: Peer; until: number }[];
  /** Of the own chain. */
  readonly got: Map<Peer, Got>;
  /** The last entry that the person has read. */
  seen: EventId | null;
};

/** One member. */
export type State = {
  readonly config: Config;
  /** How many members there may be at a time. */
  readonly limit: number;
  /** What the person wants to be called now. */
  name: string;
  readonly self: Peer;
  now: number;
  /** Null while no room is known; `room` is until its first event is here. */
  root: EventId | null;
  room: Room | null;
  readonly writer: Writer;
  readonly pace: Pace;
  readonly node: OverlayNode;
  /** In the order in which they came. */
  links: Link[];
  /** It was a member when that was last looked at. */
  in: boolean;
  /** A neighbour has sent something other than a bye. */
  met: boolean;
  /** What this member had missed is here, as far as its first neighbour had it. */
  synced: boolean;
  over: boolean;
  /** Who has said that this member was removed. */
  readonly refusers: Set<Peer>;
  readonly stays: Stays;
  readonly waits: Waits;
  readonly wants: Map<EventId, Missing>;
  readonly doors: Doors;
  readonly epochs: Epochs;
  readonly receipts: Receipts;
  /** What this member has said, and not told yet. */
  readonly outbox: { readonly allowance: Bucket; ids: EventId[] };
  /** What is due, and when. */
  readonly due: { keep: number; have: number; share: number; want: number; got: number; say: number };
  /** Who is not told at `due.share`. */
  shareNot: Peer | null;
  /** What comes together in one action each. */
  readonly gathered: { took: EventId[]; forgot: EventId[]; drawn: EventId[]; people: boolean };
  out: Action[];
  /** What is left of an input, one after the other: what signs, and what comes after that. */
  jobs: (() => Promise<void> | void)[];
  /** Does what the overlay asks for. */
  readonly perform: (actions: readonly OverlayAction[]) => void;
};

/** Asks for something to be done. */
export function act(s: State, action: Action): void {
  if (!s.over) s.out.push(action);
}

export function send(s: State, { peer }: Link, frame: RoomFrame, bulk = false): void {
  act(s, { do: 'send', peer, frame, bulk });
}

/** Puts what has come together where it belongs among the other actions: what was taken before what is sent of it. */
export function flush(s: State): void {
  const { took, forgot, drawn, people } = s.gathered;
  if (took.length > 0) act(s, { do: 'took', ids: took });
  if (forgot.length > 0) act(s, { do: 'forgot', ids: forgot });
  if (drawn.length > 0) act(s, { do: 'changed', ids: drawn });
  if (people) act(s, { do: 'people' });
  Object.assign(s.gathered, { took: [], forgot: [], drawn: [], people: false });
}

/** Tells whether the time has come, and then clears it. */
export function isDue(s: State, what: keyof State['due']): boolean {
  if (s.now < s.due[what]) return false;
  s.due[what] = Infinity;
  return true;
}

/** Makes something due in so many milliseconds, if it is not earlier. */
export function soon(s: State, what: keyof State['due'], ms: number): void {
  s.due[what] = Math.min(s.due[what], s.now + ms);
}

export function linkTo(s: State, peer: Peer): Link | undefined {
  return s.links.find((one) => one.peer === peer);
}

/** Whether a link is there, and is not over or another one by now. */
export function isThere(s: State, link: Link): boolean {
  return s.links.includes(link);
}

/** Forgets a link. */
export function drop(s: State, peer: Peer): void {
  s.links = s.links.filter((one) => one.peer !== peer);
}

/** Whether somebody is in the room, as far as is known here. */
export function isMember(s: State, peer: Peer): boolean {
  return s.room?.history.isMember(peer) ?? false;
}

/** Whether somebody was removed, and not let in again since. */
export function isRemoved(s: State, peer: Peer): boolean {
  return s.room?.history.isRemoved(peer) ?? false;
}

/** Whether somebody is a member, or may be by what has not come yet. */
export function mayBeMember(s: State, peer: Peer): boolean {
  return !s.synced || isMember(s, peer);
}

export function isFounder(s: State): boolean {
  return s.room?.history.founder === s.self;
}

export function settingsOf(s: State): RoomSettings | null {
  return s.room?.history.settings().settings ?? null;
}

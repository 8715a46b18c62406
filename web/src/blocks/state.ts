/** The state of an exchange, and what all of its parts read of it. */
import { compareBase64url } from '../protocol/base64url';
import { sizeOfBlockFrame, type BlockFrame } from '../protocol/block-frame';
import type { BlockId } from '../protocol/ids';
import type { Action, Peer, Task } from './action';
import { Bitmap } from './bitmap';
import { maxUnknown, tellMs } from './limits';
import type { Meter } from './meter';
import type { BlockSet, Standing } from './set';

/** A block that a neighbour is asked for. */
export type Ask = {
  readonly request: number;
  readonly set: BlockSet;
  readonly index: number;
  readonly at: number;
  late: boolean;
  /** What came of it: null before the first piece; `filled` of its bytes are there. */
  block: Uint8Array<ArrayBuffer> | null;
  filled: number;
};

/** A block that a neighbour waits for. */
export type Serving = { readonly to: Neighbour; readonly request: number; readonly set: BlockSet; readonly index: number };

/** A block that is being sent. */
export type Outgoing = { readonly request: number; readonly block: Uint8Array; sent: number };

/** A block that is being checked, and then kept. */
export type Arrived = {
  readonly peer: Peer;
  readonly set: BlockSet;
  readonly index: number;
  readonly block: Uint8Array<ArrayBuffer>;
};

/** What a neighbour says of a set, and what it was told. */
export type Claim = {
  said: boolean;
  /** Of its last word, as the next two. */
  all: boolean;
  wants: boolean;
  declined: boolean;
  bits: Bitmap;
  /** How many bits there are. */
  has: number;
  /** They are counted in the set. */
  counted: boolean;
  /** What it is not asked for now. */
  barred: Bitmap;
  /** Which of them, because it said that it has them not, and when it said so last. */
  refused: number[];
  refusedAt: number;
  /** How often in a row. */
  nones: number;
  /** When it had something of the own share, and of the own part of the others'. */
  mineAt: number;
  secondAt: number;

  told: Standing;
  /** It is to be told something, even if nothing is new. */
  due: boolean;
  /** What it has been told of all that is here, in octets; -1: all of it. */
  cursor: number;
  /** How many of the set's `fresh` it has been told. */
  fresh: number;
  toldAt: number;
};

/** A link. */
export type Neighbour = {
  readonly peer: Peer;
  /** How many bytes its channel takes. */
  room: number;
  /** It is asked for nothing. */
  shunned: boolean;
  readonly claims: Map<BlockId, Claim>;
  /** How many of them are about sets that are not known, and what their bits have together, in bytes. */
  unknown: number;
  bitBytes: number;

  /** In their order. */
  asks: Ask[];
  /** Which of them is being put together. */
  current: Ask | null;
  window: number;
  next: number;
  /** Requests of which it is to be told that they are not wanted any more. */
  cancels: number[];
  cancelled: number;
  /** Bytes that nobody asked for. */
  stray: number;

  /** Waiting, then being read, then being sent. */
  wants: Serving[];
  reading: Serving[];
  ready: Outgoing[];
  /** Requests to be answered by none. */
  nones: number[];
  /** Sets that were dropped, which it is to be told. */
  forgets: BlockId[];
  /** There was no room to tell something. */
  waits: boolean;
  readonly in: Meter;
  readonly out: Meter;
};

/** One exchange. Times are whole milliseconds since it began. */
export type State = {
  readonly self: Peer;
  readonly begun: number;
  /** Bytes of a block in a frame. */
  readonly piece: number;
  now: number;
  /** When work was done last. */
  worked: number;
  /** In the order in which they were opened. */
  sets: BlockSet[];
  readonly known: Map<BlockId, BlockSet>;
  /** By identity. */
  neighbours: Neighbour[];
  /** Blocks that are asked for and not late. */
  asked: number;
  /** Blocks that are being checked or kept. */
  unkept: number;
  tasks: Task;
  readonly reads: Map<Task, Serving>;
  readonly checks: Map<Task, Arrived>;
  readonly keeps: Map<Task, Arrived>;
  out: Action[];
  changed: BlockSet[];
  /** There may be something to tell, or to ask for. */
  tells: boolean;
  asks: boolean;
  /** There is something to tell, and it has to wait. */
  owes: boolean;
};

/** Asks for something to be done. */
export function act(s: State, action: Action): void {
  s.out.push(action);
}

export function send(s: State, n: Neighbour, frame: BlockFrame): void {
  n.room -= sizeOfBlockFrame(frame);
  act(s, { do: 'send', peer: n.peer, frame });
}

/** The progress of a set is another. */
export function change(s: State, set: BlockSet): void {
  if (!set.gone && !s.changed.includes(set)) s.changed.push(set);
}

export function newTask(s: State): Task {
  s.tasks++;
  return s.tasks;
}

export function neighbourOf(s: State, peer: Peer): Neighbour | undefined {
  return s.neighbours.find((one) => one.peer === peer);
}

/** The first place among the neighbours whose identity is not less. */
export function placeOf(s: State, peer: Peer): number {
  const place = s.neighbours.findIndex((one) => compareBase64url(one.peer, peer) >= 0);
  return place < 0 ? s.neighbours.length : place;
}

/** What a neighbour says of a set, begun if it is not there; undefined if it speaks of too many that nobody knows. */
export function claimOf(n: Neighbour, id: BlockId, known: boolean): Claim | undefined {
  const there = n.claims.get(id);
  if (there !== undefined) return there;
  if (!known) {
    if (n.unknown >= maxUnknown) return undefined;
    n.unknown++;
  }
  const claim = newClaim();
  n.claims.set(id, claim);
  return claim;
}

/** One about which nothing has been said. */
export function newClaim(): Claim {
  return {
    said: false, all: false, wants: false, declined: false,
    bits: new Bitmap(), has: 0, counted: false, barred: new Bitmap(), refused: [], refusedAt: 0, nones: 0,
    mineAt: 0, secondAt: 0,
    told: 'nothing', due: false, cursor: -1, fresh: 0, toldAt: -tellMs,
  };
}

/** What a neighbour says of a set if it may be asked for blocks of it. */
export function usable(n: Neighbour, set: BlockSet): Claim | undefined {
  const claim = n.claims.get(set.id);
  return claim === undefined || claim.declined || n.shunned || set.bad.has(n.peer) ? undefined : claim;
}

export function hasBlock(claim: Claim, i: number): boolean {
  return !claim.declined && (claim.all || claim.bits.has(i));
}

/** Those of a word's blocks that a neighbour has and may be asked for. */
export function candidates({ all, bits, barred }: Claim, w: number): number {
  return (all ? -1 : bits.word(w)) & ~barred.word(w);
}

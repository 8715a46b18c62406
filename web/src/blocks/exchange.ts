/**
 * One member's part in the exchange of blocks in a room (SPEC B2 to B9): what it asks whom for, what it tells whom, what it
 * gives to whom, and who has lied. It knows digests, neighbours and windows; not files, disks or keys. The Go package
 * room/blocks gives the same actions for the same inputs, which vectors/blocks-trace.json holds them to.
 *
 *     linked, unlinked, drained ─►┌───────────────────────────────┐─► send
 *     received                  ─►│ exchange: sets · who has what │─► read, check, keep
 *     want, extend, pause, …    ─►│ · what is asked for · windows │─► blame
 *     read, checked, kept, tick ─►└───────────────────────────────┘─► changed
 *
 * It is pure: no I/O, no clock, no chance. What the caller does:
 *
 * - It calls `tick` before every other input, and when `next` says so, and does what is asked in order.
 * - It tells of a link when both ends have said hello, by `linked`, with how many bytes the channel takes at once (B3); by
 *   `drained` how many it takes now, whenever that grows by something worth it, and when nothing is in the channel any
 *   more. It then is at least 65 536. Frames that are not read well it drops.
 * - `read`: a block that it gives has the digest that is asked for, else the answer is null (F2). When a file is not there
 *   any more, or has changed, it calls `drop` before it answers.
 * - `check`: it hashes, in the browser by `crypto.subtle`, and says by `checked` whether the digest is the one. `keep`: it
 *   writes, and says by `kept` whether the block will still be there tomorrow. Each task is answered once; later ones may
 *   be answered earlier. The bytes are its own from then on.
 * - When a block of the plan is kept that says more of the plan, it calls `extend`.
 * - `kept` with false, a disk that is full, say, pauses the set: it tells the person, and calls `want` when there is hope.
 * - `blame`: it tells the person who it was. Whether it drops the link is its affair.
 *
 * Neighbours may lie. For each there are at most 64 wants that wait, two blocks read for it, one that is being put together,
 * and 4 MiB of bits about what it has; of all together 128 blocks asked for within 10 s and not yet kept; none is asked for
 * while 32 wait to be checked or kept. How many sets there are is up to the caller.
 */
import { maxPiece, type BlockFrame } from '../protocol/block-frame';
import type { BlockId } from '../protocol/ids';
import type { Action, Peer, Task } from './action';
import { askAll, work } from './ask';
import { unask } from './asked';
import { heard, uncountAll } from './heard';
import { firstWindow, tellMs, usualPiece } from './limits';
import { Meter } from './meter';
import { progressOf, ratesOf, type Progress, type Rate } from './progress';
import { read, serve, takeWant, unwant } from './serve';
import { decline, drop, extend, have, hold, pause, priority, want } from './sets';
import { act, neighbourOf, placeOf, send, type Neighbour, type State } from './state';
import { checked, kept, takeNone, takePiece } from './take';
import { tellAll } from './tell';

/**
 * What an exchange needs. `now`: when it begins, in milliseconds since 1970. `piece`: how many bytes of a block go into one
 * frame, 1 to {@link maxPiece}; 32 768 if it is absent.
 */
export type ExchangeConfig = { readonly self: Peer; readonly now: number; readonly piece?: number };

/**
 * One member's part in the exchange. Inputs return what is to be done, in order; time stands still between two calls of
 * `tick`. Sets and peers that are not known are passed over, if nothing else is said.
 */
export type Exchange = {
  /** Sets the time, which never goes back, and does what is due. Parts of milliseconds do not count. */
  readonly tick: (now: number) => readonly Action[];
  /** When `tick` is wanted at the latest; Infinity: not before there is another input. */
  readonly next: () => number;
  /** A new link, in the place of one that there may be; its channel takes `room` bytes now. */
  readonly linked: (peer: Peer, room: number) => readonly Action[];
  /** The end of a link. What was asked of the neighbour is asked of others. */
  readonly unlinked: (peer: Peer) => readonly Action[];
  /** A neighbour's channel takes `room` bytes now, beside what was sent already. */
  readonly drained: (peer: Peer, room: number) => readonly Action[];
  readonly received: (peer: Peer, frame: BlockFrame) => readonly Action[];
  /**
   * Tells more of a set's plan: the digests that follow those which are known, 32 bytes each, one after the other. The first,
   * index 0, is the set's own, and known by itself. `whole`: these are all. A set that is not known is opened, and not
   * wanted. It is not `ok`, and they are not taken, if the set would have more blocks than B2 allows, or was whole already.
   */
  readonly extend: (set: BlockId, digests: Uint8Array, whole: boolean) => Extended;
  /**
   * Tells what is here already, of what is known of the plan: bits as in frames, from index 0 on. A set that is not known is
   * opened, and not wanted.
   */
  readonly have: (set: BlockId, bits: Uint8Array) => readonly Action[];
  /** All of a set is here: all digests but the first, as for `extend`. If the plan is known, they are passed over. */
  readonly serve: (set: BlockId, digests: Uint8Array) => readonly Action[];
  /**
   * Asks for all of a set that is lacking, for the first time, or again after `pause` or `decline`. Of several, what was
   * opened first comes first; plans that are not whole before all else.
   */
  readonly want: (set: BlockId) => readonly Action[];
  /** Which blocks of a set are wanted before others, of all sets: `count` from `first` on, in the place of others said before. */
  readonly priority: (set: BlockId, first: number, count: number) => readonly Action[];
  /** Asks for nothing more of a set. What is here is served. */
  readonly pause: (set: BlockId) => readonly Action[];
  /** A set is not wanted, ever: neighbours are told so. What is here of it is not served any more. */
  readonly decline: (set: BlockId) => readonly Action[];
  /** Forgets a set. Neighbours are told that nothing of it is to be had here. */
  readonly drop: (set: BlockId) => readonly Action[];
  /** Answers `read`; null: the block is not there. The bytes are not to change until they are sent. */
  readonly read: (task: Task, block: Uint8Array | null) => readonly Action[];
  /** Answers `check`. */
  readonly checked: (task: Task, ok: boolean) => readonly Action[];
  /** Answers `keep`. Where it is false, the set is paused. */
  readonly kept: (task: Task, ok: boolean) => readonly Action[];
  /** How it stands with a set; nothing of nothing if it is not known. */
  readonly progress: (set: BlockId) => Progress;
  /** Of all neighbours, by identity. */
  readonly rates: () => readonly Rate[];
};

/** See {@link Exchange}. */
export type Extended = { readonly ok: boolean; readonly actions: readonly Action[] };

/** Makes an exchange without neighbours and sets. */
export function createExchange(config: ExchangeConfig): Exchange {
  const s = newState(config);
  const input =
    <Args extends readonly unknown[]>(take: (state: State, ...args: Args) => void) =>
    (...args: Args): readonly Action[] => {
      take(s, ...args);
      return end(s);
    };
  return {
    tick: input(tick),
    next: () => next(s),
    linked: input(linked),
    unlinked: input(unlinked),
    drained: input(drained),
    received: input(received),
    extend: (set, digests, whole) => ({ ok: extend(s, set, digests, whole), actions: end(s) }),
    have: input(have),
    serve: input(hold),
    want: input(want),
    priority: input(priority),
    pause: input(pause),
    decline: input(decline),
    drop: input(drop),
    read: input(read),
    checked: input(checked),
    kept: input(kept),
    progress: (set) => progressOf(s, set),
    rates: () => ratesOf(s),
  };
}

function newState({ self, now, piece = usualPiece }: ExchangeConfig): State {
  return {
    self,
    begun: Math.floor(now),
    piece: piece < 1 || piece > maxPiece ? usualPiece : piece,
    now: 0,
    worked: 0,
    sets: [],
    known: new Map(),
    neighbours: [],
    asked: 0,
    unkept: 0,
    tasks: 0,
    reads: new Map(),
    checks: new Map(),
    keeps: new Map(),
    out: [],
    changed: [],
    tells: false,
    asks: false,
    owes: false,
  };
}

function tick(s: State, now: number): void {
  s.now = Math.max(s.now, Math.floor(now) - s.begun);
  if (s.now - s.worked < tellMs) return;
  s.worked = s.now;
  work(s);
}

function next(s: State): number {
  const isWaiting = s.neighbours.length > 0 && (s.owes || s.sets.some((set) => set.wants));
  return isWaiting ? s.begun + s.worked + tellMs : Infinity;
}

function linked(s: State, peer: Peer, room: number): void {
  unlinked(s, peer);
  s.neighbours.splice(placeOf(s, peer), 0, newNeighbour(peer, room));
  s.tells = true;
}

function newNeighbour(peer: Peer, room: number): Neighbour {
  return {
    peer, room, shunned: false, claims: new Map(), unknown: 0, bitBytes: 0,
    asks: [], current: null, window: firstWindow, next: 0, cancels: [], cancelled: 0, stray: 0,
    wants: [], reading: [], ready: [], nones: [], forgets: [], waits: false, in: new Meter(), out: new Meter(),
  };
}

function unlinked(s: State, peer: Peer): void {
  const n = neighbourOf(s, peer);
  if (n === undefined) return;
  s.neighbours = s.neighbours.filter((other) => other !== n);
  for (const a of n.asks) unask(s, n, a);
  n.reading = [];
  uncountAll(s, n);
  s.asks = true;
}

function drained(s: State, peer: Peer, room: number): void {
  const n = neighbourOf(s, peer);
  if (n === undefined) return;
  s.asks ||= n.room <= 0;
  s.tells ||= n.waits;
  n.room = room;
}

function received(s: State, peer: Peer, frame: BlockFrame): void {
  const n = neighbourOf(s, peer);
  if (n === undefined) return;
  switch (frame.t) {
    case 'have':
      return heard(s, n, frame);
    case 'want':
      return takeWant(s, n, frame);
    case 'block':
      return takePiece(s, n, frame);
    case 'none':
      return takeNone(s, n, frame.request);
    case 'cancel':
      return unwant(n, frame.request);
  }
}

/** Does what comes of an input. @returns what is to be done. */
function end(s: State): readonly Action[] {
  for (const n of s.neighbours) sendNumbers(s, n, 'cancel', n.cancels);
  if (s.tells) tellAll(s);
  if (s.asks) askAll(s);
  for (const n of s.neighbours) {
    sendNumbers(s, n, 'none', n.nones);
    serve(s, n);
  }
  for (const { id } of s.changed) act(s, { do: 'changed', set: id });
  const { out } = s;
  s.out = [];
  s.changed = [];
  return out;
}

/** Sends as many requests as there is room for, and takes them off. */
function sendNumbers(s: State, n: Neighbour, t: 'cancel' | 'none', requests: number[]): void {
  while (n.room > 0) {
    const request = requests.shift();
    if (request === undefined) return;
    send(s, n, { t, request });
  }
}

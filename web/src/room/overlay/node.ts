/**
 * Decides who of a room is linked to whom, and by which links what is said goes round: for 2 members and for hundreds
 * (SPEC section 14). Up to ten are all linked to each other. Beyond that each has about five links, chosen by HyParView
 * (Leitão, Pereira, Rodrigues, DSN 2007), and events go along trees that Plumtree keeps on them (the same authors, SRDS
 * 2007). The doc of the Go package room/overlay says what differs from the papers, and why; both give the same actions
 * for the same inputs, which vectors/overlay-trace.json holds them to.
 *
 *     connected, lost, failed ──►┌───────────────────────────────┐──► connect, disconnect
 *     received, pushed, refused ►│ node: links · passive view ·  │──► send, push
 *     broadcast, introduce     ─►│ who is here · what was heard  │──► deliver, introduced
 *     tick                     ─►└───────────────────────────────┘──► announce, joined, gone, alone
 *
 * It is pure: no I/O, no clock, no chance of its own. What the caller does:
 *
 * - It calls `tick` before every other input, and when `next` says so, and does what is asked in order.
 * - It tells of a link when both ends have proved who they are, and has one at most with each member.
 * - `connect`: it makes an offer with all candidates, sealed for the key in the member's last presence, and gives it to
 *   `introduce`; or it calls through the store, where only doors can be called (O8). Whatever comes to nothing it tells
 *   to `failed`, at once if it cannot even be tried.
 * - `introduced`: it answers an offer within 6 s, by `introduce`, each link id once; an answer it takes only if it is to
 *   the link id of its own offer. What is sealed otherwise than it should be is `failed`. A call through the store it
 *   answers only if `accepts` says so.
 * - `disconnect`: it closes with a bye that has the reason spare, or tells who flooded or forged. `lost` is for links that
 *   end otherwise: lost connections, byes of the other, neighbours that do not read what is sent.
 * - A gossip frame it reads, and checks the signature, before `pushed`; if that does not hold, it calls `refused`. That an
 *   event breaks other rules is its author's fault, not the neighbour's. What was delivered before need not be checked
 *   again, but is pushed all the same. What is beyond the pace of E14 it keeps back, before `pushed`, and gives it later.
 * - It keeps the bytes of what is delivered or broadcast for `rememberMs`, for `push`; events in full, bodies too.
 * - `announce`: it signs the presence and gives it to `broadcast`, one after the other as they are asked for.
 * - It broadcasts its own events, nobody else's. What came by repair (R5) it neither broadcasts nor pushes.
 * - `alone`: it enters the room as a newcomer does. `leave`: it closes its links when the goodbye has been sent.
 * - Whether it is a door (R2) it decides by `members` and `doors`, and says by `setDoor`.
 */
import type { Bytes } from '../../protocol/base64url';
import type { GossipId, LinkId } from '../../protocol/ids';
import type { IntroductionStep } from '../../protocol/overlay-frame';
import type { Action, Item, NodeFrame, Peer } from './action';
import { announce, flush } from './announcing';
import { accepts, expireAttempts, fail, reunite } from './call';
import { spread, type Random } from './chance';
import { charge, pays, refused } from './guard';
import { introduce, introduction } from './introduce';
import { forwardJoin, joined } from './join';
import { forgetMs, keepMs, presenceMs } from './limits';
import { connected, keepLinks, lost, part, replaced } from './links';
import { doors, expel, forget, leave, setDoor } from './presence';
import { broadcast, prune, pushed } from './push';
import { announced, give, graft, held, unprune } from './repair';
import { linkTo, membersHere, type Link, type State } from './state';
import { reaches } from './ways';

/** What a node needs. `now`: when it begins, in milliseconds since 1970. */
export type NodeConfig = { readonly self: Peer; readonly random: Random; readonly now: number };

/**
 * One member's part of the overlay. Inputs return what is to be done, in order; time stands still between two calls of
 * `tick`, so that one comes before each other input.
 */
export type OverlayNode = {
  /** Sets the time, which never goes back, and does what is due. Parts of milliseconds do not count. */
  readonly tick: (now: number) => readonly Action[];
  /** When `tick` has something to do. */
  readonly next: () => number;
  /** A new link, whoever began it. The peer has proved who it is. */
  readonly connected: (peer: Peer) => readonly Action[];
  /** The end of a link that this side did not ask for. */
  readonly lost: (peer: Peer) => readonly Action[];
  /** A link has ended in whose place there is another one to the same: `connected` follows. */
  readonly replaced: (peer: Peer) => readonly Action[];
  /** The end of an attempt to connect, whoever began it. */
  readonly failed: (peer: Peer) => readonly Action[];
  /** A neighbour passed on what no honest member would, such as a signature that does not hold. */
  readonly refused: (peer: Peer) => readonly Action[];
  /** A frame of a neighbour. */
  readonly received: (from: Peer, frame: NodeFrame) => readonly Action[];
  /** An item of a neighbour's gossip frame. The caller has checked it, its signature above all. */
  readonly pushed: (from: Peer, item: Item, hops: number) => readonly Action[];
  /**
   * A neighbour has brought an item that is not taken now: what is too much (E14), or waits for something else. It is not
   * asked for again, and may be pushed later.
   */
  readonly held: (from: Peer, id: GossipId) => readonly Action[];
  /** Takes frames that the overlay does not read off what a neighbour may send (O9). */
  readonly charge: (peer: Peer, frames: number) => readonly Action[];
  /** Forgets somebody who is no member of the room any more, with the link to them, which the caller ends. */
  readonly expel: (peer: Peer) => readonly Action[];
  /** Sends an item of this member to everybody. What was broadcast before is not sent again. */
  readonly broadcast: (item: Item) => readonly Action[];
  /** Sends an offer or an answer to a member over the links that there are. */
  readonly introduce: (to: Peer, step: IntroductionStep, link: LinkId, sealed: Bytes) => readonly Action[];
  /** Says whether this member is a door, which it is not at first. Others hear of a change at once. */
  readonly setDoor: (isDoor: boolean) => readonly Action[];
  /** Asks for the presence that says goodbye. Links stay until the caller closes them; no new ones are made. */
  readonly leave: () => readonly Action[];
  /**
   * Whether a link that somebody else begins is welcome: what an answer to a call through the store depends on.
   * @param urgent - the caller has hardly any other link.
   */
  readonly accepts: (peer: Peer, urgent: boolean) => boolean;
  /** Whether a way is known over which somebody can be introduced to. */
  readonly reaches: (peer: Peer) => boolean;
  /** Those that are in the room, this one not among them, ascending. */
  readonly members: () => readonly Peer[];
  /** Those of them that are doors (R2). */
  readonly doors: () => readonly Peer[];
  /** Those that this one is linked to, in the order in which they came. */
  readonly neighbours: () => readonly Peer[];
  /** Whether the room is small enough that everybody is linked to everybody. */
  readonly mesh: () => boolean;
};

/** Makes a node without neighbours. Its first link is made by the caller, through the store. */
export function createNode(config: NodeConfig): OverlayNode {
  const s = newState(config);
  const input =
    <Args extends readonly unknown[]>(take: (state: State, ...args: Args) => void) =>
    (...args: Args): readonly Action[] => {
      take(s, ...args);
      const out = s.out;
      s.out = [];
      return out;
    };
  return {
    tick: input(tick),
    next: () => Math.min(s.due.flush, s.due.graft, s.due.keep, s.due.presence),
    connected: input(connected),
    lost: input(lost),
    replaced: input(replaced),
    failed: input(failed),
    refused: input(refused),
    received: input(received),
    pushed: input(pushed),
    held: input(held),
    charge: input(charge),
    expel: input(expel),
    broadcast: input(broadcast),
    introduce: input(introduce),
    setDoor: input(setDoor),
    leave: input(leave),
    accepts: (peer, urgent) => accepts(s, peer, urgent),
    reaches: (peer) => reaches(s, peer),
    members: () => membersHere(s),
    doors: () => doors(s),
    neighbours: () => s.links.map(({ peer }) => peer),
    mesh: () => s.mesh,
  };
}

function newState({ self, random, now: begun }: NodeConfig): State {
  const now = Math.floor(begun);
  return {
    self,
    random,
    now,
    mesh: true,
    links: [],
    passive: [],
    attempts: new Map(),
    ways: new Map(),
    trail: new Map(),
    members: new Map(),
    here: 0,
    lost: [],
    lostAt: 0,
    blocked: new Map(),
    heard: new Map(),
    missing: new Map(),
    counter: 0,
    presence: null,
    stay: 'here',
    leaving: false,
    entered: false,
    linkedAt: 0,
    alone: 0,
    failures: 0,
    spareAt: 0,
    aloneAt: 0,
    due: {
      flush: Infinity,
      graft: Infinity,
      keep: now + keepMs,
      presence: now + spread(random, presenceMs),
      forget: now + forgetMs,
    },
    out: [],
  };
}

function tick(s: State, now: number): void {
  s.now = Math.max(s.now, Math.floor(now));
  if (isDue(s, 'flush')) flush(s);
  if (isDue(s, 'graft')) graft(s);
  if (isDue(s, 'presence')) {
    s.due.presence = s.now + spread(s.random, presenceMs);
    announce(s, s.stay);
    reunite(s);
  }
  if (!isDue(s, 'keep')) return;
  s.due.keep = s.now + keepMs;
  expireAttempts(s);
  if (isDue(s, 'forget')) {
    s.due.forget = s.now + forgetMs;
    forget(s);
  }
  keepLinks(s);
}

/** Tells whether the time has come, and then clears it. */
function isDue(s: State, what: keyof State['due']): boolean {
  if (s.now < s.due[what]) return false;
  s.due[what] = Infinity;
  return true;
}

function failed(s: State, peer: Peer): void {
  fail(s, peer);
  keepLinks(s);
}

function received(s: State, from: Peer, frame: NodeFrame): void {
  const link = linkTo(s, from);
  const asked = frame.t === 'graft' && 'ids' in frame ? frame.ids.length : 0; // each is answered with an item
  if (link !== undefined && pays(s, link, 1 + asked)) handle(s, link, frame);
}

function handle(s: State, link: Link, frame: NodeFrame): void {
  switch (frame.t) {
    case 'ihave':
      return announced(s, link, frame);
    case 'graft':
      return 'ids' in frame ? give(s, link, frame.ids) : unprune(link, frame.from);
    case 'prune':
      return prune(s, link, frame.from);
    case 'join':
      return joined(s, link);
    case 'forwardjoin':
      return forwardJoin(s, link, frame);
    case 'part':
      return part(s, link);
    case 'introduce':
      return introduction(s, link, frame);
  }
}

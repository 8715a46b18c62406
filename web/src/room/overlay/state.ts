/** The state of a node, and what all of its parts read of it. */
import { compareBase64url } from '../../protocol/base64url';
import type { GossipId } from '../../protocol/ids';
import type { Presence } from '../../protocol/presence';
import type { Action, NodeFrame, Peer } from './action';
import type { Bucket } from './bucket';
import type { Random } from './chance';
import type { Memory } from './memory';

/** A neighbour. */
export type Link = {
  readonly peer: Peer;
  readonly since: number;
  /** The authors of whom the neighbour gets only ids: it has the rest from others. */
  readonly pruned: Set<Peer>;
  /** What will be announced to the neighbour with the next flush. */
  readonly queue: Set<GossipId>;
  /** How many items are missing that it was the first to announce. */
  waiting: number;
  /** How often in a row it did not deliver what it had announced. */
  broken: number;
  /** Its JOIN was answered. */
  broughtIn: boolean;
  readonly frames: Bucket;
  readonly waste: Bucket;
  readonly relayed: Bucket;
};

/** Somebody whose presence was heard. Who said goodbye is kept, so that what comes late does not bring them back. */
export type Member = {
  counter: number;
  /** Of the presence. */
  id: GossipId | null;
  heard: number;
  left: boolean;
  door: boolean;
  /** What it may say. */
  readonly pace: Bucket;
  /** Calls in a row that did not reach it; it is not called again before `notBefore`. */
  failed: number;
  notBefore: number;
};

/** A connection that is being made. */
export type Attempt = { readonly outbound: boolean; until: number };

/** The neighbour from which something of a member came. */
export type Way = { readonly over: Peer; readonly at: number };

/** An item of which only the id has come. */
export type Missing = {
  /** Who announced it first. */
  readonly first: Peer;
  /** In order, those that were asked taken off. */
  readonly announcers: { readonly peer: Peer; readonly hops: number }[];
  /** Null: nobody yet. */
  asked: Peer | null;
  due: number;
};

/** One node. Times are whole milliseconds since 1970; what is due never is at Infinity. */
export type State = {
  readonly self: Peer;
  readonly random: Random;
  now: number;
  /** Few enough that everybody is linked to everybody. */
  mesh: boolean;
  /** In the order in which they came. */
  links: Link[];
  passive: Peer[];
  /** Connections that are being made, of this side and of others. */
  readonly attempts: Map<Peer, Attempt>;
  readonly ways: Map<Peer, Way>;
  /** From which neighbours offers came, the oldest first, as maps keep it. */
  readonly trail: Map<string, Way>;
  readonly members: Map<Peer, Member>;
  /** Members that are not leaving, without this one. */
  here: number;
  /** Members that went without goodbye, the latest last, and when that one went. */
  lost: Peer[];
  lostAt: number;
  readonly blocked: Map<Peer, number>;
  readonly heard: Memory;
  /** In the order of arrival, as maps keep it. */
  readonly missing: Map<GossipId, Missing>;
  /** Of the last presence. */
  counter: number;
  presence: GossipId | null;
  /** What its presences say while it is here. */
  stay: Presence['stay'];
  leaving: boolean;
  /** It has had a link. */
  entered: boolean;
  /** Since when there is a link. */
  linkedAt: number;
  /** How often in a row `alone` was said. */
  alone: number;
  /** Introductions that failed in a row. */
  failures: number;
  spareAt: number;
  aloneAt: number;
  /** What is due, and when. */
  readonly due: { flush: number; graft: number; keep: number; presence: number; forget: number };
  out: Action[];
};

/** Asks for something to be done. */
export function act(s: State, action: Action): void {
  s.out.push(action);
}

export function send(s: State, link: Link, frame: NodeFrame): void {
  act(s, { do: 'send', peer: link.peer, frame });
}

export function linkTo(s: State, peer: Peer): Link | undefined {
  return s.links.find((one) => one.peer === peer);
}

export function isHere(s: State, peer: Peer): boolean {
  const m = s.members.get(peer);
  return m !== undefined && !m.left;
}

/** Those that are in the room, this one not among them, ascending. */
export function membersHere(s: State): Peer[] {
  return [...s.members].filter(([, m]) => !m.left).map(([peer]) => peer).toSorted(compareBase64url);
}

/** Who is here and not a neighbour. */
export function everybody(s: State): Peer[] {
  return membersHere(s).filter((peer) => linkTo(s, peer) === undefined);
}

export function isBlocked(s: State, peer: Peer): boolean {
  return s.now < (s.blocked.get(peer) ?? 0);
}

/** Who has so few links that members that have enough do not refuse it. */
export function isLonely(s: State): boolean {
  return s.links.length < 2;
}

export function without(peers: readonly Peer[], peer: Peer): Peer[] {
  return peers.filter((one) => one !== peer);
}

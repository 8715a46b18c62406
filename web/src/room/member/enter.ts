/** How somebody comes in: this member into a room, and others to this member (SPEC R1, R4). */
import type { RoomSettings } from '../../protocol/event-body';
import { encodeAdmission } from '../../protocol/event-member';
import { eventKinds } from '../../protocol/event-header';
import type { EventId } from '../../protocol/ids';
import type { ByeReason } from '../../protocol/room-frame';
import type { History } from '../history/history';
import { Timeline } from '../timeline/timeline';
import { compare, give, newRepair } from './compare';
import type { LinkFacts } from './config';
import { becomeDoor } from './doors';
import { isOld, tellEpoch } from './epochs';
import { dismiss, endStay, turnAway } from './links';
import { expel } from './membership';
import { mustTell } from './receipts';
import {
  act, drop, isFounder, isMember, isRemoved, isThere, linkTo, settingsOf, type Link, type Peer, type Room, type State,
} from './state';
import { caughtUp } from './synced';
import { write } from './write';

/** How long who said the root may be no member, as far as is known here. */
const newNeighbourMs = 10_000;
/** How long nothing has come from a neighbour that has nothing more to send. */
const quietMs = 2000;

/** Makes a new room, whose founder this member is. @throws ParseError for settings or a name that are none. */
export async function create(s: State, settings: RoomSettings): Promise<void> {
  const { history } = await s.writer.begin(settings, s.now);
  enter(s, history);
  Object.assign(s, { in: true, synced: true });
  s.gathered.took.push(history.root);
  s.gathered.drawn.push(history.root);
  if (s.name !== '') await admit(s, s.self, s.name);
}

/** Has a room's history from now on. */
export function enter(s: State, history: History): Room {
  const room = { history, timeline: new Timeline(history) };
  s.root = history.root;
  s.room = room;
  s.in = isMember(s, s.self);
  return room;
}

function admit(s: State, member: Peer, name: string): Promise<unknown> {
  return write(s, eventKinds.admission, encodeAdmission({ member, name }));
}

/** Somebody has proved who they are and said hello. */
export function linked(s: State, peer: Peer, facts: LinkFacts): void {
  if (s.over || peer === s.self) return;
  if (linkTo(s, peer) !== undefined) {
    drop(s, peer);
    s.perform(s.node.replaced(peer));
  }
  const { root } = facts.theirs;
  if (differs(s, root)) {
    turnAway(s, peer, 'spare');
    if (facts.caller && !s.met) endStay(s, 'protocol_error');
    return;
  }
  const reason = refusal(s, peer, facts);
  if (reason !== null) return turnAway(s, peer, reason);
  const link: Link = {
    ...facts, peer, since: s.now, joined: false, waited: false, letIn: false, epoch: 0, repair: newRepair(s.now),
    tells: { due: false, last: null },
  };
  s.links.push(link);
  meet(s, link);
}

/** Whether a root is another one than that which this member goes by. */
function differs(s: State, root: EventId | null): boolean {
  const isBound = s.room !== null || s.links.some(({ joined }) => joined);
  return root !== null && root !== s.root && isBound;
}

/** Goes on with somebody who has said hello. Two who know of no room wait until one of them does. */
function meet(s: State, link: Link): void {
  s.gathered.people = true;
  if (s.room === null && link.theirs.root !== null) s.root = link.theirs.root;
  link.waited = s.root === null;
  if (!link.waited) return joinAll(s);
  compare(s, link);
  becomeDoor(s); // it is still to be found by who knows more, and looks for them
}

/** Lets the overlay know of all links, once a room is known. */
export function joinAll(s: State): void {
  for (const link of s.links) {
    s.jobs.push(async () => {
      if (link.joined || !isThere(s, link) || (link.waited && s.room === null)) return;
      await letIn(s, link);
      join(s, link);
    });
  }
}

function join(s: State, link: Link): void {
  // It hears first of what room that is.
  if (link.waited && s.room !== null) give(s, link, s.room.history.lacking([]));
  link.joined = true;
  s.perform(s.node.connected(link.peer));
  if (!isThere(s, link)) return;
  compare(s, link);
  tellEpoch(s, link);
  mustTell(s, link);
}

/** Why somebody may not come in; null if they may (R4, R9, R10). */
function refusal(s: State, peer: Peer, { theirs, code }: LinkFacts): ByeReason | null {
  if (s.room === null) return null;
  if (isRemoved(s, peer)) return 'removed';
  if (!s.stays.here.has(peer) && hereCount(s) >= s.limit) return 'full';
  if (isMember(s, peer) || theirs.root === s.root) return null;
  return (isMember(s, s.self) && !mayLetIn(s)) || isOld(s.epochs, code) ? 'locked' : null;
}

/** How many members there are in the room at this time, this one among them. */
function hereCount(s: State): number {
  const unheard = s.links.filter(({ peer }) => !s.stays.here.has(peer));
  return 1 + s.node.members().length + unheard.length;
}

/** E9, and nobody new comes into a locked room, though the founder's admission would count. */
function mayLetIn(s: State): boolean {
  const settings = settingsOf(s);
  return isMember(s, s.self) && settings?.locked === false && (isFounder(s) || settings.invite === 'all');
}

/** Whether somebody has come without knowing the room, and is to be let in now. */
function wantsIn(s: State, { theirs, peer, letIn: looked, code }: Link): boolean {
  const atOldCode = isOld(s.epochs, code) && !isMember(s, peer);
  return theirs.root === null && !looked && mayLetIn(s) && !atOldCode;
}

/** Lets in who has come without knowing the room, unless they are in under the same name. */
async function letIn(s: State, link: Link): Promise<void> {
  if (s.room === null || !wantsIn(s, link)) return;
  link.letIn = true;
  const { peer, theirs } = link;
  const isNamed = theirs.name === '' || theirs.name === nameOf(s.room, peer);
  if (!isMember(s, peer) || !isNamed) await admit(s, peer, theirs.name);
}

function nameOf({ history }: Room, peer: Peer): string {
  return history.members().find(({ id }) => id === peer)?.name ?? '';
}

/** Sees to links that wait for something. */
export function checkNeighbours(s: State): void {
  for (const link of s.links) {
    if (!isThere(s, link)) continue;
    const isOver = s.now - link.since >= newNeighbourMs;
    const isQuiet = s.now - link.repair.came >= quietMs;
    checkNeighbour(s, link, isOver, isQuiet);
    if (!link.repair.done && isQuiet && s.now - link.since >= newNeighbourMs / 2) caughtUp(s, link);
  }
}

function checkNeighbour(s: State, link: Link, isOver: boolean, isQuiet: boolean): void {
  const { peer } = link;
  if (!link.joined) return; // it knows no room either
  if (s.room === null) {
    if (isOver && isQuiet) dismiss(s, link); // it knows the room, and does not say
  } else if (isMember(s, peer)) tellEpoch(s, link);
  else if (wantsIn(s, link)) s.jobs.push(() => letIn(s, link));
  else if (isOver && isQuiet && s.in && s.synced) {
    expel(s, peer);
    act(s, { do: 'disconnect', peer, reason: 'locked' });
  }
}

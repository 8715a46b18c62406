/** Events that come, and what each of them brings with it (SPEC E4, E14, O3). */
import { bodyOf, FaultError, type Event } from '../../protocol/event';
import { eventKinds } from '../../protocol/event-header';
import { parseAdmission } from '../../protocol/event-member';
import { ParseError } from '../../protocol/parse-error';
import { faultOf, type Fault } from '../history/faults';
import type { Change } from '../history/history';
import type { CheckedEvent } from './check';
import { checkEpochs } from './epochs';
import { checkMembership } from './membership';
import { admitted } from './presences';
import { wrote } from './receipts';
import { act, isMember, type Link, type Room, type State } from './state';
import { hold } from './waits';
import { need } from './wants';

/**
 * Takes an event that a neighbour has passed on. It is passed on from here once it is taken, so that nobody spreads what
 * goes against a rule.
 */
export function takeGossip(s: State, link: Link, checked: CheckedEvent, hops: number): void {
  const { room } = s;
  const event = room === null ? null : eventIn(s, room, link, checked);
  if (room === null || event === null) return;
  const { id, author } = event;
  if (room.history.has(id)) {
    add(s, room, link, event);
    s.perform(s.node.pushed(link.peer, { id, author, presence: null }, hops));
  } else if (!s.pace.take(author, s.now)) {
    s.perform(s.node.held(link.peer, id)); // it waits with its sender, and is repaired (E14)
  } else {
    hold(s.waits.events, id, { from: link.peer, hops, at: s.now });
    add(s, room, link, event);
    if (room.history.waits(id)) s.perform(s.node.held(link.peer, id));
  }
}

/**
 * The event, if it holds. Who brings one that is not signed well, or that everybody refuses by itself, is dropped; the
 * author of the latter is at fault, too.
 */
export function eventIn(s: State, { history }: Room, link: Link, checked: CheckedEvent): Event | null {
  if (checked.is === 'event') return checked.event;
  if (checked.is === 'unknown') return null;
  if (checked.is === 'misplaced') {
    history.blame(checked.fault);
    blame(s, faultOf(checked.fault));
  }
  s.perform(s.node.refused(link.peer));
  return null;
}

/** Takes an event into the history, with all that comes of it. */
export function add(s: State, room: Room, link: Link, event: Event): void {
  const change = room.history.add(event, s.now);
  show(s, room, change);
  follow(s, room, change);
  for (const id of change.missing) need(s, id, link.peer);
  const { refused } = change;
  if (!(refused instanceof FaultError)) return;
  blame(s, faultOf(refused));
  if (refused.author === link.peer) s.perform(s.node.refused(link.peer));
}

function blame(s: State, { author, rule }: Fault): void {
  act(s, { do: 'fault', member: author, kind: rule === 'E12' ? 'forked' : 'misplaced', rule });
}

/** Shows a change of the history. */
export function show(s: State, { history, timeline }: Room, change: Change): void {
  const { took, forgot, drawn } = s.gathered;
  took.push(...change.taken, ...change.bodies);
  drawn.push(...timeline.apply(change));
  forgot.push(...history.forgotten());
  for (const fault of change.faults) blame(s, fault);
}

/** Does what a change of the history brings with it. */
export function follow(s: State, { history }: Room, { taken, silenced }: Change): void {
  let rules = silenced.length > 0;
  for (const id of taken) {
    const event = history.event(id);
    if (event === null) continue;
    rules ||= event.kind === eventKinds.removal;
    followOne(s, event);
  }
  if (rules) {
    checkMembership(s);
    checkEpochs(s);
  }
  s.in = isMember(s, s.self);
}

function followOne(s: State, event: Event): void {
  const { id, author } = event;
  wrote(s, author);
  if (event.kind === eventKinds.admission) followAdmission(s, event);
  const held = s.waits.events.get(id);
  if (held === undefined) return;
  s.waits.events.delete(id);
  s.perform(s.node.pushed(held.from, { id, author, presence: null }, held.hops));
}

function followAdmission(s: State, event: Event): void {
  try {
    const { member } = parseAdmission(bodyOf(event) ?? new Uint8Array());
    s.gathered.people = true;
    admitted(s, member);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error; // it says nothing (E7)
  }
}

/** Forgets what is over (E13). */
export function expire(s: State): void {
  if (s.room === null) return;
  s.gathered.drawn.push(...s.room.timeline.expire(s.now));
  s.gathered.forgot.push(...s.room.history.forgotten());
}

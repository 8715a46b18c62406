/** Whether an event goes with its parents (SPEC E5), and what it says about who may do what (E8 to E10). */
import { bodyOf, type Event } from '../../protocol/event';
import { parseRoomSettings } from '../../protocol/event-body';
import { eventKinds } from '../../protocol/event-header';
import { parseAdmission, parseRemoval } from '../../protocol/event-member';
import { ParseError } from '../../protocol/parse-error';
import {
  admitted, compareEvents, compareNodes, isSameChain, removedAfter, settingAfter, unionOf, type Node, type Removals,
  type Rule, type Setting,
} from './node';
import { authorOf, chainOf, isFounder, type State } from './state';
import type { Arrival } from './waiting';

/** Makes a node of an event whose parents are taken; a ParseError if it does not go with them. */
export function judge(state: State, { event, arrived }: Arrival, parents: readonly Node[]): Node | ParseError {
  const previous = event.n > 1 ? (parents[0] as Node) : null;
  const seen = previous === null ? parents : parents.slice(1);
  const fault = placeFault(event, previous, parents, seen);
  if (fault !== null) return fault;
  const admission = previous === null ? admissionOf(event, seen) : previous.admission;
  const begins = event.n > 1 || admission !== null || (isFounder(state, event.author) && seen.includes(state.root));
  if (!begins) return against('seen', 'its author is not let in');
  const inForce = parents.map(settingAfter).reduce((a, b) => (compareEvents(a, b) < 0 ? b : a));
  const removed = parents.map(removedAfter).reduce(unionOf);
  const author = authorOf(state.authors, event.author);
  if (author.removals.some((one) => removed.has(one) && admission?.removed.has(one) === false)) {
    return against('author', 'removed');
  }
  const chain = chainOf(author, event.chain);
  return {
    // The names of few authors and chains, shared by many events.
    event: { ...event, author: author.id, chain: chain.id },
    arrived, parents, index: state.nodes.size, chain, admission, inForce, removed,
    rule: rulingOf(state, event, inForce, removed), silent: false, forgotten: false,
  };
}

function placeFault(event: Event, previous: Node | null, parents: readonly Node[], seen: readonly Node[]): ParseError | null {
  if (previous !== null && !(isSameChain(previous.event, event) && previous.event.n === event.n - 1)) {
    return against('previous', 'not the one before it in its chain');
  }
  if (seen.some((one) => isSameChain(one.event, event))) return against('seen', 'of its own chain');
  const lamport = parents.reduce((greatest, one) => Math.max(greatest, one.event.lamport), 0);
  return event.lamport === lamport + 1 ? null : against('lamport', 'not one more than the greatest of its parents');
}

function against(field: string, reason: string): ParseError {
  return new ParseError('E5', field, reason);
}

/** The admission with which a chain begins: the last of those seen. The founder needs none. */
function admissionOf(event: Event, seen: readonly Node[]): Node | null {
  const admissions = seen.filter((one) => admitted(one) === event.author);
  return admissions.length === 0 ? null : admissions.reduce((a, b) => (compareNodes(a, b) < 0 ? b : a));
}

/** Null if it is none, is not what its kind says, or if its author is not entitled to it. */
function rulingOf(state: State, event: Event, inForce: Setting, removed: Removals): Rule | null {
  const body = bodyOf(event);
  if (body === null) return null;
  try {
    return readRule(state, event, body, inForce, removed);
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

function readRule(state: State, event: Event, body: Uint8Array, { settings }: Setting, removed: Removals): Rule | null {
  const founder = isFounder(state, event.author);
  if (event.kind === eventKinds.settings && founder) {
    return { is: 'sets', setting: { id: event.id, lamport: event.lamport, settings: parseRoomSettings(body) } };
  }
  if (event.kind === eventKinds.admission && (founder || (!settings.locked && settings.invite === 'all'))) {
    return { is: 'admits', admission: parseAdmission(body) };
  }
  if (event.kind !== eventKinds.removal || !founder) return null;
  const { member, last } = parseRemoval(body);
  if (isFounder(state, member)) return null;
  return { is: 'removes', member, ends: new Map(last.map(({ chain, n }) => [chain, n])), after: new Set(removed) };
}

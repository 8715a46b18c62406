/** What a member may have of what was said (SPEC E13). */
import { isRuling, stubOf, type Event } from '../../protocol/event';
import type { EventId, IdentityKey } from '../../protocol/ids';
import { isLasting } from './members';
import { compareNodes, type Node } from './node';
import { isFounder, type State } from './state';

/**
 * An event as a member may have it: without its body if it was said before they came and the room hides that. What waits
 * is given as a stub: whoever asks may have what it waits for. Null if it is not here.
 */
export function give(state: State, id: EventId, to: IdentityKey): Event | null {
  const node = state.nodes.get(id);
  if (node !== undefined) return isHidden(state, node, to) ? stubOf(node.event) : node.event;
  const waits = state.waiting.all.get(id)?.event;
  if (waits === undefined) return null;
  return isRuling(waits.kind) ? waits : stubOf(waits);
}

/** The events, the latest first and at most `limit`, whose bodies a member lacks here and may have. */
export function bodilessFor(state: State, member: IdentityKey, limit: number): EventId[] {
  return [...state.bodiless]
    .filter((node) => !isHidden(state, node, member))
    .toSorted((a, b) => compareNodes(b, a))
    .slice(0, limit)
    .map(({ event }) => event.id);
}

function isHidden(state: State, node: Node, from: IdentityKey): boolean {
  const { kind, author } = node.event;
  if (isRuling(kind) || isFounder(state, from) || from === author) return false;
  const reader = state.authors.get(from);
  if (reader === undefined) return true;
  return !reader.admissions.some((one) => isLasting(reader, one) && !hides(state, one, node));
}

/** Whether somebody with this admission came too late for an event. */
function hides(state: State, admission: Node, node: Node): boolean {
  return admission.inForce.settings.history === 'joined' && hasBit(ancestryOf(state, admission), node.index);
}

/** The ancestors, as bits by index. It is worked out once: it never changes. */
function ancestryOf(state: State, node: Node): Uint32Array {
  const known = state.ancestries.get(node);
  if (known !== undefined) return known;
  const bits = new Uint32Array((node.index >> 5) + 1);
  for (const open = [...node.parents]; open.length > 0; ) {
    const one = open.pop() as Node;
    if (hasBit(bits, one.index)) continue;
    bits[one.index >> 5] = (bits[one.index >> 5] as number) | (1 << (one.index & 31));
    open.push(...one.parents);
  }
  state.ancestries.set(node, bits);
  return bits;
}

function hasBit(bits: Uint32Array, index: number): boolean {
  return (((bits[index >> 5] ?? 0) >>> (index & 31)) & 1) === 1;
}

/** Bodies that go, and that come later (SPEC E3, E13). */
import { isRuling, isStub, stubOf, type Event } from '../../protocol/event';
import type { EventId } from '../../protocol/ids';
import { takeEnding } from './endings';
import type { Node } from './node';
import { isBodiless, type State } from './state';

/** Drops a body for good, and tells whether it was there. What says who may do what is never forgotten. */
export function forget(state: State, node: Node): boolean {
  if (isRuling(node.event.kind)) return false;
  const there = !isBodiless(node);
  node.event = stubOf(node.event);
  node.forgotten = true;
  state.bodiless.delete(node);
  if (there) state.dropped.push(node.event.id);
  return there;
}

/** Takes {@link forget} back: the body is wanted again, from whoever has it. */
export function recall(state: State, node: Node): void {
  if (!node.forgotten) return;
  node.forgotten = false;
  state.bodiless.add(node);
}

/** Forgets the bodies whose time is over at `now`. */
export function expire(state: State, now: number): EventId[] {
  const over: EventId[] = [];
  for (let node = takeEnding(state.endings, now); node !== null; node = takeEnding(state.endings, now)) {
    if (forget(state, node)) over.push(node.event.id);
  }
  return over;
}

/** Gives a stub its body; false if it has one, or is not to have any. */
export function fill(state: State, node: Node, event: Event): boolean {
  if (isStub(event) || !isBodiless(node) || node.forgotten) return false;
  node.event = { ...node.event, bytes: event.bytes };
  state.bodiless.delete(node);
  return true;
}

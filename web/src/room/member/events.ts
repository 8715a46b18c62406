/** Events that a neighbour sends in comparing, or because it was asked (SPEC R5, R6). */
import { seenOf, type Event } from '../../protocol/event';
import { eventKinds } from '../../protocol/event-header';
import { ParseError } from '../../protocol/parse-error';
import { History } from '../history/history';
import type { CheckedEvent, CheckedFrame } from './check';
import { hasAsked } from './compare';
import { enter, joinAll } from './enter';
import { isThere, soon, type Link, type Room, type State } from './state';
import { caughtUp } from './synced';
import { add, eventIn } from './take';
import { wasAsked } from './wants';

/** How long after a repair has brought something others are told. */
const shareMs = 1000;

/** Takes what a neighbour sends: its answer, or what nobody has asked for. */
export function takeEvents(s: State, link: Link, { events, more }: Extract<CheckedFrame, { readonly t: 'events' }>): void {
  const asked = hasAsked(s, link);
  const { repair } = link;
  repair.came = s.now;
  if (asked && more) repair.asked = s.now;
  const room = s.room ?? begin(s, events[0]);
  if (room === null) return;
  const before = room.history.size;
  for (const checked of events) {
    const event = eventIn(s, room, link, checked);
    if (event === null) return;
    const { id, author } = event;
    if (asked || wasAsked(s, id) || room.history.has(id) || s.pace.take(author, s.now)) add(s, room, link, event);
    if (s.over || !isThere(s, link)) return;
  }
  if (room.history.size > before) {
    soon(s, 'share', shareMs);
    s.shareNot = link.peer;
  }
  if (!more) caughtUp(s, link);
}

/** Has the room's first event, which a neighbour has sent to who knows of none, or knows its name only. */
function begin(s: State, checked: CheckedEvent | undefined): Room | null {
  if (checked?.is !== 'event' || !isFirst(checked.event)) return null;
  const { event } = checked;
  if (s.root !== null && s.root !== event.id) return null;
  try {
    const room = enter(s, new History(event, s.now));
    s.gathered.took.push(event.id);
    s.gathered.drawn.push(event.id);
    joinAll(s);
    return room;
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

function isFirst(event: Event): boolean {
  return event.kind === eventKinds.room && event.n === 1 && seenOf(event).length === 0;
}

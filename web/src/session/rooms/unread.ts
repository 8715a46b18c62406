/** What of a room's timeline the person has not seen, and what was said last. */
import type { EventId, IdentityKey } from '../../protocol/ids';
import type { Timeline } from '../../room/timeline/timeline';
import type { RoomCard } from '../room-model';

/** The first entry after the one that was seen last; null: none. */
export function firstUnread(timeline: Timeline | null, seen: EventId | null): EventId | null {
  const index = timeline === null || seen === null ? -1 : timeline.indexOf(seen);
  if (timeline === null || index < 0 || index + 1 >= timeline.length) return null;
  return timeline.idAt(index + 1);
}

/** Others' texts after the entry that was seen last, and the last text. */
export function newsOf(
  timeline: Timeline | null, seen: EventId | null, self: IdentityKey, nameOf: (id: IdentityKey) => string,
): Pick<RoomCard, 'unread' | 'last'> {
  let unread = 0;
  let last: RoomCard['last'] = null;
  const upto = timeline === null || seen === null ? -1 : timeline.indexOf(seen);
  for (let i = (timeline?.length ?? 0) - 1; i >= 0 && (i > upto || last === null); i--) {
    const entry = timeline?.at(i);
    if ((entry?.kind !== 'text' && entry?.kind !== 'file') || entry.is !== 'here') continue;
    last ??= { author: nameOf(entry.author), text: entry.text, at: entry.time };
    if (i > upto && entry.author !== self) unread++;
  }
  return { unread, last };
}

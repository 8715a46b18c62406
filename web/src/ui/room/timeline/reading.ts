import type { EventId, IdentityKey } from '../../../protocol/ids';
import type { RoomEntries } from '../../../session/room-model';

/** How far the person has read. */
export type Reading = {
  /** The last entry that was before their eyes; null: none. */
  readonly seen: EventId | null;
  /** The line stands above it: the first text that came while they looked elsewhere. */
  readonly unreadFrom: EventId | null;
  /** The last entry that there was. */
  readonly end: EventId | null;
  /** Others' texts after what they have seen, at most {@link MOST_COUNTED}. */
  readonly unread: number;
};

/** Nobody wants to know it more exactly. */
export const MOST_COUNTED = 1000;

/**
 * Where the reading begins.
 * @param unreadFrom - the first entry that was not seen the last time; null: all were.
 */
export function begin(entries: RoomEntries, unreadFrom: EventId | null, self: IdentityKey | null): Reading {
  const end = idAt(entries, entries.length - 1);
  const first = unreadFrom === null ? -1 : entries.indexOf(unreadFrom);
  if (first < 0) return { seen: end, unreadFrom: null, end, unread: 0 };
  return { seen: idAt(entries, first - 1), unreadFrom, end, unread: othersAfter(entries, first - 1, self).count };
}

/**
 * Moves the reading on. The line stays where it is until the person writes, so that they find it, or until, after they
 * had read all, others' texts come out of view.
 *
 * @param to - index of the last entry before their eyes; −1: they look elsewhere.
 */
export function read(before: Reading, entries: RoomEntries, to: number, self: IdentityKey | null): Reading {
  const known = before.seen === null ? -1 : entries.indexOf(before.seen);
  // What had been seen last may have been taken away: then nothing is new.
  const from = before.seen !== null && known < 0 ? entries.length - 1 : known;
  const upTo = Math.max(from, Math.min(to, entries.length - 1));
  const after = othersAfter(entries, upTo, self);
  const begins = before.unread === 0 && after.count > 0;
  const next: Reading = {
    seen: idAt(entries, upTo),
    unreadFrom: wroteAfter(entries, before.end, self) ? null : begins ? after.first : before.unreadFrom,
    end: idAt(entries, entries.length - 1),
    unread: after.count,
  };
  const same = (Object.keys(next) as (keyof Reading)[]).every((name) => next[name] === before[name]);
  return same ? before : next;
}

function idAt(entries: RoomEntries, index: number): EventId | null {
  return index < 0 ? null : entries.idAt(index);
}

/** Others' texts after an entry: the first one, and how many there are. */
function othersAfter(entries: RoomEntries, index: number, self: IdentityKey | null) {
  let first: EventId | null = null;
  let count = 0;
  for (let i = index + 1; i < entries.length && count < MOST_COUNTED; i++) {
    const entry = entries.at(i);
    if (entry.kind !== 'text' || entry.author === self) continue;
    first ??= entry.id;
    count++;
  }
  return { first, count };
}

/** True if something of their own came after what was the last. */
function wroteAfter(entries: RoomEntries, end: EventId | null, self: IdentityKey | null): boolean {
  const known = end === null ? -1 : entries.indexOf(end);
  if (end !== null && known < 0) return false;
  for (let i = entries.length - 1; i > Math.max(known, entries.length - MOST_COUNTED); i--) {
    const entry = entries.at(i);
    if (entry.kind === 'text' && entry.author === self) return true;
  }
  return false;
}

import type { EventId } from '../../../protocol/ids';
import type { EpochMs } from '../../../session/model';
import type { RoomEntries, RoomEntry } from '../../../session/room-model';

/** What stands around an entry, from its neighbours: a list draws each line alone. */
export type Place = {
  /** Set when a new calendar day begins with it. */
  readonly day: EpochMs | null;
  /** The line «new» stands above it. */
  readonly unread: boolean;
  /** It begins a stack of its author's: the name stands above it. */
  readonly head: boolean;
  /** It ends one: the time stands below it. */
  readonly foot: boolean;
};

/** A pause of this length begins a new stack, in milliseconds. */
export const STACK_PAUSE_MS = 5 * 60_000;

/**
 * The place of one entry. Texts of one author on one day, without a long pause, are a stack.
 *
 * @param dayOf - which calendar day a time is on, as a comparable string.
 */
export function placeOf(
  entries: RoomEntries,
  index: number,
  unreadFrom: EventId | null,
  dayOf: (at: EpochMs) => string = localDay,
): Place {
  const entry = entries.at(index);
  const before = index > 0 ? entries.at(index - 1) : null;
  const after = index + 1 < entries.length ? entries.at(index + 1) : null;
  const newDay = before === null || dayOf(before.at) !== dayOf(entry.at);
  return {
    day: newDay ? entry.at : null,
    unread: entry.id === unreadFrom,
    head: before === null || entry.id === unreadFrom || !stacked(before, entry, dayOf),
    foot: after === null || after.id === unreadFrom || !stacked(entry, after, dayOf),
  };
}

function stacked(one: RoomEntry, next: RoomEntry, dayOf: (at: EpochMs) => string): boolean {
  return (
    one.kind === 'text' &&
    next.kind === 'text' &&
    one.author === next.author &&
    Math.abs(next.at - one.at) < STACK_PAUSE_MS &&
    dayOf(one.at) === dayOf(next.at)
  );
}

function localDay(at: EpochMs): string {
  return new Date(at).toDateString();
}

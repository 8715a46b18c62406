import type { Message } from '../../session/model';

/** How far the person has read. */
export type Reading = {
  /** How many of the messages they have had before their eyes. */
  readonly seen: number;
  /** Id of the first message that came while they looked elsewhere; the line stands above it. */
  readonly unreadFrom: string | null;
  /** Their messages after the line that have not been seen: the number on the button and in the title. */
  readonly unread: number;
};

/** Before the first message. */
export const nothingRead: Reading = { seen: 0, unreadFrom: null, unread: 0 };

/**
 * Moves the reading on.
 *
 * While the newest is in view everything counts as seen, but the line stays where it is until the
 * person writes, so that they find it. A message of theirs that comes out of view sets the line.
 *
 * @param before - the reading so far.
 * @param messages - the whole conversation now.
 * @param inView - true if the newest message is on the screen and the page is visible.
 */
export function read(before: Reading, messages: readonly Message[], inView: boolean): Reading {
  const fresh = messages.slice(before.seen);
  const wrote = fresh.some((message) => message.from === 'me');
  const firstOfTheirs = fresh.find((message) => message.from === 'them');
  const next: Reading = inView
    ? { seen: messages.length, unreadFrom: wrote ? null : before.unreadFrom, unread: 0 }
    : {
        seen: before.seen,
        unreadFrom: before.unread > 0 ? before.unreadFrom : (firstOfTheirs?.id ?? before.unreadFrom),
        unread: fresh.filter((message) => message.from === 'them').length,
      };
  const same = next.seen === before.seen && next.unreadFrom === before.unreadFrom && next.unread === before.unread;
  return same ? before : next;
}

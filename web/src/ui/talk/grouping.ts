import type { EpochMs, Message } from '../../session/model';

/** Messages of one side, close in time: drawn as one stack with one time under it. */
export type MessageGroup = {
  /** The id of its first message. */
  readonly id: string;
  readonly from: Message['from'];
  readonly messages: readonly Message[];
  /** Set when a new calendar day begins with this group. */
  readonly day: EpochMs | null;
  /** True if the line «new messages» stands above it. */
  readonly unread: boolean;
};

/** A pause of this length begins a new group, in milliseconds. */
export const GROUP_PAUSE_MS = 3 * 60_000;

/** Groups longer than this are cut, so that a burst stays many small pieces. */
export const GROUP_MAX = 24;

/**
 * Cuts a conversation into groups: another side, a pause, another day, the unread line or
 * {@link GROUP_MAX} messages begin a new one.
 *
 * @param messages - in order.
 * @param unreadFrom - id of the first unread message, or null.
 * @param dayOf - which calendar day a time is on, as a comparable string.
 */
export function groupMessages(
  messages: readonly Message[],
  unreadFrom: string | null,
  dayOf: (at: EpochMs) => string = localDay,
): MessageGroup[] {
  const groups: { id: string; from: Message['from']; messages: Message[]; day: EpochMs | null; unread: boolean }[] = [];
  let last: Message | undefined;
  let lastDay = '';
  for (const message of messages) {
    const group = groups.at(-1);
    const day = dayOf(message.at);
    const joins =
      group !== undefined &&
      last !== undefined &&
      group.from === message.from &&
      group.messages.length < GROUP_MAX &&
      message.at - last.at < GROUP_PAUSE_MS &&
      day === lastDay &&
      message.id !== unreadFrom;
    if (joins) group.messages.push(message);
    else {
      const newDay = last !== undefined && day !== lastDay;
      groups.push({
        id: message.id,
        from: message.from,
        messages: [message],
        day: newDay ? message.at : null,
        unread: message.id === unreadFrom,
      });
    }
    last = message;
    lastDay = day;
  }
  return groups;
}

/** True if two groups draw the same thing; messages are compared by identity. */
export function sameGroup(a: MessageGroup, b: MessageGroup): boolean {
  return (
    a.id === b.id &&
    a.day === b.day &&
    a.unread === b.unread &&
    a.messages.length === b.messages.length &&
    a.messages.every((message, i) => message === b.messages[i])
  );
}

function localDay(at: EpochMs): string {
  return new Date(at).toDateString();
}

import type { Message } from '../../session/model';
import type { Words } from '../words/english';

/** Up to so many messages at once are read out in full; beyond, only their number. */
export const READ_OUT_MAX = 3;

/** Longer texts are cut for reading out; the whole text is in the conversation. */
export const READ_OUT_CHARACTERS = 300;

/**
 * What a screen reader says about messages that came. The person's own are not read back.
 *
 * @param fresh - the messages since the last announcement, in order.
 * @returns null if there is nothing to say.
 */
export function announcement(fresh: readonly Message[], words: Words): string | null {
  const theirs = fresh.filter((message) => message.from === 'them');
  if (theirs.length === 0) return null;
  if (theirs.length > READ_OUT_MAX) return words.talk.saysMany(theirs.length);
  return theirs.map((message) => words.talk.says(shorten(message.text))).join('\n');
}

/** Cuts a text for reading out, between characters. */
export function shorten(text: string): string {
  return text.length <= READ_OUT_CHARACTERS
    ? text
    : `${Array.from(text.slice(0, READ_OUT_CHARACTERS + 1))
        .slice(0, -1)
        .join('')}…`;
}

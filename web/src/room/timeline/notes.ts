/** What was said about a text: edits, deletions and reactions, and which of them count (SPEC E11). */
import { bodyOf, type Event } from '../../protocol/event';
import { eventKinds } from '../../protocol/event-header';
import { parseDeletion, parseEdit, parseReaction } from '../../protocol/event-text';
import type { EventId, IdentityKey } from '../../protocol/ids';
import type { History } from '../history/history';

export type Notes = {
  /** Also those that another one has overtaken. */
  readonly all: EventId[];
  /** The last one; null if there is none. */
  edit: EventId | null;
  deletions: number;
  /** The last of each member and emoji. */
  readonly reactions: Map<string, Reacted>;
};

type Reacted = { readonly id: EventId; readonly member: IdentityKey; readonly emoji: string; readonly on: boolean };

/** Emoji and who reacts with each, in the order in which they did. */
export type Reactions = readonly { readonly emoji: string; readonly members: readonly IdentityKey[] }[];

/** How long after a text its author may edit and delete it, by the author's own clock. */
const changeableMs = 24 * 60 * 60 * 1000;

export function newNotes(all: EventId[] = []): Notes {
  return { all, edit: null, deletions: 0, reactions: new Map() };
}

/** What a reaction, an edit or a deletion is about; null if it is none. @throws ParseError if its body is not what its kind says. */
export function readTarget({ kind }: Event, body: Uint8Array): EventId | null {
  if (kind === eventKinds.reaction) return parseReaction(body).to;
  if (kind === eventKinds.edit) return parseEdit(body).to;
  return kind === eventKinds.deletion ? parseDeletion(body).to : null;
}

/** Whether a note can be about that text or file: a reaction, or its author's own change, soon enough. Files are not edited (F1). */
export function mayNote(note: Event, about: Event): boolean {
  if (about.kind !== eventKinds.text && about.kind !== eventKinds.file) return false;
  if (note.kind === eventKinds.reaction) return true;
  if (note.kind === eventKinds.edit && about.kind === eventKinds.file) return false;
  return note.author === about.author && note.time <= about.time + changeableMs;
}

/** Lets one note count, if no later one of its kind does. */
export function countNote(history: History, notes: Notes, note: Event): void {
  const { id, kind, author } = note;
  const isLater = (than: EventId | null | undefined) => than == null || history.compare(than, id) < 0;
  if (kind === eventKinds.deletion) notes.deletions++;
  else if (kind === eventKinds.edit && isLater(notes.edit)) notes.edit = id;
  const body = bodyOf(note);
  if (kind !== eventKinds.reaction || body === null) return;
  const { emoji, on } = parseReaction(body);
  const key = `${author} ${emoji}`;
  if (isLater(notes.reactions.get(key)?.id)) notes.reactions.set(key, { id, member: author, emoji, on });
}

export function reactionsOf(history: History, { reactions }: Notes): Reactions {
  const byEmoji = new Map<string, IdentityKey[]>();
  const on = [...reactions.values()].filter((one) => one.on).toSorted((a, b) => history.compare(a.id, b.id));
  for (const { emoji, member } of on) {
    const members = byEmoji.get(emoji);
    if (members === undefined) byEmoji.set(emoji, [member]);
    else members.push(member);
  }
  return Array.from(byEmoji, ([emoji, members]) => ({ emoji, members }));
}

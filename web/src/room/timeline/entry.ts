/** One line of a room, and how it is read from the history. */
import { bodyOf, type Event } from '../../protocol/event';
import { parseRoomSettings, type RoomSettings } from '../../protocol/event-body';
import { eventKinds } from '../../protocol/event-header';
import { parseAdmission, parseRemoval } from '../../protocol/event-member';
import { parseEdit, parseSaid, parseSaidFile, type Said, type SaidFile } from '../../protocol/event-text';
import type { EventId, IdentityKey } from '../../protocol/ids';
import { ParseError } from '../../protocol/parse-error';
import type { History } from '../history/history';
import { reactionsOf, type Notes, type Reactions } from './notes';

/** A text as its last edit left it, or a file, or several. */
export type TextEntry = {
  readonly kind: 'text' | 'file';
  /**
   * `deleted`: taken back by its author. `gone`: over, its body is not here (E13), or is not a text's: who does not have it
   * cannot know, and all see the same entries.
   */
  readonly is: 'here' | 'deleted' | 'gone';
  /** Empty unless it is here; of a file what was said with it, which may be empty. */
  readonly text: string;
  /** What a file is asked for by (F1); null for a text, and unless it is here. */
  readonly file: Pick<SaidFile, 'root' | 'key'> | null;
  readonly edited: boolean;
  /** What it answers, which may be unknown here; null if nothing. */
  readonly reply: EventId | null;
  readonly reactions: Reactions;
};

/** A text, a file, or that somebody came, was removed, or changed the settings. */
export type Entry = {
  readonly id: EventId;
  readonly author: IdentityKey;
  /** The one to show, in milliseconds since 1970 (E6). */
  readonly time: number;
} & (
  | TextEntry
  /** Somebody was let in, as `name`; may be one who is in, by another name. */
  | { readonly kind: 'admission'; readonly member: IdentityKey; readonly name: string }
  | { readonly kind: 'removal'; readonly member: IdentityKey }
  /** The room began, or its settings were changed, to these. */
  | { readonly kind: 'room' | 'settings'; readonly settings: RoomSettings }
);

/** @param notes - what was said about it; null if nothing. */
export function readEntry(history: History, event: Event, notes: Notes | null): Entry {
  const { id, author, kind } = event;
  const head = { id, author, time: history.shown(id) };
  if (kind === eventKinds.text || kind === eventKinds.file) return readText(history, event, notes, head.time);
  // What says who may do what has its body, and was read before.
  const body = bodyOf(event) ?? new Uint8Array();
  if (kind === eventKinds.admission) return { ...head, kind: 'admission', ...parseAdmission(body) };
  if (kind === eventKinds.removal) return { ...head, kind: 'removal', member: parseRemoval(body).member };
  return { ...head, kind: kind === eventKinds.room ? 'room' : 'settings', settings: parseRoomSettings(body) };
}

/** Member by member: a search reads all texts, and to spread objects would take most of its time. */
function readText(history: History, event: Event, notes: Notes | null, time: number): Entry {
  const { id, author } = event;
  const kind = event.kind === eventKinds.file ? 'file' : 'text';
  const absent = { id, author, time, kind, text: '', file: null, edited: false, reply: null, reactions: [] } as const;
  if (notes !== null && notes.deletions > 0) return { ...absent, is: 'deleted' };
  const said = readSaid(event);
  if (said === null) return { ...absent, is: 'gone' };
  const edit = notes?.edit == null ? null : history.event(notes.edit);
  const edited = edit === null ? null : bodyOf(edit);
  return {
    id,
    author,
    time,
    kind,
    is: 'here',
    text: edited === null ? said.text : parseEdit(edited).text,
    file: 'root' in said ? { root: said.root, key: said.key } : null,
    edited: edited !== null,
    reply: said.reply,
    reactions: notes === null ? [] : reactionsOf(history, notes),
  };
}

function readSaid(event: Event): Said | SaidFile | null {
  const body = bodyOf(event);
  const parse = event.kind === eventKinds.file ? parseSaidFile : parseSaid;
  return body === null ? null : orNull(() => parse(body));
}

/** What a parser gives; null for what it refuses. */
export function orNull<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

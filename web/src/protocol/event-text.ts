/** Bodies of events that say something, or change what was said (SPEC E11, F1). */
import type { Bytes } from './base64url';
import { bytesMember, checkCharacters, encodeBody, parseBody } from './event-body';
import type { BlockId, EventId, FileKey } from './ids';
import { flagMember, member, textMember, type JsonObject } from './json-object';
import { maxEmojiCharacters, maxTextCharacters } from './limits';

/** A text. `reply`: what it answers; null if nothing. */
export type Said = { readonly text: string; readonly reply: EventId | null };

/** An emoji; `on` is false when it is taken back. */
export type Reaction = { readonly to: EventId; readonly emoji: string; readonly on: boolean };

/** Another text for an own one. */
export type Edit = { readonly to: EventId; readonly text: string };

/** An own text is taken back, for all. */
export type Deletion = { readonly to: EventId };

/** Files for the room (F1). `root` names the set of their blocks, `key` opens them; `text`, said with them, may be empty. */
export type SaidFile = Said & { readonly root: BlockId; readonly key: FileKey };

/** @throws ParseError for what {@link parseSaid} would refuse. */
export function encodeSaid({ text, reply }: Said): Bytes {
  checkSaid(text);
  return encodeBody('E11', { text, reply: reply ?? undefined });
}

/** @throws ParseError (E3, E11, V7, V9). */
export function parseSaid(body: Uint8Array): Said {
  const object = parseBody(body);
  const text = textMember(object, 'E11', 'text');
  const reply = member(object, 'reply') === undefined ? null : idMember(object, 'reply');
  checkSaid(text);
  return { text, reply };
}

/** @throws ParseError for what {@link parseReaction} would refuse. */
export function encodeReaction({ to, emoji, on }: Reaction): Bytes {
  checkEmoji(emoji);
  return encodeBody('E11', { to, emoji, on });
}

/** @throws ParseError (E3, E11, V7, V9). */
export function parseReaction(body: Uint8Array): Reaction {
  const object = parseBody(body);
  const to = idMember(object, 'to');
  const emoji = textMember(object, 'E11', 'emoji');
  const on = flagMember(object, 'E11', 'on');
  checkEmoji(emoji);
  return { to, emoji, on };
}

/** @throws ParseError for what {@link parseEdit} would refuse. */
export function encodeEdit({ to, text }: Edit): Bytes {
  checkSaid(text);
  return encodeBody('E11', { to, text });
}

/** @throws ParseError (E3, E11, V7, V9). */
export function parseEdit(body: Uint8Array): Edit {
  const object = parseBody(body);
  const to = idMember(object, 'to');
  const text = textMember(object, 'E11', 'text');
  checkSaid(text);
  return { to, text };
}

export function encodeDeletion({ to }: Deletion): Bytes {
  return encodeBody('E11', { to });
}

/** @throws ParseError (E3, E11, V9). */
export function parseDeletion(body: Uint8Array): Deletion {
  return { to: idMember(parseBody(body), 'to') };
}

/** @throws ParseError for what {@link parseSaidFile} would refuse. */
export function encodeSaidFile({ root, key, text, reply }: SaidFile): Bytes {
  checkCharacters('F1', 'text', text, 0, maxTextCharacters);
  return encodeBody('F1', { root, key, text: text === '' ? undefined : text, reply: reply ?? undefined });
}

/** @throws ParseError (E3, F1, V7, V9). */
export function parseSaidFile(body: Uint8Array): SaidFile {
  const object = parseBody(body);
  const root = bytesMember(object, 'F1', 'root') as BlockId;
  const key = bytesMember(object, 'F1', 'key') as FileKey;
  const said = member(object, 'text') === undefined ? '' : textMember(object, 'F1', 'text');
  if (member(object, 'text') !== undefined) checkCharacters('F1', 'text', said, 1, maxTextCharacters);
  const reply = member(object, 'reply') === undefined ? null : (bytesMember(object, 'F1', 'reply') as EventId);
  return { root, key, text: said, reply };
}

const idMember = (object: JsonObject, name: string) => bytesMember(object, 'E11', name) as EventId;

function checkSaid(text: string): void {
  checkCharacters('E11', 'text', text, 1, maxTextCharacters);
}

function checkEmoji(emoji: string): void {
  checkCharacters('E11', 'emoji', emoji, 1, maxEmojiCharacters);
}

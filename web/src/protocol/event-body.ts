/** What the bodies of events hold (SPEC E3), and the one that says how a room is (E8). */
import type { Bytes } from './base64url';
import { countCharacters, parseBytes } from './ids';
import { flagMember, member, optionalTextMember, parseJsonObject, textMember, wholeMember, type JsonObject } from './json-object';
import {
  maxBodyDepth, maxEventBody, maxKeepSeconds, maxRoomNameCharacters, maxTopicCharacters, minKeepSeconds,
} from './limits';
import { ParseError } from './parse-error';
import { decodeUtf8, encodeUtf8 } from './utf8';

/** The body of a room's first event, and of those that change its settings (E8). */
export type RoomSettings = {
  readonly name: string;
  readonly topic: string;
  /** Who lets people in (E9). */
  readonly invite: 'all' | 'founder';
  readonly locked: boolean;
  /** What a newcomer gets of what was said before (E13). */
  readonly history: 'all' | 'joined';
  /** How long bodies are kept; 0 is for ever. */
  readonly keepSeconds: number;
};

/** @throws ParseError for what {@link parseRoomSettings} would refuse. */
export function encodeRoomSettings(settings: RoomSettings): Bytes {
  checkSettings(settings);
  const { name, topic, invite, locked, history, keepSeconds } = settings;
  return encodeBody('E8', { name, topic, invite, locked, history, keepSeconds });
}

/** @throws ParseError (E3, E8, V7). */
export function parseRoomSettings(body: Uint8Array): RoomSettings {
  const object = parseBody(body);
  const settings = {
    name: optionalTextMember(object, 'E8', 'name') ?? '',
    topic: optionalTextMember(object, 'E8', 'topic') ?? '',
    invite: oneOf(object, 'invite', ['all', 'founder']),
    locked: flagMember(object, 'E8', 'locked'),
    history: oneOf(object, 'history', ['all', 'joined']),
    keepSeconds:
      member(object, 'keepSeconds') === undefined ? 0 : wholeMember(object, 'E8', 'keepSeconds', 0, maxKeepSeconds),
  };
  checkSettings(settings);
  return settings;
}

function checkSettings({ name, topic, keepSeconds }: RoomSettings): void {
  checkCharacters('E8', 'name', name, 0, maxRoomNameCharacters);
  checkCharacters('E8', 'topic', topic, 0, maxTopicCharacters);
  if (keepSeconds !== 0 && !(keepSeconds >= minKeepSeconds && keepSeconds <= maxKeepSeconds)) {
    throw new ParseError('E8', 'keepSeconds', 'not in its bounds');
  }
}

/** A member that is one of some texts; absent is the first. */
function oneOf<T extends string>(object: JsonObject, name: string, texts: readonly [T, ...T[]]): T {
  const text = optionalTextMember(object, 'E8', name) ?? texts[0];
  const found = texts.find((one) => one === text);
  if (found === undefined) throw new ParseError('E8', name, 'unknown');
  return found;
}

/**
 * Reads a body's members.
 * @throws ParseError (E3).
 */
export function parseBody(body: Uint8Array): JsonObject {
  if (body.length > maxEventBody) throw new ParseError('E3', '', `over ${maxEventBody} bytes`);
  if (isDeeperThan(body, maxBodyDepth)) throw new ParseError('E3', '', `deeper than ${maxBodyDepth}`);
  let text: string;
  try {
    text = decodeUtf8(body);
  } catch {
    throw new ParseError('E3', '', 'not UTF-8');
  }
  return parseJsonObject('E3', text);
}

const [quote, backslash] = ['"', '\\'].map((sign) => sign.charCodeAt(0));
const opening: ReadonlySet<number> = new Set(['{', '['].map((sign) => sign.charCodeAt(0)));
const closing: ReadonlySet<number> = new Set(['}', ']'].map((sign) => sign.charCodeAt(0)));

/** Before it is parsed: what parsers do with thousands of brackets differs. */
function isDeeperThan(json: Uint8Array, limit: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i] as number;
    if (quoted && byte === backslash) i++;
    else if (byte === quote) quoted = !quoted;
    else if (!quoted && opening.has(byte)) depth++;
    else if (!quoted && closing.has(byte)) depth--;
    if (depth > limit) return true;
  }
  return false;
}

/** Writes a body that was checked. @throws ParseError when it is too long all the same. */
export function encodeBody(rule: string, value: object): Bytes {
  const body = encodeUtf8(JSON.stringify(value));
  if (body.length > maxEventBody) throw new ParseError(rule, '', `over ${maxEventBody} bytes`);
  return body;
}

/** @throws ParseError (V7) unless it is well-formed and of so many characters. */
export function checkCharacters(rule: string, field: string, text: string, least: number, most: number): void {
  if (!text.isWellFormed()) throw new ParseError('V7', field, 'lone surrogate');
  const count = countCharacters(text);
  if (count < least || count > most) throw new ParseError(rule, field, `want ${least} to ${most} characters`);
}

/** A member that is the base64url of so many bytes. @throws ParseError (V9). */
export function bytesMember(object: JsonObject, rule: string, name: string, bytes = 32): string {
  return parseBytes(textMember(object, rule, name), bytes, 'V9', name);
}

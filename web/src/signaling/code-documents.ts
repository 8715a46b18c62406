/** The documents of short codes (SPEC N2, N3), read from what the store delivers, which nobody has checked yet. */
import { parseRoomId, parseUid, type RoomId, type Uid } from '../protocol/ids';
import { asJsonObject, member, type JsonObject } from '../protocol/json-object';
import { ParseError } from '../protocol/parse-error';
import { bytes, time } from './documents';

const nonceBytes = 16;
const shareBytes = 32;
const tagBytes = 64;
const secretBytes = 44;

/** A short code (N2). */
export type CodeDocument = {
  readonly creator: Uid;
  readonly codeId: RoomId;
  readonly nonce: Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly expireAt: number;
};

/** A guess, as its joiner writes it (N3). */
export type NewGuess = {
  readonly joiner: Uid;
  readonly creator: Uid;
  readonly nonce: Uint8Array;
  readonly share: Uint8Array;
  /** That of its code. */
  readonly expireAt: number;
};

/** A guess (N3). What is not written yet is null. */
export type Guess = NewGuess & {
  readonly answer: { readonly share: Uint8Array; readonly tag: Uint8Array } | null;
  readonly tag: Uint8Array | null;
  readonly secret: Uint8Array | null;
};

/** @throws ParseError (N2). */
export function parseCodeDocument(data: unknown): CodeDocument {
  const object = asJsonObject('N2', '', data);
  return {
    creator: parseUid(member(object, 'creator')),
    codeId: parseRoomId(member(object, 'codeId')),
    nonce: sized(object, 'N2', 'nonce', nonceBytes),
    expireAt: time(object, 'N2', 'expireAt').toMillis(),
  };
}

/** @throws ParseError (N3). */
export function parseGuess(data: unknown): Guess {
  const object = asJsonObject('N3', '', data);
  const later = (name: string, size: number) =>
    member(object, name) == null ? null : sized(object, 'N3', name, size);
  const [share, tag] = [later('answer', shareBytes), later('answerTag', tagBytes)];
  if ((share === null) !== (tag === null)) throw new ParseError('N3', 'answer', 'without its tag');
  return {
    joiner: parseUid(member(object, 'joiner')),
    creator: parseUid(member(object, 'creator')),
    nonce: sized(object, 'N3', 'nonce', nonceBytes),
    share: sized(object, 'N3', 'share', shareBytes),
    expireAt: time(object, 'N3', 'expireAt').toMillis(),
    answer: share === null || tag === null ? null : { share, tag },
    tag: later('tag', tagBytes),
    secret: later('secret', secretBytes),
  };
}

function sized(object: JsonObject, rule: string, name: string, size: number): Uint8Array {
  const value = bytes(object, rule, name);
  if (value.length !== size) throw new ParseError(rule, name, `want ${size} bytes`);
  return value;
}

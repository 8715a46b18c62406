/** The documents of SPEC section 3, read from what the store delivers, which nobody has checked yet. */
import { Bytes, Timestamp } from 'firebase/firestore';
import { keyFromBytes, parseUid, type Key, type LinkId, type RoomId, type Uid } from '../protocol/ids';
import { asJsonObject, member, type JsonObject } from '../protocol/json-object';
import { maxBatchBytes, maxDescriptionBytes } from '../protocol/limits';
import { ParseError } from '../protocol/parse-error';

/** Why a link was closed (D6). */
export type CloseReason = 'full' | 'left' | 'failed';

/** Names a link: the pair room itself, or a link of a mesh room. The same code works on both. */
export type LinkRef = { readonly roomId: RoomId; readonly linkId: LinkId | null };

/** What two peers need to connect (D1). Payloads are opaque here: the peers read them. */
export type Link = {
  readonly caller: Uid;
  readonly callee: Uid;
  readonly callerKey: Key;
  readonly calleeKey: Key;
  readonly state: 'paired' | 'closed';
  /** With `closed`; null if the writer gave none. */
  readonly reason: CloseReason | null;
  readonly offer: Uint8Array | null;
  readonly answer: Uint8Array | null;
  /** Milliseconds since the Unix epoch. */
  readonly expireAt: number;
};

/** A room that a link leads to (D3). */
export type MeshRoom = { readonly state: 'waiting' | 'closed'; readonly owner: Uid; readonly expireAt: number };

/** Somebody in a mesh room (D4). `joinedAt` orders members; it is exact to the microsecond, as text that sorts. */
export type Member = { readonly uid: Uid; readonly key: Key; readonly joinedAt: string; readonly expireAt: number };

/** One document of candidates (D8). */
export type BatchDocument = { readonly number: number; readonly batch: Uint8Array };

/** @throws ParseError (D1). */
export function parseLink(data: unknown): Link {
  const object = asJsonObject('D1', '', data);
  const caller = parseUid(member(object, 'caller'));
  const callee = parseUid(member(object, 'callee'));
  if (caller === callee) throw new ParseError('D1', 'callee', 'is the caller');
  const state = member(object, 'state');
  if (state !== 'paired' && state !== 'closed') throw new ParseError('D6', 'state', 'unknown');
  return {
    caller,
    callee,
    callerKey: key(object, 'D1', 'callerKey'),
    calleeKey: key(object, 'D1', 'calleeKey'),
    state,
    reason: parseReason(member(object, 'reason')),
    offer: optionalBytes(object, 'offer'),
    answer: optionalBytes(object, 'answer'),
    expireAt: time(object, 'D1', 'expireAt').toMillis(),
  };
}

/** @throws ParseError (D3), also for a pair room. */
export function parseMeshRoom(data: unknown): MeshRoom {
  const object = asJsonObject('D3', '', data);
  if (member(object, 'kind') !== 'mesh') throw new ParseError('D3', 'kind', 'not a mesh room');
  const state = member(object, 'state');
  if (state !== 'waiting' && state !== 'closed') throw new ParseError('D3', 'state', 'unknown');
  return { state, owner: parseUid(member(object, 'owner')), expireAt: time(object, 'D3', 'expireAt').toMillis() };
}

/**
 * @param id - the document's id, which is the member's uid.
 * @throws ParseError (D4), also while the server's time is not known yet.
 */
export function parseMember(id: string, data: unknown): Member {
  const object = asJsonObject('D4', '', data);
  const joined = time(object, 'D4', 'joinedAt');
  return {
    uid: parseUid(id),
    key: key(object, 'D4', 'key'),
    joinedAt: joined.valueOf(),
    expireAt: time(object, 'D4', 'expireAt').toMillis(),
  };
}

/**
 * @param id - the document's id, which is the batch's number.
 * @throws ParseError (D8).
 */
export function parseBatchDocument(id: string, data: unknown): BatchDocument {
  if (!/^(\d|[12]\d|3[01])$/u.test(id)) throw new ParseError('D8', 'n', 'not a batch number');
  const batch = bytes(asJsonObject('D8', '', data), 'D8', 'batch');
  if (batch.length > maxBatchBytes) throw new ParseError('D8', 'batch', 'too large');
  return { number: Number(id), batch };
}

function parseReason(value: unknown): CloseReason | null {
  return value === 'full' || value === 'left' || value === 'failed' ? value : null;
}

function key(object: JsonObject, rule: string, name: string): Key {
  return keyFromBytes(bytes(object, rule, name));
}

function optionalBytes(object: JsonObject, name: string): Uint8Array | null {
  if (member(object, name) == null) return null;
  const value = bytes(object, 'D1', name);
  if (value.length > maxDescriptionBytes) throw new ParseError('D1', name, 'too large');
  return value;
}

/** @throws ParseError (`rule`). */
export function bytes(object: JsonObject, rule: string, name: string): Uint8Array {
  const value = member(object, name);
  if (!(value instanceof Bytes)) throw new ParseError(rule, name, 'not bytes');
  return value.toUint8Array();
}

/** @throws ParseError (`rule`). */
export function time(object: JsonObject, rule: string, name: string): Timestamp {
  const value = member(object, name);
  if (!(value instanceof Timestamp)) throw new ParseError(rule, name, 'not a time');
  return value;
}

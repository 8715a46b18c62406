/** Ids and other common values (SPEC section 1), each of a type that nothing else can be mistaken for. */
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import { ParseError } from './parse-error';

declare const brand: unique symbol;
declare const ofEvent: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Names a room: 27 characters of base64url (V2). */
export type RoomId = Branded<'RoomId'>;
/** Names a link of a mesh room: 27 characters of base64url (V2). */
export type LinkId = Branded<'LinkId'>;
/** Makes a quick-match request idempotent: 22 characters (V3, A5). */
export type RequestId = Branded<'RequestId'>;
/** An X25519 public key as base64url: 43 characters (V4). Documents hold its bytes. */
export type Key = Branded<'Key'>;
/** A SHA-256: a fingerprint, a commitment (V9, H2, H3). */
export type Digest = Branded<'Digest'>;
/** An Ed25519 public key: who one is (V9, H1). */
export type IdentityKey = Branded<'IdentityKey'>;
/** Names what is broadcast in a room: an event (E2) or a presence (O2), as V9. */
export type GossipId = Branded<'GossipId'>;
/** Names an event (E2), by which it is broadcast too. */
export type EventId = GossipId & { readonly [ofEvent]: true };
/** Names one of the chains of an author (E1): 16 bytes, 22 characters. */
export type ChainId = Branded<'ChainId'>;
/** Names a block by its SHA-256, and a set of blocks by that of its first (B1, B2), as V9. */
export type BlockId = Branded<'BlockId'>;
/** Seals the blocks of one set (F2), as V9. */
export type FileKey = Branded<'FileKey'>;
/** 32 random bytes of one side of one link (V9, H3). */
export type Nonce = Branded<'Nonce'>;
/** An Ed25519 signature: 64 bytes (V9, H5). */
export type Signature = Branded<'Signature'>;
/** Names what one side says in one conversation: 22 characters (M1). */
export type StreamId = Branded<'StreamId'>;
/** What Firebase Authentication calls a person (V5). */
export type Uid = Branded<'Uid'>;
/** Where strangers are looked for (V6). */
export type Pool = Branded<'Pool'>;

/** Fills an array with random bytes of a cryptographic source, as `crypto.getRandomValues` does. */
export type RandomBytes = (length: number) => Bytes;

const idBytes = 20;
const requestIdBytes = 16;
const streamIdBytes = 16;
const chainIdBytes = 16;
const keyBytes = 32;
const signatureBytes = 64;
const maxUidCharacters = 128;

/** The pool that every deployment has (V6). */
export const defaultPool = 'default' as Pool;

/** Takes a fresh link id from `random` (V2). */
export function newLinkId(random: RandomBytes): LinkId {
  return encodeBase64url(random(idBytes)) as LinkId;
}

/** Takes a fresh request id from `random` (V3). */
export function newRequestId(random: RandomBytes): RequestId {
  return encodeBase64url(random(requestIdBytes)) as RequestId;
}

/** Takes a fresh stream id from `random` (M1). */
export function newStreamId(random: RandomBytes): StreamId {
  return encodeBase64url(random(streamIdBytes)) as StreamId;
}

/** Takes a fresh chain id from `random` (E1). */
export function newChainId(random: RandomBytes): ChainId {
  return encodeBase64url(random(chainIdBytes)) as ChainId;
}

/** Takes a fresh nonce from `random` (V9). */
export function newNonce(random: RandomBytes): Nonce {
  return encodeBase64url(random(keyBytes)) as Nonce;
}

/** @throws ParseError (V2). */
export function parseRoomId(text: unknown): RoomId {
  return parseBytes(text, idBytes, 'V2', 'roomId') as RoomId;
}

/** @throws ParseError (V2). */
export function parseLinkId(text: unknown): LinkId {
  return parseBytes(text, idBytes, 'V2', 'linkId') as LinkId;
}

/** @throws ParseError (V3). */
export function parseRequestId(text: unknown): RequestId {
  return parseBytes(text, requestIdBytes, 'V3', 'requestId') as RequestId;
}

/** @throws ParseError (M1). */
export function parseStreamId(text: unknown): StreamId {
  return parseBytes(text, streamIdBytes, 'M1', 'stream') as StreamId;
}

/** @throws ParseError (E1). */
export function parseChainId(text: unknown): ChainId {
  return parseBytes(text, chainIdBytes, 'E1', 'chain') as ChainId;
}

/** @throws ParseError (V4). */
export function parseKey(text: unknown): Key {
  return parseBytes(text, keyBytes, 'V4', 'key') as Key;
}

/** @throws ParseError (V9). */
export function parseDigest(text: unknown): Digest {
  return parseBytes(text, keyBytes, 'V9', 'digest') as Digest;
}

/** @throws ParseError (V9). */
export function parseIdentityKey(text: unknown): IdentityKey {
  return parseBytes(text, keyBytes, 'V9', 'identity') as IdentityKey;
}

/** @throws ParseError (V9). */
export function parseGossipId(text: unknown): GossipId {
  return parseBytes(text, keyBytes, 'V9', 'id') as GossipId;
}

/** @throws ParseError (V9). */
export function parseEventId(text: unknown): EventId {
  return parseBytes(text, keyBytes, 'V9', 'id') as EventId;
}

/** @throws ParseError (V9). */
export function parseNonce(text: unknown): Nonce {
  return parseBytes(text, keyBytes, 'V9', 'nonce') as Nonce;
}

/** @throws ParseError (V9). */
export function parseSignature(text: unknown): Signature {
  return parseBytes(text, signatureBytes, 'V9', 'signature') as Signature;
}

/**
 * Reads a key from its document form.
 * @throws ParseError (V4) unless it is 32 bytes.
 */
export function keyFromBytes(bytes: Uint8Array): Key {
  if (bytes.length !== keyBytes) throw new ParseError('V4', 'key', 'want 32 bytes');
  return encodeBase64url(bytes) as Key;
}

/** The document form of a key. */
export function keyToBytes(key: Key): Bytes {
  return decodeBase64url(key);
}

/** @throws ParseError (V6). Whether the pool exists is for the deployment to say. */
export function parsePool(text: unknown): Pool {
  if (typeof text !== 'string' || !/^[a-z0-9-]{1,32}$/u.test(text)) {
    throw new ParseError('V6', 'pool', 'want 1 to 32 of a-z, 0-9 and -');
  }
  return text as Pool;
}

/** @throws ParseError (V5). */
export function parseUid(text: unknown): Uid {
  if (typeof text !== 'string' || !text.isWellFormed()) throw new ParseError('V5', 'uid', 'not text');
  const characters = countCharacters(text);
  if (characters < 1 || characters > maxUidCharacters) throw new ParseError('V5', 'uid', 'want 1 to 128 characters');
  return text as Uid;
}

/** Length in characters, which are Unicode code points (V7). */
export function countCharacters(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) pairs++;
  }
  return text.length - pairs;
}

/** Checks that text is the base64url of so many bytes. @throws ParseError, of this rule and field. */
export function parseBytes(text: unknown, bytes: number, rule: string, field: string): string {
  if (typeof text !== 'string') throw new ParseError(rule, field, 'not a string');
  if (text.length !== Math.ceil((bytes * 8) / 6)) throw new ParseError(rule, field, 'of another length');
  try {
    decodeBase64url(text);
  } catch {
    throw new ParseError(rule, field, 'not base64url');
  }
  return text;
}

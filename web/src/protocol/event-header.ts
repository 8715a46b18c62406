/** The signed part of an event, which stays when its body is gone (SPEC E1). */
import { compareBase64url, decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import type { ChainId, EventId, IdentityKey } from './ids';
import { maxEventBody, maxEventBytes, maxEventSeen } from './limits';
import { laterVersion, ParseError } from './parse-error';

/** What an event does (E7). Others than these are taken too, and say nothing. */
export const eventKinds = {
  room: 1, admission: 2, removal: 3, settings: 4, text: 5, reaction: 6, edit: 7, deletion: 8, file: 9,
} as const;

export type EventHeader = {
  readonly kind: number;
  readonly author: IdentityKey;
  readonly chain: ChainId;
  /** Counts from 1 in the chain. */
  readonly n: number;
  /** One more than the greatest of the parents'. */
  readonly lamport: number;
  /** What the author's clock said: milliseconds since 1970. */
  readonly time: number;
  readonly bodySize: number;
  /** SHA-256. */
  readonly bodyHash: Uint8Array;
  /** Null if `n` is 1. */
  readonly previous: EventId | null;
  /** Ascending, at most 8. */
  readonly seen: readonly EventId[];
};

const versionEvent = 1;
const maxNumber = Number.MAX_SAFE_INTEGER;
const idBytes = 32;
const signatureBytes = 64;
/** Where the parts of a header begin; numbers have the most significant byte first. */
const at = {
  kind: 1, author: 2, chain: 34, n: 50, lamport: 58, time: 66, bodySize: 74, bodyHash: 78, previous: 110, seenCount: 142,
  seen: 143,
} as const;

/** An event's bytes in its parts; they share their memory. */
export type EventParts = {
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  /** Empty in a stub. */
  readonly body: Uint8Array;
};

/** @throws ParseError (E1) unless they are as long as they say. */
export function splitEvent(bytes: Uint8Array): EventParts {
  if (bytes.length < at.seen + signatureBytes || bytes.length > maxEventBytes) {
    throw new ParseError('E1', '', `want ${at.seen + signatureBytes} to ${maxEventBytes} bytes`);
  }
  if (bytes[0] !== versionEvent) throw new ParseError('E1', 'version', laterVersion);
  const count = bytes[at.seenCount] as number;
  const end = at.seen + count * idBytes;
  if (count > maxEventSeen || bytes.length < end + signatureBytes) {
    throw new ParseError('E1', 'seen', 'too many, or cut off');
  }
  const [header, signature] = [bytes.subarray(0, end), bytes.subarray(end, end + signatureBytes)];
  return { header, signature, body: bytes.subarray(end + signatureBytes) };
}

/** How long an event is without its body. */
export function stubLength(bytes: Uint8Array): number {
  return at.seen + (bytes[at.seenCount] as number) * idBytes + signatureBytes;
}

/** Reads a header, whatever it says. */
export function readHeader(bytes: Uint8Array): EventHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const part = (from: number, to: number) => encodeBase64url(bytes.subarray(from, to));
  return {
    kind: bytes[at.kind] as number,
    author: part(at.author, at.chain) as IdentityKey,
    chain: part(at.chain, at.n) as ChainId,
    n: readNumber(view, at.n),
    lamport: readNumber(view, at.lamport),
    time: readNumber(view, at.time),
    bodySize: view.getUint32(at.bodySize),
    bodyHash: bytes.subarray(at.bodyHash, at.previous),
    previous: readPrevious(bytes),
    seen: readSeen(bytes),
  };
}

/** Beyond what numbers hold exactly it is still beyond. */
function readNumber(view: DataView, from: number): number {
  return view.getUint32(from) * 2 ** 32 + view.getUint32(from + 4);
}

/** The id of the event before it in its chain; null where there are zeros. */
export function readPrevious(bytes: Uint8Array): EventId | null {
  const previous = bytes.subarray(at.previous, at.seenCount);
  return previous.every((byte) => byte === 0) ? null : (encodeBase64url(previous) as EventId);
}

/** What else the author had seen. */
export function readSeen(bytes: Uint8Array): EventId[] {
  return Array.from({ length: bytes[at.seenCount] as number }, (_, i) => {
    const from = at.seen + i * idBytes;
    return encodeBase64url(bytes.subarray(from, from + idBytes)) as EventId;
  });
}

export function encodeHeader(header: EventHeader): Bytes {
  const out = new Uint8Array(at.seen + header.seen.length * idBytes);
  const view = new DataView(out.buffer);
  out[0] = versionEvent;
  out[at.kind] = header.kind;
  out.set(decodeBase64url(header.author), at.author);
  out.set(decodeBase64url(header.chain), at.chain);
  for (const name of ['n', 'lamport', 'time'] as const) view.setBigUint64(at[name], BigInt(header[name]));
  view.setUint32(at.bodySize, header.bodySize);
  out.set(header.bodyHash, at.bodyHash);
  if (header.previous !== null) out.set(decodeBase64url(header.previous), at.previous);
  out[at.seenCount] = header.seen.length;
  for (const [i, id] of header.seen.entries()) out.set(decodeBase64url(id), at.seen + i * idBytes);
  return out;
}

/**
 * What is wrong with a header that can be told without its parents; null if nothing is.
 * @param root - null for a room's first event.
 */
export function headerFault(header: EventHeader, root: EventId | null): ParseError | null {
  const { kind, n, lamport, time, bodySize, previous, seen } = header;
  if (n < 1 || n > maxNumber) return beyond('n');
  if (lamport < 1 || lamport > maxNumber) return beyond('lamport');
  if (time > maxNumber) return beyond('time');
  if (bodySize < 1 || bodySize > maxEventBody) return beyond('body');
  if ((n === 1) !== (previous === null)) return new ParseError('E1', 'previous', 'zeros just where n is 1');
  if (seen.length > maxEventSeen) return new ParseError('E1', 'seen', 'too many');
  for (const [i, id] of seen.entries()) {
    const before = seen[i - 1];
    if (before !== undefined && compareBase64url(before, id) >= 0) return new ParseError('E1', 'seen', 'not ascending');
    if (id === previous) return new ParseError('E5', 'seen', 'of its own chain');
  }
  const first = kind === eventKinds.room && n === 1 && lamport === 1 && seen.length === 0;
  return root === null && !first ? new ParseError('E8', '', 'not a first event') : null;
}

function beyond(field: string): ParseError {
  return new ParseError('E1', field, 'not in its bounds');
}

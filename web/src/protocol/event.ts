/** What is said in a room: signed events, each of which names what its author had seen before it (SPEC E1 to E3). */
import { equalBytes } from '@noble/curves/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { compareBase64url, decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import {
  encodeHeader, eventKinds, headerFault, readHeader, readPrevious, readSeen, splitEvent, stubLength, type EventHeader,
} from './event-header';
import type { ChainId, EventId, IdentityKey, Signature } from './ids';
import { maxEventBody } from './limits';
import { ParseError } from './parse-error';
import type { Signatures, Signer } from './signing';
import { encodeUtf8 } from './utf8';

/**
 * An event that {@link parseEvent} has read or {@link signEvent} has made: what can be told of it alone is right. What is
 * seldom asked for is in its bytes, see {@link previousOf}, {@link seenOf} and {@link bodyOf}.
 */
export type Event = {
  readonly id: EventId;
  /** See {@link eventKinds}; also one that nobody knows. */
  readonly kind: number;
  readonly author: IdentityKey;
  readonly chain: ChainId;
  readonly n: number;
  readonly lamport: number;
  readonly time: number;
  /** As it travels: header, signature, and the body or nothing. Not to be changed. */
  readonly bytes: Bytes;
};

/** Somebody signed an event that is against a rule (E5). Who only brought it is not at fault. */
export class FaultError extends Error {
  override readonly name = 'FaultError';

  /** @param because - the rule. */
  constructor(
    readonly author: IdentityKey,
    readonly event: EventId,
    readonly because: ParseError,
  ) {
    super(`${because.message}, and its author signed it`);
  }
}

/** Whether events of this kind say who may do what: without its body such an event is not taken (E3). */
export function isRuling(kind: number): boolean {
  return kind >= eventKinds.room && kind <= eventKinds.settings;
}

/** The event before it in its chain; null for the chain's first. */
export function previousOf({ bytes }: Event): EventId | null {
  return readPrevious(bytes);
}

/** What else its author had seen, ascending. */
export function seenOf({ bytes }: Event): EventId[] {
  return readSeen(bytes);
}

/** All of its parents (E4), `previous` first. */
export function parentsOf(event: Event): EventId[] {
  const previous = previousOf(event);
  return previous === null ? seenOf(event) : [previous, ...seenOf(event)];
}

/** Whether it is without its body (E3). */
export function isStub({ bytes }: Event): boolean {
  return bytes.length === stubLength(bytes);
}

/** The body; null in a stub. Not to be changed. */
export function bodyOf(event: Event): Uint8Array | null {
  return isStub(event) ? null : event.bytes.subarray(stubLength(event.bytes));
}

/** The event without its body. */
export function stubOf(event: Event): Event {
  return isStub(event) ? event : { ...event, bytes: event.bytes.slice(0, stubLength(event.bytes)) };
}

/**
 * Reads an event as it travels, and checks its signature, its header and its body by themselves; whether it goes with its
 * parents is for `room/history`.
 * @param root - the room's first event; null for that one itself.
 * @throws FaultError if the signature holds and the header is against a rule; otherwise ParseError.
 */
export async function parseEvent(
  data: Uint8Array,
  root: EventId | null,
  signatures: Pick<Signatures, 'verify'>,
): Promise<Event> {
  const bytes = new Uint8Array(data); // not to keep a whole frame
  const { header: signed, signature, body } = splitEvent(bytes);
  const header = readHeader(signed);
  const id = idOf(signed, root);
  if (!(await signatures.verify(header.author, signedBytes(id), encodeBase64url(signature) as Signature))) {
    throw new ParseError('E2', 'signature', 'does not hold');
  }
  const fault = headerFault(header, root);
  if (fault !== null) throw new FaultError(header.author, encodeBase64url(id) as EventId, fault);
  if (body.length > 0 && !(body.length === header.bodySize && equalBytes(sha256(body), header.bodyHash))) {
    throw new ParseError('E3', 'body', 'not the one of the header');
  }
  return eventOf(header, encodeBase64url(id) as EventId, bytes);
}

/**
 * An event that {@link parseEvent} has read before, with its id, and that was kept where nobody else writes: nothing of it is
 * checked again. A hundred thousand would take seconds to hash.
 * @throws ParseError for what is no event.
 */
export function restoreEvent(data: Uint8Array, id: EventId): Event {
  const bytes = new Uint8Array(data); // not to keep all that was kept with it
  return eventOf(readHeader(splitEvent(bytes).header), id, bytes);
}

/** What an author says of an event to make; the rest follows. */
export type EventDraft = Pick<EventHeader, 'kind' | 'chain' | 'n' | 'lamport' | 'time' | 'previous' | 'seen'>;

/**
 * Makes an event; `seen` may be in any order.
 * @param root - null for a room's first event.
 * @throws ParseError for what {@link parseEvent} would refuse.
 */
export async function signEvent(
  draft: EventDraft,
  body: Uint8Array,
  root: EventId | null,
  signer: Signer,
): Promise<Event> {
  const bodySize = Math.min(body.length, maxEventBody + 1);
  const seen = draft.seen.toSorted(compareBase64url);
  const header = { ...draft, seen, author: signer.identity, bodySize, bodyHash: sha256(body) };
  const fault = headerFault(header, root);
  if (fault !== null) throw fault;
  const signed = encodeHeader(header);
  const id = idOf(signed, root);
  const signature = decodeBase64url(await signer.sign(signedBytes(id)));
  return eventOf(header, encodeBase64url(id) as EventId, Uint8Array.from([...signed, ...signature, ...body]));
}

function eventOf({ kind, author, chain, n, lamport, time }: EventHeader, id: EventId, bytes: Bytes): Event {
  return { id, kind, author, chain, n, lamport, time, bytes };
}

const idLabel = encodeUtf8('parley/v1/event');
const signedLabel = encodeUtf8('parley/v1/event/signed');
const noRoot = new Uint8Array(32);

/** An event's name in the room with this root (E2). */
function idOf(header: Uint8Array, root: EventId | null): Uint8Array {
  return sha256.create().update(idLabel).update(root === null ? noRoot : decodeBase64url(root)).update(header).digest();
}

/** What the signature is over. */
function signedBytes(id: Uint8Array): Bytes {
  return Uint8Array.from([...signedLabel, ...id]);
}

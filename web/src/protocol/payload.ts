/**
 * What offers, answers and candidate batches say (SPEC P2, P3): the JSON that is sealed into documents, as seal.ts does
 * it.
 */
import type { Bytes } from './base64url';
import { parseDigest, parseIdentityKey, parseNonce, type Digest, type IdentityKey, type Nonce } from './ids';
import {
  asJsonObject, flagMember, member, optionalTextMember, parseJsonObject, textMember, wholeMember, type JsonObject,
} from './json-object';
import {
  maxBatchCandidates, maxBatchContentBytes, maxCandidateBytes, maxCandidateIdBytes, maxDescriptionContentBytes,
  maxSdpBytes,
} from './limits';
import { ParseError } from './parse-error';
import { decodeUtf8, encodeUtf8, utf8Length } from './utf8';

/** What every offer and answer has (P2). `end`: gathering was complete, no batch follows. */
export type Description = { readonly sdp: string; readonly end: boolean };

/** The caller's: who they are stays hidden behind the commitment until the channel is open (H3). */
export type Offer = Description & { readonly commitment: Digest };

/** The callee's (H3). */
export type Answer = Description & { readonly identity: IdentityKey; readonly nonce: Nonce };

/** One ICE candidate, as RTCIceCandidateInit has it (P3). */
export type Candidate = {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
};

/** What one candidates document carries (P3). `end`: it is the last. */
export type Batch = { readonly candidates: readonly Candidate[]; readonly end: boolean };

/** Writes an offer. @throws ParseError (P2) for what {@link parseOffer} would refuse. */
export function encodeOffer({ sdp, end, commitment }: Offer): Bytes {
  checkSdp(sdp);
  return encodeContent('P2', { sdp, end, commitment }, maxDescriptionContentBytes);
}

/** Reads an offer. @throws ParseError (P2, V9). */
export function parseOffer(content: Uint8Array): Offer {
  const object = parseContent('P2', content, maxDescriptionContentBytes);
  return { ...parseDescription(object), commitment: parseDigest(textMember(object, 'P2', 'commitment')) };
}

/** Writes an answer. @throws ParseError (P2) for what {@link parseAnswer} would refuse. */
export function encodeAnswer({ sdp, end, identity, nonce }: Answer): Bytes {
  checkSdp(sdp);
  return encodeContent('P2', { sdp, end, identity, nonce }, maxDescriptionContentBytes);
}

/** Reads an answer. @throws ParseError (P2, V9). */
export function parseAnswer(content: Uint8Array): Answer {
  const object = parseContent('P2', content, maxDescriptionContentBytes);
  return {
    ...parseDescription(object),
    identity: parseIdentityKey(textMember(object, 'P2', 'identity')),
    nonce: parseNonce(textMember(object, 'P2', 'nonce')),
  };
}

/** Writes a batch of candidates. @throws ParseError (P3) for what {@link parseBatch} would refuse. */
export function encodeBatch(batch: Batch): Bytes {
  checkBatch(batch);
  const candidates = batch.candidates.map((c) => ({
    candidate: c.candidate,
    sdpMid: c.sdpMid,
    sdpMLineIndex: c.sdpMLineIndex,
    usernameFragment: c.usernameFragment,
  }));
  return encodeContent('P3', { candidates, end: batch.end }, maxBatchContentBytes);
}

/** Reads a batch of candidates. @throws ParseError (P3). */
export function parseBatch(content: Uint8Array): Batch {
  const object = parseContent('P3', content, maxBatchContentBytes);
  const list = member(object, 'candidates');
  if (!Array.isArray(list)) throw new ParseError('P3', 'candidates', 'not an array');
  if (list.length > maxBatchCandidates) throw new ParseError('P3', 'candidates', `more than ${maxBatchCandidates}`);
  const batch = { candidates: list.map(parseCandidate), end: flagMember(object, 'P3', 'end') };
  checkBatch(batch);
  return batch;
}

function parseDescription(object: JsonObject): Description {
  const sdp = textMember(object, 'P2', 'sdp');
  checkSdp(sdp);
  return { sdp, end: flagMember(object, 'P2', 'end') };
}

function parseCandidate(entry: unknown): Candidate {
  const object = asJsonObject('P3', 'candidates', entry);
  return {
    candidate: textMember(object, 'P3', 'candidate'),
    sdpMid: optionalTextMember(object, 'P3', 'sdpMid'),
    sdpMLineIndex:
      member(object, 'sdpMLineIndex') == null ? null : wholeMember(object, 'P3', 'sdpMLineIndex', 0, 65_535),
    usernameFragment: optionalTextMember(object, 'P3', 'usernameFragment'),
  };
}

function checkSdp(sdp: string): void {
  if (!sdp.isWellFormed()) throw new ParseError('V7', 'sdp', 'lone surrogate');
  if (sdp === '' || utf8Length(sdp) > maxSdpBytes) throw new ParseError('P2', 'sdp', `want 1 to ${maxSdpBytes} bytes`);
}

function checkBatch(batch: Batch): void {
  if (batch.candidates.length > maxBatchCandidates) {
    throw new ParseError('P3', 'candidates', `more than ${maxBatchCandidates}`);
  }
  if (batch.candidates.length === 0 && !batch.end) throw new ParseError('P3', 'candidates', 'empty without end');
  for (const entry of batch.candidates) {
    checkText('candidate', entry.candidate, maxCandidateBytes);
    checkText('sdpMid', entry.sdpMid, maxCandidateIdBytes);
    checkText('usernameFragment', entry.usernameFragment, maxCandidateIdBytes);
  }
}

function checkText(field: string, text: string | null, maxBytes: number): void {
  if (text === null) return;
  if (!text.isWellFormed()) throw new ParseError('V7', field, 'lone surrogate');
  if (utf8Length(text) > maxBytes) throw new ParseError('P3', field, `over ${maxBytes} bytes`);
}

function encodeContent(rule: string, value: object, maxBytes: number): Bytes {
  const content = encodeUtf8(JSON.stringify(value));
  if (content.length > maxBytes) throw new ParseError(rule, '', `over ${maxBytes} bytes`);
  return content;
}

function parseContent(rule: string, content: Uint8Array, maxBytes: number): JsonObject {
  if (content.length > maxBytes) throw new ParseError(rule, '', `over ${maxBytes} bytes`);
  let text: string;
  try {
    text = decodeUtf8(content);
  } catch {
    throw new ParseError(rule, '', 'not UTF-8');
  }
  return parseJsonObject(rule, text);
}

/** What documents carry between two peers: offers, answers, batches of candidates (SPEC section 4). */
import type { Bytes } from './base64url';
import { asJsonObject, flagMember, member, optionalTextMember, parseJsonObject } from './json-object';
import { textMember, wholeMember, type JsonObject } from './json-object';
import { maxBatchBytes, maxBatchCandidates, maxCandidateBytes, maxCandidateIdBytes } from './limits';
import { maxDescriptionBytes, maxSdpBytes } from './limits';
import { ParseError, UnsupportedVersion } from './parse-error';
import { decodeUtf8, encodeUtf8, utf8Length } from './utf8';

/** What an offer or answer carries (P2). `end`: gathering was complete, no batch follows. */
export type Description = { readonly sdp: string; readonly end: boolean };

/** One ICE candidate, as RTCIceCandidateInit has it (P3). */
export type Candidate = {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
};

/** What one candidates document carries (P3). `end`: it is the last. */
export type Batch = { readonly candidates: readonly Candidate[]; readonly end: boolean };

const versionPlain = 0;

/**
 * Writes an offer or answer.
 * @throws ParseError (P2, D1) for what {@link parseDescription} would refuse.
 */
export function encodeDescription(description: Description): Bytes {
  checkSdp(description.sdp);
  return encodePlain('D1', { sdp: description.sdp, end: description.end }, maxDescriptionBytes);
}

/**
 * Reads an offer or answer.
 * @throws ParseError (P1, P2, D1), {@link UnsupportedVersion} (P1).
 */
export function parseDescription(payload: Uint8Array): Description {
  const object = parsePlain('P2', payload, maxDescriptionBytes);
  const sdp = textMember(object, 'P2', 'sdp');
  checkSdp(sdp);
  return { sdp, end: flagMember(object, 'P2', 'end') };
}

/**
 * Writes a batch of candidates.
 * @throws ParseError (P3, D8) for what {@link parseBatch} would refuse.
 */
export function encodeBatch(batch: Batch): Bytes {
  checkBatch(batch);
  const candidates = batch.candidates.map((c) => ({
    candidate: c.candidate,
    sdpMid: c.sdpMid,
    sdpMLineIndex: c.sdpMLineIndex,
    usernameFragment: c.usernameFragment,
  }));
  return encodePlain('D8', { candidates, end: batch.end }, maxBatchBytes);
}

/**
 * Reads a batch of candidates.
 * @throws ParseError (P1, P3, D8), {@link UnsupportedVersion} (P1).
 */
export function parseBatch(payload: Uint8Array): Batch {
  const object = parsePlain('P3', payload, maxBatchBytes);
  const list = member(object, 'candidates');
  if (!Array.isArray(list)) throw new ParseError('P3', 'candidates', 'not an array');
  if (list.length > maxBatchCandidates) throw new ParseError('P3', 'candidates', `more than ${maxBatchCandidates}`);
  const batch = { candidates: list.map(parseCandidate), end: flagMember(object, 'P3', 'end') };
  checkBatch(batch);
  return batch;
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

function encodePlain(rule: string, value: object, maxBytes: number): Bytes {
  const json = encodeUtf8(JSON.stringify(value));
  if (json.length + 1 > maxBytes) throw new ParseError(rule, '', `over ${maxBytes} bytes`);
  const payload = new Uint8Array(json.length + 1);
  payload[0] = versionPlain;
  payload.set(json, 1);
  return payload;
}

function parsePlain(rule: string, payload: Uint8Array, maxBytes: number): JsonObject {
  if (payload.length === 0) throw new ParseError('P1', '', 'empty');
  if (payload.length > maxBytes) throw new ParseError(rule, '', `over ${maxBytes} bytes`);
  if (payload[0] !== versionPlain) throw new UnsupportedVersion();
  let text: string;
  try {
    text = decodeUtf8(payload.subarray(1));
  } catch {
    throw new ParseError(rule, '', 'not UTF-8');
  }
  return parseJsonObject(rule, text);
}

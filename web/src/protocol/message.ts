/** Frames of the data channel (SPEC section 7). */
import {
  countCharacters, parseIdentityKey, parseNonce, parseSignature, type IdentityKey, type Nonce, type Signature,
} from './ids';
import { encodeHello, parseHello, type Hello } from './hello';
import { member, parseJsonObject, textMember, wholeMember, type JsonObject } from './json-object';
import { maxFrameBytes, maxSdpBytes, maxTextCharacters } from './limits';
import { ParseError } from './parse-error';
import { utf8Length } from './utf8';

const maxNumber = Number.MAX_SAFE_INTEGER;

/** Both sides create the channel so, hence it needs no negotiation (C1). */
export const channel = { label: 'chat', id: 0 } as const;

/** Beside it, over links of a room, goes this one for blocks (B3). */
export const blockChannel = { label: 'blocks', id: 1 } as const;

/** The first frame of each side (H5). `revealed`: what the caller has committed to; null in the callee's. */
export type Proof = {
  readonly t: 'proof';
  readonly revealed: { readonly identity: IdentityKey; readonly nonce: Nonce } | null;
  readonly signature: Signature;
};

/** A text (C3). `n` is its number in its stream (M2); null from somebody who does not count (M5). */
export type Chat = { readonly t: 'chat'; readonly text: string; readonly n: number | null };

/** All texts up to `n` were taken (M3). */
export type Ack = { readonly t: 'ack'; readonly n: number };

/** ICE is restarted (M7). `sdp`: the offer or the answer; null asks for one. */
export type Restart = { readonly t: 'restart'; readonly sdp: string | null };

/** One message of the channel. */
export type ChannelMessage = Chat | Ack | Hello | Restart | { readonly t: 'bye' } | Proof;

/** What a frame turned out to be: `unknown` is well-formed, of a kind this version ignores (C2). */
export type ParsedFrame = ChannelMessage | { readonly t: 'unknown' };

/** Why text cannot be a message; null if it can (C3, V7). */
export function textFault(text: string): 'empty' | 'too_long' | 'not_well_formed' | null {
  if (text === '') return 'empty';
  if (!text.isWellFormed()) return 'not_well_formed';
  return countCharacters(text) > maxTextCharacters ? 'too_long' : null;
}

/**
 * Writes a frame.
 * @throws ParseError (C2, C3) for what {@link parseFrame} would refuse.
 */
export function encodeFrame(message: ChannelMessage): string {
  if (message.t === 'bye') return '{"t":"bye"}';
  if (message.t === 'hello') return encodeHello(message);
  if (message.t === 'restart') return JSON.stringify({ t: message.t, sdp: message.sdp ?? undefined });
  if (message.t === 'ack') return JSON.stringify({ t: message.t, n: message.n });
  if (message.t === 'proof') {
    return JSON.stringify({ t: message.t, ...message.revealed, signature: message.signature });
  }
  checkText(message.text);
  const frame = JSON.stringify({ t: message.t, text: message.text, n: message.n ?? undefined });
  if (utf8Length(frame) > maxFrameBytes) throw new ParseError('C2', '', `over ${maxFrameBytes} bytes`);
  return frame;
}

/**
 * Reads a frame as the channel delivered it.
 * @throws ParseError (C2–C4): the frame is dropped, the channel stays open.
 */
export function parseFrame(frame: unknown): ParsedFrame {
  const object = frameObject(frame);
  const kind = textMember(object, 'C2', 't');
  if (kind === 'bye') return { t: 'bye' };
  if (kind === 'proof') return parseProof(object);
  if (kind === 'hello') return parseHello(object);
  if (kind === 'ack') return { t: 'ack', n: wholeMember(object, 'M3', 'n', 1, maxNumber) };
  if (kind === 'restart') return parseRestart(object);
  if (kind !== 'chat') return { t: 'unknown' };
  const text = textMember(object, 'C3', 'text');
  checkText(text);
  const counted = member(object, 'n') !== undefined;
  return { t: 'chat', text, n: counted ? wholeMember(object, 'M2', 'n', 1, maxNumber) : null };
}

/** The members of a restart (M7). @throws ParseError. */
export function parseRestart(object: JsonObject): Restart {
  if (member(object, 'sdp') === undefined) return { t: 'restart', sdp: null };
  const sdp = textMember(object, 'M7', 'sdp');
  if (sdp === '' || utf8Length(sdp) > maxSdpBytes) throw new ParseError('P2', 'sdp', `want 1 to ${maxSdpBytes} bytes`);
  return { t: 'restart', sdp };
}

/** Checks what every frame has to be (C2, C4): text, not too long, a JSON object. @throws ParseError otherwise. */
export function frameObject(frame: unknown): JsonObject {
  if (typeof frame !== 'string') throw new ParseError('C4', '', 'binary');
  // Cheap first: no UTF-16 text is longer in code units than in UTF-8 bytes.
  if (frame.length > maxFrameBytes || utf8Length(frame) > maxFrameBytes) {
    throw new ParseError('C2', '', `over ${maxFrameBytes} bytes`);
  }
  return parseJsonObject('C2', frame);
}

/** Identity and nonce: both or neither (H5). */
function parseProof(object: JsonObject): Proof {
  const signature = parseSignature(textMember(object, 'H5', 'signature'));
  const reveals = ['identity', 'nonce'].some((name) => member(object, name) !== undefined);
  if (!reveals) return { t: 'proof', revealed: null, signature };
  const identity = parseIdentityKey(textMember(object, 'H5', 'identity'));
  return { t: 'proof', revealed: { identity, nonce: parseNonce(textMember(object, 'H5', 'nonce')) }, signature };
}

function checkText(text: string): void {
  const fault = textFault(text);
  if (fault !== null) throw new ParseError(fault === 'not_well_formed' ? 'V7' : 'C3', 'text', fault);
}

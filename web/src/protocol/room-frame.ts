/** What the channel of a link in a room of many carries (SPEC sections 14 and 15): all but the proofs. */
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import {
  countCharacters, parseChainId, parseDigest, parseEventId, parseIdentityKey,
  type ChainId, type Digest, type EventId, type IdentityKey,
} from './ids';
import { asJsonObject, flagMember, member, textMember, wholeMember, type JsonObject } from './json-object';
import {
  maxChainTips, maxEventBytes, maxFrameEvents, maxGossipIds, maxMemberNameCharacters, maxSummaryChains,
} from './limits';
import { frameObject, parseRestart, type Restart } from './message';
import { overlayForm, parseOverlayObject, type OverlayFrame } from './overlay-frame';
import { ParseError } from './parse-error';
import { parseRoomCode, type RoomCode } from './room-code';

/** The first frame after the proof (R4). `root`: null if the side knows of none. */
export type RoomHello = {
  readonly t: 'hello';
  readonly root: EventId | null;
  /** What the person wants to be called; may be empty. */
  readonly name: string;
  readonly restart: boolean;
};

/** Why a link ends (R9): `spare` ends it alone, null: the sender leaves for good, the others refuse. */
export type ByeReason = 'spare' | 'full' | 'locked' | 'removed';

/** An event that no other one of its chain names as previous. */
export type ChainTip = { readonly n: number; readonly id: EventId };

/** How much of a chain somebody has: all up to its tips, of which there are several where it is forked (R5). */
export type ChainSummary = {
  readonly author: IdentityKey;
  readonly chain: ChainId;
  readonly digest: Digest;
  readonly tips: readonly ChainTip[];
};

/** The kinds that only rooms of many have (R5 to R8). `more`: another frame of the same follows. */
export type RoomOwnFrame =
  | { readonly t: 'have'; readonly digest: Digest }
  | { readonly t: 'summary'; readonly chains: readonly ChainSummary[]; readonly more: boolean }
  | { readonly t: 'events'; readonly events: readonly Bytes[]; readonly more: boolean }
  | { readonly t: 'want'; readonly ids: readonly EventId[] }
  | { readonly t: 'typing' }
  | { readonly t: 'got'; readonly chain: ChainId; readonly n: number; readonly read: number }
  | { readonly t: 'epoch'; readonly epoch: number; readonly code: RoomCode };

/** One frame of a link in a room of many. */
export type RoomFrame =
  | OverlayFrame | RoomOwnFrame | RoomHello | Restart | { readonly t: 'bye'; readonly reason: ByeReason | null };

/** What a frame turned out to be: `unknown` is well-formed, of a kind that is none of these (C2). */
export type ParsedRoomFrame = RoomFrame | { readonly t: 'unknown' };

const most = Number.MAX_SAFE_INTEGER;

/** Writes a frame. @throws ParseError for what {@link parseRoomFrame} would refuse. */
export function encodeRoomFrame(frame: RoomFrame): string {
  const text = JSON.stringify(wireForm(frame));
  parseRoomFrame(text);
  return text;
}

/** The members in the order in which both languages write them; what is undefined is left out. */
function wireForm(frame: RoomFrame): object {
  switch (frame.t) {
    case 'hello': {
      const { t, root, name, restart } = frame;
      return { t, room: { root: root ?? undefined, name: name || undefined }, restart: restart || undefined };
    }
    case 'bye':
      return { t: frame.t, reason: frame.reason ?? undefined };
    case 'restart':
      return { t: frame.t, sdp: frame.sdp ?? undefined };
    case 'summary': {
      const chains = frame.chains.map(({ author, chain, digest, tips }) => ({
        author, chain, digest, tips: tips.map(({ n, id }) => ({ n, id })),
      }));
      return { t: frame.t, chains, more: frame.more || undefined };
    }
    case 'events':
      return { t: frame.t, events: frame.events.map((one) => encodeBase64url(one)), more: frame.more || undefined };
    case 'have':
      return { t: frame.t, digest: frame.digest };
    case 'want':
      return { t: frame.t, ids: frame.ids };
    case 'typing':
      return { t: frame.t };
    case 'got':
      return { t: frame.t, chain: frame.chain, n: frame.n, read: frame.read };
    case 'epoch':
      return { t: frame.t, epoch: frame.epoch, code: frame.code };
    default:
      return overlayForm(frame);
  }
}

/**
 * Reads a frame as the channel delivered it.
 * @throws ParseError (C2, C4, O3–O8, R4–R9): the frame is dropped, the channel stays open.
 */
export function parseRoomFrame(frame: unknown): ParsedRoomFrame {
  const object = frameObject(frame);
  const t = textMember(object, 'C2', 't');
  switch (t) {
    case 'hello':
      return parseHello(object);
    case 'bye':
      return { t, reason: parseReason(object) };
    case 'restart':
      return parseRestart(object);
    case 'have':
      return { t, digest: parseDigest(textMember(object, 'R5', 'digest')) };
    case 'summary':
      return { t, chains: list(object, 'R5', 'chains', 0, maxSummaryChains).map(parseChain), more: flagMember(object, 'R5', 'more') };
    case 'events':
      return { t, events: list(object, 'R5', 'events', 1, maxFrameEvents).map(parseEventBytes), more: flagMember(object, 'R5', 'more') };
    case 'want':
      return { t, ids: list(object, 'R6', 'ids', 1, maxGossipIds).map(parseEventId) };
    case 'typing':
      return { t };
    case 'got':
      return parseGot(object);
    case 'epoch':
      return { t, epoch: wholeMember(object, 'R8', 'epoch', 1, most), code: parseCode(textMember(object, 'R8', 'code')) };
    default:
      return parseOverlayObject(object, t);
  }
}

/** One of a conversation of two, which has no `room`, is unknown here. */
function parseHello(object: JsonObject): RoomHello | { readonly t: 'unknown' } {
  const said = member(object, 'room');
  if (said === undefined) return { t: 'unknown' };
  const room = asJsonObject('R4', 'room', said);
  const root = member(room, 'root') === undefined ? null : parseEventId(textMember(room, 'R4', 'root'));
  if (root !== null && /^A+$/u.test(root)) throw new ParseError('R4', 'root', 'zeros');
  const name = member(room, 'name') === undefined ? '' : textMember(room, 'R4', 'name');
  if (countCharacters(name) > maxMemberNameCharacters) throw new ParseError('R4', 'name', 'too long');
  return { t: 'hello', root, name, restart: flagMember(object, 'M7', 'restart') };
}

/** One that is not known ends the link all the same, and nothing else (R9). */
function parseReason(object: JsonObject): ByeReason | null {
  const reason = member(object, 'reason');
  if (reason === undefined) return null;
  return reason === 'full' || reason === 'locked' || reason === 'removed' ? reason : 'spare';
}

function parseChain(value: unknown): ChainSummary {
  const object = asJsonObject('R5', 'chains', value);
  return {
    author: parseIdentityKey(textMember(object, 'R5', 'author')),
    chain: parseChainId(textMember(object, 'R5', 'chain')),
    digest: parseDigest(textMember(object, 'R5', 'digest')),
    tips: list(object, 'R5', 'tips', 1, maxChainTips).map(parseTip),
  };
}

function parseTip(value: unknown): ChainTip {
  const object = asJsonObject('R5', 'tips', value);
  return { n: wholeMember(object, 'R5', 'n', 1, most), id: parseEventId(textMember(object, 'R5', 'id')) };
}

function parseEventBytes(value: unknown): Bytes {
  if (typeof value !== 'string' || value === '' || value.length > Math.ceil((maxEventBytes * 8) / 6)) {
    throw new ParseError('R5', 'events', `want 1 to ${maxEventBytes} bytes`);
  }
  return decodeBase64url(value);
}

function parseGot(object: JsonObject): RoomOwnFrame {
  const chain = parseChainId(textMember(object, 'R7', 'chain'));
  const n = wholeMember(object, 'R7', 'n', 1, most);
  return { t: 'got', chain, n, read: wholeMember(object, 'R7', 'read', 0, n) };
}

/** A code, and nothing around it. */
function parseCode(text: string): RoomCode {
  const code = parseRoomCode(text);
  if (code !== text) throw new ParseError('R8', 'code', 'not a room code');
  return code;
}

function list(object: JsonObject, rule: string, name: string, least: number, limit: number): readonly unknown[] {
  const value = member(object, name);
  if (!Array.isArray(value) || value.length < least || value.length > limit) {
    throw new ParseError(rule, name, `want a list of ${least} to ${limit}`);
  }
  return value;
}

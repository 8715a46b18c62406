/** Bodies of the HTTP API (SPEC section 2). */
import { defaultPool, parseKey, parsePool, parseRequestId, parseRoomId } from './ids';
import type { Key, Pool, RequestId, RoomId } from './ids';
import { asJsonObject, member, parseJsonObject, textMember, wholeMember, type JsonObject } from './json-object';
import { maxBodyBytes, maxIceServers, maxIceUrls } from './limits';
import { ParseError } from './parse-error';
import { utf8Length } from './utf8';

/** Which side of a link a peer is: the caller writes the offer, the callee the answer. */
export type Role = 'caller' | 'callee';

/** Body of `POST /quick-match` (A3). */
export type QuickMatchRequest = { readonly pool: Pool; readonly requestId: RequestId; readonly key: Key };

/** Answer of `POST /quick-match` (A4). `leaseSeconds`: how long the ticket lives without being asked for again. */
export type QuickMatchAnswer =
  | { readonly status: 'waiting'; readonly roomId: RoomId; readonly role: 'callee'; readonly leaseSeconds: number }
  | {
      readonly status: 'paired';
      readonly roomId: RoomId;
      readonly role: Role;
      readonly peerKey: Key;
      readonly leaseSeconds: number;
    };

/** One entry of RTCPeerConnection's `iceServers` (A8). */
export type IceServer = {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
};

/** Answer of `POST /ice-servers` (A8): TURN credentials end after `ttlSeconds`. */
export type IceServersAnswer = { readonly iceServers: readonly IceServer[]; readonly ttlSeconds: number };

const maxLeaseSeconds = 3600;
const maxTtlSeconds = 7 * 24 * 3600;

/** Writes the body of `POST /quick-match`. */
export function encodeQuickMatchRequest(request: QuickMatchRequest): string {
  return JSON.stringify({ pool: request.pool, requestId: request.requestId, key: request.key });
}

/**
 * Reads the body of `POST /quick-match`, as the function does: for tests, and for a server in TypeScript.
 * @throws ParseError (A2, A3) naming the member at fault.
 */
export function parseQuickMatchRequest(body: string): QuickMatchRequest {
  const object = parseBody(body);
  const pool = member(object, 'pool');
  return {
    pool: pool == null ? defaultPool : parsePool(textMember(object, 'V6', 'pool')),
    requestId: parseRequestId(textMember(object, 'V3', 'requestId')),
    key: parseKey(textMember(object, 'V4', 'key')),
  };
}

/**
 * Reads the function's answer; it is trusted no more than any other input.
 * @throws ParseError (A4).
 */
export function parseQuickMatchAnswer(body: string): QuickMatchAnswer {
  const object = parseBody(body);
  const status = textMember(object, 'A4', 'status');
  const roomText = textMember(object, 'A4', 'roomId');
  const role = textMember(object, 'A4', 'role');
  const leaseSeconds = wholeMember(object, 'A4', 'leaseSeconds', 1, maxLeaseSeconds);
  const roomId = parseRoomId(roomText);
  if (role !== 'caller' && role !== 'callee') throw new ParseError('A4', 'role', 'unknown');
  if (status === 'waiting') {
    if (role !== 'callee') throw new ParseError('A4', 'role', 'who waits is the callee');
    return { status, roomId, role, leaseSeconds };
  }
  if (status !== 'paired') throw new ParseError('A4', 'status', 'unknown');
  const peerKey = parseKey(textMember(object, 'A4', 'peerKey'));
  return { status, roomId, role, peerKey, leaseSeconds };
}

/**
 * Reads the answer of `POST /ice-servers`.
 * @throws ParseError (A8), also for a list longer than a browser should take.
 */
export function parseIceServersAnswer(body: string): IceServersAnswer {
  const object = parseJsonObject('A8', body);
  const list = member(object, 'iceServers');
  if (!Array.isArray(list) || list.length > maxIceServers) throw new ParseError('A8', 'iceServers', 'not a short array');
  return {
    iceServers: list.map(parseIceServer),
    ttlSeconds: wholeMember(object, 'A8', 'ttlSeconds', 1, maxTtlSeconds),
  };
}

function parseIceServer(entry: unknown): IceServer {
  const object = asJsonObject('A8', 'iceServers', entry);
  const urls = member(object, 'urls');
  const list: unknown[] = typeof urls === 'string' ? [urls] : Array.isArray(urls) ? urls : [];
  if (list.length < 1 || list.length > maxIceUrls) throw new ParseError('A8', 'urls', 'missing or too many');
  const parsed = { urls: list.map(parseIceUrl) };
  if (member(object, 'username') == null && member(object, 'credential') == null) return parsed;
  return {
    ...parsed,
    username: textMember(object, 'A8', 'username'),
    credential: textMember(object, 'A8', 'credential'),
  };
}

function parseIceUrl(url: unknown): string {
  if (typeof url !== 'string' || !/^(stun|stuns|turn|turns):\S+$/u.test(url)) {
    throw new ParseError('A8', 'urls', 'not a STUN or TURN address');
  }
  return url;
}

function parseBody(body: string): JsonObject {
  if (utf8Length(body) > maxBodyBytes) throw new ParseError('A2', '', `over ${maxBodyBytes} bytes`);
  return parseJsonObject('A2', body);
}

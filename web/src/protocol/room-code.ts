/** Room codes and links (SPEC K1, K2). Who has the code can enter the room: it is never logged, never sent. */
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import type { RandomBytes, RoomId } from './ids';
import { ParseError } from './parse-error';
import { encodeUtf8 } from './utf8';

declare const brand: unique symbol;

/** The 23 characters that a room link carries in its fragment (K1). */
export type RoomCode = string & { readonly [brand]: 'RoomCode' };

const secretBytes = 16;
const codeVersion = 1;
const codeCharacters = 23;
const fragment = '#r=';

/** Makes the code of a new room from 16 random bytes (K1). */
export function newRoomCode(random: RandomBytes): RoomCode {
  const bytes = new Uint8Array(1 + secretBytes);
  bytes[0] = codeVersion;
  bytes.set(random(secretBytes), 1);
  return encodeBase64url(bytes) as RoomCode;
}

/**
 * Reads a code, or a link that has it in its fragment, as a person pasted it: white space anywhere is dropped.
 * @throws ParseError (K1): the failure `link_broken`.
 */
export function parseRoomCode(pasted: string): RoomCode {
  const text = pasted.replaceAll(/\p{White_Space}/gu, '');
  const at = text.lastIndexOf(fragment);
  const code = at < 0 ? text : text.slice(at + fragment.length);
  if (code.length !== codeCharacters) throw new ParseError('K1', '', 'not a whole room code');
  let bytes: Bytes;
  try {
    bytes = decodeBase64url(code);
  } catch {
    throw new ParseError('K1', '', 'not a room code');
  }
  if (bytes[0] !== codeVersion) throw new ParseError('K1', '', 'not a room code of this version');
  return code as RoomCode;
}

/** The room link: the app's address, without any fragment it has, and the code in the fragment (K1). */
export function roomLink(appUrl: string, code: RoomCode): string {
  const at = appUrl.indexOf('#');
  return (at < 0 ? appUrl : appUrl.slice(0, at)) + fragment + code;
}

/**
 * Derives the id of the room's document (K2, HKDF-SHA256). The store learns the id, never the code.
 * @param subtle - WebCrypto; there is none on a page that is not a secure context.
 */
export async function roomIdOf(code: RoomCode, subtle: SubtleCrypto): Promise<RoomId> {
  const secret = decodeBase64url(code).slice(1);
  const key = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: encodeUtf8('parley/v1'), info: encodeUtf8('room-id') };
  return encodeBase64url(new Uint8Array(await subtle.deriveBits(parameters, key, 160))) as RoomId;
}

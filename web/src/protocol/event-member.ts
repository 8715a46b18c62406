/** Bodies of events that let somebody in or remove somebody (SPEC E9, E10). */
import type { Bytes } from './base64url';
import { bytesMember, checkCharacters, encodeBody, parseBody } from './event-body';
import { parseChainId, type ChainId, type Digest, type IdentityKey } from './ids';
import { objectsMember, optionalTextMember, textMember, wholeMember, type JsonObject } from './json-object';
import { maxMemberNameCharacters, maxRemovalChains } from './limits';
import { ParseError } from './parse-error';

/** Somebody is let in (E9). `name` may be empty. */
export type Admission = { readonly member: IdentityKey; readonly name: string };

/** A chain, and the number of an event in it: in a removal the last that counts (E10). */
export type ChainEnd = { readonly chain: ChainId; readonly n: number };

/** The founder removes somebody (E10). */
export type Removal = {
  readonly member: IdentityKey;
  /** Each chain at most once; of those that are not here nothing counts. */
  readonly last: readonly ChainEnd[];
  /** Of the room's next secret. */
  readonly epoch: number;
  readonly commitment: Digest;
};

const maxNumber = Number.MAX_SAFE_INTEGER;

/** @throws ParseError for what {@link parseAdmission} would refuse. */
export function encodeAdmission({ member, name }: Admission): Bytes {
  checkName(name);
  return encodeBody('E9', { member, name: name === '' ? undefined : name });
}

/** @throws ParseError (E3, E9, V7, V9). */
export function parseAdmission(body: Uint8Array): Admission {
  const object = parseBody(body);
  const member = bytesMember(object, 'E9', 'member') as IdentityKey;
  const name = optionalTextMember(object, 'E9', 'name') ?? '';
  checkName(name);
  return { member, name };
}

function checkName(name: string): void {
  checkCharacters('E9', 'name', name, 0, maxMemberNameCharacters);
}

/** @throws ParseError for what {@link parseRemoval} would refuse. */
export function encodeRemoval({ member, last, epoch, commitment }: Removal): Bytes {
  checkLast(last);
  if (!Number.isSafeInteger(epoch) || epoch < 0) throw new ParseError('E10', 'epoch', 'not in its bounds');
  return encodeBody('E10', { member, last: last.map(({ chain, n }) => ({ chain, n })), epoch, commitment });
}

/** @throws ParseError (E3, E10, V9). */
export function parseRemoval(body: Uint8Array): Removal {
  const object = parseBody(body);
  const member = bytesMember(object, 'E10', 'member') as IdentityKey;
  const last = objectsMember(object, 'E10', 'last', maxRemovalChains).map(parseEnd);
  const epoch = wholeMember(object, 'E10', 'epoch', 0, maxNumber);
  const commitment = bytesMember(object, 'E10', 'commitment') as Digest;
  checkLast(last);
  return { member, last, epoch, commitment };
}

function parseEnd(object: JsonObject): ChainEnd {
  try {
    const chain = parseChainId(textMember(object, 'E10', 'chain'));
    return { chain, n: wholeMember(object, 'E10', 'n', 1, maxNumber) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError('E10', 'last', `${error.field}: ${error.reason}`);
  }
}

function checkLast(last: readonly ChainEnd[]): void {
  if (last.length > maxRemovalChains) throw new ParseError('E10', 'last', `over ${maxRemovalChains}`);
  if (new Set(last.map(({ chain }) => chain)).size < last.length) throw new ParseError('E10', 'last', 'a chain twice');
  if (!last.every(({ n }) => Number.isSafeInteger(n) && n >= 1)) {
    throw new ParseError('E10', 'last', 'an n is not in its bounds');
  }
}

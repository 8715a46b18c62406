/** That a member is in a room, or leaves it (SPEC O2). */
import { sha256 } from '@noble/hashes/sha2.js';
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import { keyFromBytes, type EventId, type GossipId, type IdentityKey, type Key, type Signature } from './ids';
import { presenceBytes } from './limits';
import { laterVersion, ParseError } from './parse-error';
import type { Signatures, Signer } from './signing';
import { encodeUtf8 } from './utf8';

/** In the order of the bytes that stand for them. A door (R2) is here, too. */
const stays = ['here', 'leaving', 'door'] as const;

export type Presence = {
  /** Who says it, of itself. */
  readonly member: IdentityKey;
  /** What introductions to the member are sealed for, fresh for each time that it enters the room. */
  readonly key: Key;
  /** Grows from one presence of a member to its next: the time in milliseconds since 1970, or the last one and 1. */
  readonly counter: number;
  readonly stay: (typeof stays)[number];
};

const version = 1;
const signedLength = presenceBytes - 64;
/** Where the parts begin. */
const at = { member: 1, key: 33, counter: 65, stay: 73 } as const;

const signedLabel = encodeUtf8('parley/v1/presence');
const idLabel = encodeUtf8('parley/v1/presence/id');

/** The presence's bytes for the room with this root, and what names it in frames. @param signer - the member. */
export async function signPresence(presence: Presence, root: EventId, signer: Signer): Promise<{ readonly id: GossipId; readonly raw: Bytes }> {
  const out = new Uint8Array(presenceBytes);
  out[0] = version;
  out.set(decodeBase64url(presence.member), at.member);
  out.set(decodeBase64url(presence.key), at.key);
  new DataView(out.buffer).setBigUint64(at.counter, BigInt(presence.counter));
  out[at.stay] = stays.indexOf(presence.stay);
  const signed = out.subarray(0, signedLength);
  out.set(decodeBase64url(await signer.sign(labelled(signedLabel, root, signed))), signedLength);
  return { id: idOf(signed, root), raw: out };
}

/**
 * Reads a presence that was said in the room with this root, and checks its signature. The id is what names it in frames.
 * @throws ParseError (O2).
 */
export async function parsePresence(
  raw: Uint8Array,
  root: EventId,
  signatures: Pick<Signatures, 'verify'>,
): Promise<{ readonly presence: Presence; readonly id: GossipId }> {
  if (raw.length !== presenceBytes) throw refused(`want ${presenceBytes} bytes`);
  if (raw[0] !== version) throw refused(laterVersion);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const counter = view.getUint32(at.counter) * 2 ** 32 + view.getUint32(at.counter + 4);
  if (counter < 1 || counter > Number.MAX_SAFE_INTEGER) throw refused('counter not in its bounds');
  const stay = stays[raw[at.stay] as number];
  if (stay === undefined) throw refused('neither here nor leaving');
  const member = encodeBase64url(raw.subarray(at.member, at.key)) as IdentityKey;
  const key = keyFromBytes(raw.subarray(at.key, at.counter));
  const signed = Uint8Array.from(raw.subarray(0, signedLength));
  const signature = encodeBase64url(raw.subarray(signedLength)) as Signature;
  const id = idOf(signed, root);
  if (!(await signatures.verify(member, labelled(signedLabel, root, signed), signature))) {
    throw refused('signature does not hold');
  }
  return { presence: { member, key, counter, stay }, id };
}

function idOf(signed: Uint8Array, root: EventId): GossipId {
  return encodeBase64url(sha256(labelled(idLabel, root, signed))) as GossipId;
}

function refused(reason: string): ParseError {
  return new ParseError('O2', 'presence', reason);
}

function labelled(label: Uint8Array, root: EventId, signed: Uint8Array): Bytes {
  return Uint8Array.from([...label, ...decodeBase64url(root), ...signed]);
}

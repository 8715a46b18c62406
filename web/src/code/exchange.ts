/**
 * Exchanges a room's code between two who know the words of a short code, over a store that sees and may change all of
 * it (SPEC section 10). Each run is one guess at the words, for whoever is in the middle too.
 */
import { equalBytes } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { decodeBase64url, encodeBase64url, type Bytes } from '../protocol/base64url';
import type { RandomBytes, RoomId, Uid } from '../protocol/ids';
import { parseRoomCode, type RoomCode } from '../protocol/room-code';
import { encodeUtf8 } from '../protocol/utf8';
import { generator, lvCat, multiplyVerified, newScalar, sessionKey, shareOf, tagOf } from './cpace';
import type { CodeParts } from './short-code';

/** Sizes of what is written into documents, in bytes (N2, N3). */
export const nonceBytes = 16;
export const shareBytes = 32;
export const tagBytes = 64;
export const sealedBytes = 44;

const ivBytes = 12;
const roomCodeVersion = 1;

/** The other does not know the same words, or the store has changed something (N6). Refused by name. */
export class WrongWords extends Error {
  override readonly name = 'WrongWords';

  constructor() {
    super('code: [N6] not the same words');
  }
}

/** What a run is about. Both sides must have the same. */
export type Binding = {
  readonly code: CodeParts;
  /** From the code's document (N2). */
  readonly codeId: RoomId;
  readonly codeNonce: Uint8Array;
  readonly guessNonce: Uint8Array;
  readonly joiner: Uid;
  readonly creator: Uid;
};

/** The side that was told the code, in one run. */
export type Joiner = {
  /** What its guess says (N3). */
  readonly share: Bytes;
  /**
   * Takes the creator's share and tag; gives the tag to send. Once: the secret is used up, whatever comes of it.
   * @throws {@link WrongWords}, ParseError (N4): nothing must be sent then.
   */
  confirm(answer: Uint8Array, answerTag: Uint8Array): Bytes;
  /** Opens what the creator sealed, after `confirm`. @throws {@link WrongWords} for what was changed. */
  take(sealed: Uint8Array): Promise<RoomCode>;
};

/** The side that made the code, in one run. */
export type Creator = {
  /** What it answers to the guess (N3). */
  readonly share: Bytes;
  readonly tag: Bytes;
  /** Seals the room's code, if the joiner's tag is right. Once. @throws {@link WrongWords}. */
  give(tag: Uint8Array, room: RoomCode): Promise<Bytes>;
};

const sidOf = (about: Binding) => concatBytes(about.codeNonce, about.guessNonce);
const adOf = (uid: Uid) => lvCat(encodeUtf8(uid));

/** One side's secret, and what it sends for it (N4). */
function drawn(random: RandomBytes, about: Binding): { scalar: bigint; share: Bytes } {
  const scalar = newScalar(random);
  const ci = lvCat(encodeUtf8('parley/v1/code'), encodeUtf8(about.code.slot));
  return { scalar, share: shareOf(scalar, generator(encodeUtf8(about.code.words), ci, sidOf(about))) };
}

/** Begins a run. */
export function join(random: RandomBytes, subtle: SubtleCrypto, about: Binding): Joiner {
  const own = drawn(random, about);
  const [mine, sid] = [{ share: own.share, ad: adOf(about.joiner) }, sidOf(about)];
  let scalar: bigint | null = own.scalar;
  let isk: Bytes | null = null;
  return {
    share: own.share,
    confirm(answer, answerTag) {
      if (scalar === null) throw new WrongWords();
      const used = scalar;
      scalar = null;
      const theirs = { share: answer, ad: adOf(about.creator) };
      const key = sessionKey(sid, multiplyVerified(used, answer), mine, theirs);
      if (!equalBytes(answerTag, tagOf(sid, key, theirs))) throw new WrongWords();
      isk = key;
      return tagOf(sid, key, mine);
    },
    async take(sealed) {
      if (isk === null || sealed.length !== sealedBytes) throw new WrongWords();
      const key = isk;
      isk = null;
      const secret = await open(await sealingKey(subtle, key), subtle, about, Uint8Array.from(sealed));
      return parseRoomCode(encodeBase64url(concatBytes(Uint8Array.of(roomCodeVersion), secret)));
    },
  };
}

/**
 * Takes a joiner's share.
 * @throws ParseError (N4) for one that no honest peer sends.
 */
export function respond(random: RandomBytes, subtle: SubtleCrypto, about: Binding, guess: Uint8Array): Creator {
  const { scalar, share } = drawn(random, about);
  const sid = sidOf(about);
  const [mine, theirs] = [{ share, ad: adOf(about.creator) }, { share: guess, ad: adOf(about.joiner) }];
  let isk: Bytes | null = sessionKey(sid, multiplyVerified(scalar, guess), theirs, mine);
  const right = tagOf(sid, isk, theirs);
  return {
    share,
    tag: tagOf(sid, isk, mine),
    async give(tag, room) {
      const key = isk;
      isk = null;
      if (key === null || !equalBytes(tag, right)) throw new WrongWords();
      const iv = random(ivBytes);
      const secret = decodeBase64url(room).slice(1);
      const sealed = await subtle.encrypt(how(about, iv), await sealingKey(subtle, key), secret);
      return concatBytes(iv, new Uint8Array(sealed));
    },
  };
}

const how = (about: Binding, iv: Bytes) => ({ name: 'AES-GCM', iv, additionalData: encodeUtf8(about.codeId) });

/** What the room's secret is sealed with (N7). */
async function sealingKey(subtle: SubtleCrypto, isk: Bytes): Promise<CryptoKey> {
  const from = await subtle.importKey('raw', isk, 'HKDF', false, ['deriveKey']);
  isk.fill(0);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: encodeUtf8('parley/v1'), info: encodeUtf8('code-key') };
  return subtle.deriveKey(hkdf, from, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function open(key: CryptoKey, subtle: SubtleCrypto, about: Binding, sealed: Bytes): Promise<Bytes> {
  try {
    const secret = await subtle.decrypt(how(about, sealed.slice(0, ivBytes)), key, sealed.slice(ivBytes));
    return new Uint8Array(secret);
  } catch {
    throw new WrongWords();
  }
}

/**
 * CPace, draft-irtf-cfrg-cpace-21, over ristretto255 with SHA-512 (SPEC N4, N6): what the draft defines, in its words.
 * The group and the hashes are noble's; arithmetic in JavaScript is not strictly constant in time, and every scalar is
 * used for one run alone.
 */
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Bytes } from '../protocol/base64url';
import type { RandomBytes } from '../protocol/ids';
import { ParseError } from '../protocol/parse-error';
import { encodeUtf8 } from '../protocol/utf8';

/** A group element. */
export type Point = InstanceType<typeof ristretto255.Point>;

const { Point } = ristretto255;
const domain = encodeUtf8('CPaceRistretto255');
const domainIsk = encodeUtf8('CPaceRistretto255_ISK');
const domainMac = encodeUtf8('CPaceMac');
const blockBytes = 128;
const uniformBytes = 64;

/** The draft's lv_cat: each part after its length, as LEB128. */
export const lvCat = (...parts: readonly Uint8Array[]): Uint8Array =>
  concatBytes(...parts.flatMap((part) => [leb128(part.length), part]));

function leb128(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>= 7;
  }
  return Uint8Array.from([...bytes, rest]);
}

/** The draft's generator_string: zeros fill the hash's first block, so that its time says nothing about the password. */
export function generatorString(password: Uint8Array, ci: Uint8Array, sid: Uint8Array): Uint8Array {
  const used = 1 + lvCat(domain, password).length;
  return lvCat(domain, password, new Uint8Array(Math.max(0, blockBytes - used)), ci, sid);
}

/** The draft's calculate_generator. */
export function generator(password: Uint8Array, ci: Uint8Array, sid: Uint8Array): Point {
  const { deriveToCurve } = ristretto255_hasher;
  if (deriveToCurve === undefined) throw new Error('noble derives no ristretto255 elements any more');
  return deriveToCurve(sha512(generatorString(password, ci, sid)));
}

/** A secret for one run. */
export const newScalar = (random: RandomBytes): bigint => Point.Fn.create(bytesToNumberLE(random(uniformBytes)));

/** What is sent for a secret. */
export const shareOf = (scalar: bigint, g: Point): Bytes => Uint8Array.from(g.multiply(scalar).toBytes());

/**
 * The draft's scalar_mult_vfy: the secret point of a scalar and the other's share.
 * @throws ParseError (N4) for a share that is no group element, or the identity.
 */
export function multiplyVerified(scalar: bigint, share: Uint8Array): Bytes {
  try {
    const point = Point.fromBytes(share);
    if (!point.is0()) return Uint8Array.from(point.multiply(scalar).toBytes());
  } catch {
    // Told below, without what noble says of it.
  }
  throw new ParseError('N4', 'share', 'not a share');
}

/** One side's share and associated data. */
export type Side = { readonly share: Uint8Array; readonly ad: Uint8Array };

/** The draft's ISK for an initiator `a` and a responder `b`. */
export const sessionKey = (sid: Uint8Array, point: Uint8Array, a: Side, b: Side): Bytes =>
  Uint8Array.from(sha512(concatBytes(lvCat(domainIsk, sid, point), lvCat(a.share, a.ad), lvCat(b.share, b.ad))));

/** Confirms that whoever sent that share and associated data has the session key. */
export const tagOf = (sid: Uint8Array, isk: Uint8Array, side: Side): Bytes =>
  Uint8Array.from(hmac(sha512, sha512(concatBytes(domainMac, sid, isk)), lvCat(side.share, side.ad)));

import { writeFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { encodeBase64url, type Bytes } from './base64url';
import type { IdentityKey, Signature } from './ids';
import { nobleSignatures } from './noble';
import { webSignatures } from './signing';
import { casesOf } from './testing/vectors';

const { Point } = ed25519;
type Point = typeof Point.BASE;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const unhex = (text: unknown) => Uint8Array.from(Buffer.from(String(text), 'hex'));
const members = ['identityHex', 'messageHex', 'signatureHex', 'holds'];

const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const both = { WebCrypto: webSignatures(crypto.subtle), noble: nobleSignatures(crypto.subtle, random) };

describe.each(Object.entries(both))('signature.json with %s', (_, signatures) => {
  for (const one of casesOf('signature.json', members)) {
    it(`[${one.rule}] ${one.name}`, async () => {
      const [identity, signature] = [unhex(one['identityHex']), unhex(one['signatureHex'])].map(encodeBase64url);
      const holds = signatures.verify(identity as IdentityKey, unhex(one['messageHex']), signature as Signature);
      expect(await holds).toBe(one['holds']);
    });
  }
});

type Signed = { readonly a: Uint8Array; readonly message: Bytes; readonly signature: Uint8Array };

const [secret, nonce] = [123_456_789n, 987_654_321n];
const order = Point.Fn.ORDER;
const torsion = Point.fromBytes(unhex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'));
const times = (n: number) => Array.from({ length: n }, () => torsion).reduce((sum, one) => sum.add(one), Point.ZERO);
const [A, R] = [Point.BASE.multiply(secret), Point.BASE.multiply(nonce)];

const challenge = (r: Uint8Array, a: Uint8Array, message: Bytes) =>
  Point.Fn.create(bytesToNumberLE(sha512(Uint8Array.from([...r, ...a, ...message]))));

/** Signs a message, found by trying, for which `fits` the challenge; `factor` of A in what has a known logarithm. */
function sign(a: Uint8Array, r: Uint8Array, known: { a: bigint; r: bigint }, fits: (k: bigint) => boolean = () => true): Signed {
  for (let tried = 0; ; tried++) {
    const message = Uint8Array.from(Buffer.from(`message ${tried}`));
    const k = challenge(r, a, message);
    if (!fits(k)) continue;
    const s = numberToBytesLE(Point.Fn.create(known.r + k * known.a), 32);
    return { a, message, signature: Uint8Array.from([...r, ...s]) };
  }
}

const isEighth = (k: bigint) => k % 8n === 0n;
const encoded = (point: Point) => point.toBytes();
/** Another form of a point whose x is 0 or y small: with the other sign of x, or with p added to y. */
const withSign = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 31 ? byte ^ 0x80 : byte));
const beyond = (y: number) => Uint8Array.from([0xed + y, ...Array.from({ length: 30 }, () => 0xff), 0x7f]);

/** What holds by the equation alone: each case says what else it is about. */
function* signatureCases(): Generator<[name: string, signed: Signed, holds: boolean]> {
  const honest = sign(encoded(A), encoded(R), { a: secret, r: nonce });
  yield ['an honest signature', honest, true];
  yield ['of another message', { ...honest, message: Uint8Array.from([...honest.message, 0]) }, false];
  const s = bytesToNumberLE(honest.signature.subarray(32)) + order;
  const great = Uint8Array.from([...honest.signature.subarray(0, 32), ...numberToBytesLE(s, 32)]);
  yield ['S plus the order', { ...honest, signature: great }, false];
  yield ['an identity that is no point', { ...honest, a: numberToBytesLE(2n, 32) }, false];
  for (let i = 0; i < 8; i++) {
    const signed = sign(encoded(times(i)), encoded(R), { a: 0n, r: nonce }, isEighth);
    yield [`an author of small order: ${i} times the point of order 8`, signed, false];
  }
  for (const [name, a] of [
    ['y is p', beyond(0)], ['y is p, and the sign', withSign(beyond(0))], ['y is p + 1', beyond(1)],
    ['y is p + 1, and the sign', withSign(beyond(1))], ['y is 1, and the sign', withSign(encoded(Point.ZERO))],
    ['y is −1, and the sign', withSign(encoded(times(4)))],
  ] as const) {
    yield [`an author in another form: ${name}`, sign(a, encoded(R), { a: 0n, r: nonce }, isEighth), false];
  }
  yield ['an R of small order', sign(encoded(A), encoded(Point.ZERO), { a: secret, r: 0n }), false];
  const other = withSign(encoded(Point.ZERO));
  yield ['an R of small order in another form', sign(encoded(A), other, { a: secret, r: 0n }), false];
  yield* mixedCases();
}

/** Points with a part of small order: A + T and R + T, T of order 8. */
function* mixedCases(): Generator<[name: string, signed: Signed, holds: boolean]> {
  const known = { a: secret, r: nonce };
  yield ['a mixed R, which only multiplying by 8 hides', sign(encoded(A), encoded(R.add(torsion)), known), false];
  const mixed = encoded(A.add(torsion));
  for (let rest = 0; rest < 8; rest++) {
    const fits = (k: bigint) => k % 8n === BigInt(rest);
    yield [`a mixed author, k with the rest ${rest}`, sign(mixed, encoded(R), known, fits), rest === 0];
    const matched = encoded(R.subtract(times(rest)));
    yield [`a mixed author, and R to match the rest ${rest}`, sign(mixed, matched, known, fits), true];
    const small = sign(mixed, encoded(Point.ZERO.subtract(times(rest))), { a: secret, r: 0n }, fits);
    yield [`a mixed author, and an R of small order to match the rest ${rest}`, small, false];
  }
}

/** Makes vectors/signature.json. */
function writeVectors(): void {
  const about = 'SPEC E2: which Ed25519 signatures hold, of honest authors and of others. Written by the web app.';
  const lines = Array.from(signatureCases(), ([name, { a, message, signature }, holds]) => JSON.stringify({
    rule: 'E2', name, identityHex: hex(a), messageHex: hex(message), signatureHex: hex(signature), holds,
  }));
  const file = new URL('../../../protocol/vectors/signature.json', import.meta.url);
  writeFileSync(file, `{\n  "about": ${JSON.stringify(about)},\n  "cases": [\n    ${lines.join(',\n    ')}\n  ]\n}\n`);
}

if (process.env['WRITE_SIGNATURES'] !== undefined) it('writes vectors', writeVectors);

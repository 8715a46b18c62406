import { writeFileSync } from 'node:fs';
import { expect, describe, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from './base64url';
import { commitmentOf, safetyEmoji, signedBytes, transcriptOf, type Agreement } from './handshake';
import { keyFromBytes, parseDigest, parseIdentityKey, parseNonce, type LinkId, type RoomId } from './ids';
import { nobleSignatures } from './noble';
import type { Suite } from './place';
import { emojiSign } from './safety-emoji';
import { safetyNumber } from './safety-number';
import { webSignatures } from './signing';
import { edSigner } from './testing/ed25519';
import { casesOf, type VectorCase } from './testing/vectors';

const hex = (text: string) => Buffer.from(decodeBase64url(text)).toString('hex');
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));

const given = [
  'suite', 'room', 'link', 'callerKeyHex', 'calleeKeyHex', 'callerFingerprintHex', 'calleeFingerprintHex',
  'callerSeedHex', 'calleeSeedHex', 'callerNonceHex', 'calleeNonceHex',
];
const derived = [
  'callerIdentityHex', 'calleeIdentityHex', 'commitmentHex', 'transcriptHex', 'callerSignatureHex', 'calleeSignatureHex',
  'emoji', 'safetyNumber',
];

/** A case with all that comes of what goes in. */
async function deriveCase(one: VectorCase): Promise<VectorCase> {
  const unhex = (member: string) => Uint8Array.from(Buffer.from(String(one[member]), 'hex'));
  const text = (member: string) => encodeBase64url(unhex(member));
  const caller = await edSigner(unhex('callerSeedHex'));
  const callee = await edSigner(unhex('calleeSeedHex'));
  const nonce = parseNonce(text('callerNonceHex'));
  const link = {
    suite: one['suite'] as Suite,
    room: one['room'] as RoomId,
    link: one['link'] === '' ? null : (one['link'] as LinkId),
    callerKey: keyFromBytes(unhex('callerKeyHex')),
    calleeKey: keyFromBytes(unhex('calleeKeyHex')),
  };
  const agreed: Agreement = {
    link,
    callerFingerprint: parseDigest(text('callerFingerprintHex')),
    calleeFingerprint: parseDigest(text('calleeFingerprintHex')),
    commitment: await commitmentOf(crypto.subtle, caller.identity, nonce),
    calleeIdentity: callee.identity,
    calleeNonce: parseNonce(text('calleeNonceHex')),
  };
  const transcript = await transcriptOf(crypto.subtle, agreed);
  const emoji = await safetyEmoji(crypto.subtle, transcript, caller.identity, nonce);
  return {
    ...one,
    callerIdentityHex: hex(caller.identity),
    calleeIdentityHex: hex(callee.identity),
    commitmentHex: hex(agreed.commitment),
    transcriptHex: Buffer.from(transcript).toString('hex'),
    callerSignatureHex: hex(await caller.sign(signedBytes('caller', transcript))),
    calleeSignatureHex: hex(await callee.sign(signedBytes('callee', transcript))),
    emoji: emoji.map((number) => emojiSign(number).name).join(', '),
    safetyNumber: await safetyNumber(crypto.subtle, callee.identity, caller.identity),
  };
}

describe.each(['handshake-go.json', 'handshake-web.json'])('%s', (file) => {
  for (const one of casesOf(file, [...given, ...derived])) {
    it(`[${one.rule}] ${one.name}`, async () => {
      expect(await deriveCase(one)).toEqual(one);
    });
  }
});

describe('[H7] the signs', () => {
  it('are 64, and no two are alike', () => {
    const all = Array.from({ length: 64 }, (_, i) => emojiSign(i));
    expect(new Set(all.map((one) => one.sign)).size).toBe(64);
    expect(new Set(all.map((one) => one.name)).size).toBe(64);
    expect(() => emojiSign(64)).toThrow(RangeError);
  });
});

describe.each([
  ['WebCrypto', webSignatures(crypto.subtle)],
  ['noble', nobleSignatures(crypto.subtle, random)],
])('[H5] signatures of %s', (_, signatures) => {
  it('are what both languages sign, and hold for nothing else', async () => {
    for (const one of casesOf('handshake-go.json', [...given, ...derived])) {
      const unhex = (member: string) => Uint8Array.from(Buffer.from(String(one[member]), 'hex'));
      const identity = parseIdentityKey(encodeBase64url(unhex('callerIdentityHex')));
      const message = signedBytes('caller', unhex('transcriptHex'));
      const signature = unhex('callerSignatureHex');
      const holds = (text: Uint8Array<ArrayBuffer>, bytes: Uint8Array) =>
        signatures.verify(identity, text, encodeBase64url(bytes) as never);
      expect(await holds(message, signature)).toBe(true);
      for (const at of [0, 31, 32, 63]) {
        expect(await holds(message, signature.map((byte, i) => (i === at ? byte ^ 1 : byte)))).toBe(false);
      }
      expect(await holds(signedBytes('callee', unhex('transcriptHex')), signature)).toBe(false);
    }
  });

  it('are made by keys that can be kept and cannot be read', async () => {
    const kept = await signatures.newKey();
    const key = kept.kind === 'native' ? kept.privateKey : kept.wrapping;
    expect(key.extractable).toBe(false);
    const message = random(40);
    // As IndexedDB does it: kept is what a structured clone is.
    const signer = await signatures.signer(structuredClone(kept));
    expect(signer.identity).toBe(kept.identity);
    const signature = await signer.sign(message);
    for (const other of [webSignatures(crypto.subtle), nobleSignatures(crypto.subtle, random)]) {
      expect(await other.verify(signer.identity, message, signature)).toBe(true);
      expect(await other.verify((await signatures.newKey()).identity, message, signature)).toBe(false);
      expect(await other.verify(encodeBase64url(new Uint8Array(32).fill(255)) as never, message, signature)).toBe(false);
    }
  });
});

/** Derives vectors/handshake-web.json anew, of the same as handshake-go.json. */
async function writeVectors(): Promise<void> {
  const cases = casesOf('handshake-go.json', [...given, ...derived]);
  const lines = await Promise.all(cases.map(async (one) => {
    const input = Object.fromEntries(['rule', 'name', ...given].map((name) => [name, one[name]]));
    return `    ${JSON.stringify(await deriveCase(input as VectorCase))}`;
  }));
  const file = new URL('../../../protocol/vectors/handshake-web.json', import.meta.url);
  writeFileSync(file, `{\n  "about": "SPEC H3 to H8: what TypeScript derives.",\n  "cases": [\n${lines.join(',\n')}\n  ]\n}\n`);
}

if (process.env['WRITE_HANDSHAKE'] !== undefined) it('writes vectors', writeVectors);

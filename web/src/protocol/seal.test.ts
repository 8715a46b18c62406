import { writeFileSync } from 'node:fs';
import { CipherSuite, AEAD_AES_256_GCM, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import { assert, asyncProperty, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from './base64url';
import { keyFromBytes, type RoomId } from './ids';
import { ParseError, UnsupportedVersion } from './parse-error';
import type { PayloadKind, Place } from './place';
import { newRoomCode, parseRoomCode, roomIdOf } from './room-code';
import { NotOpened, pairSealer, roomSealer, UnsupportedSuite, type Sealer } from './seal';
import { casesOf, type VectorCase } from './testing/vectors';
import { decodeUtf8, encodeUtf8 } from './utf8';

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const unhex = (text: unknown) => Uint8Array.from(Buffer.from(String(text), 'hex'));

const members = [
  'secretHex', 'privateHex', 'room', 'link', 'kind', 'number', 'fromHex', 'toHex', 'content', 'payloadHex', 'expect',
];

function sealerOf(one: VectorCase): Promise<Sealer> {
  if (one['secretHex'] !== undefined) {
    const code = parseRoomCode(encodeBase64url(Uint8Array.from([1, ...unhex(one['secretHex'])])));
    return roomSealer(code, crypto.subtle, random);
  }
  return pairSealerOf(unhex(one['privateHex']), unhex(one['toHex']));
}

async function pairSealerOf(privateKey: Uint8Array, publicKey: Uint8Array): Promise<Sealer> {
  return pairSealer({
    privateKey: (await suite.DeserializePrivateKey(privateKey)) as CryptoKey,
    publicKey: (await suite.DeserializePublicKey(publicKey)) as CryptoKey,
  });
}

const placeOf = (one: VectorCase): Place => ({
  room: one['room'] as RoomId,
  link: one['link'] === '' ? null : (one['link'] as RoomId),
  kind: one['kind'] as PayloadKind,
  number: one['number'] as number,
  from: keyFromBytes(unhex(one['fromHex'])),
  to: keyFromBytes(unhex(one['toHex'])),
});

const refusals = {
  'unsupported version': UnsupportedVersion, 'unsupported suite': UnsupportedSuite, 'not opened': NotOpened, error: ParseError,
};

describe.each(['sealed-go.json', 'sealed-web.json'])('%s', (file) => {
  for (const one of casesOf(file, members)) {
    it(`[${one.rule}] ${one.name}`, async () => {
      const sealer = await sealerOf(one);
      const opened = sealer.open(placeOf(one), unhex(one['payloadHex']));
      if (one['expect'] === 'ok') return expect(decodeUtf8(await opened)).toBe(one['content'] ?? '');
      const refusal = refusals[one['expect'] as keyof typeof refusals];
      await expect(opened).rejects.toBeInstanceOf(refusal);
      if (refusal === ParseError) await expect(opened).rejects.toMatchObject({ rule: one.rule });
    });
  }
});

/** Two sealers of each suite, and a place at which the second opens what the first seals. */
async function pairs(): Promise<[name: string, from: Sealer, to: Sealer, at: Place][]> {
  const code = newRoomCode(random);
  const [ann, ben] = [await suite.GenerateKeyPair(), await suite.GenerateKeyPair()];
  const keyOf = async ({ publicKey }: typeof ann) => keyFromBytes(await suite.SerializePublicKey(publicKey));
  const [room, from, to] = [await roomIdOf(code, crypto.subtle), await keyOf(ann), await keyOf(ben)];
  const at = { room, link: null, kind: 'batch', number: 31, from, to } as const;
  const sealers = [await roomSealer(code, crypto.subtle, random), await roomSealer(code, crypto.subtle, random)] as const;
  return [
    ['room', ...sealers, { ...at, link: at.room }],
    ['pair', pairSealer(ann as CryptoKeyPair), pairSealer(ben as CryptoKeyPair), at],
  ];
}

describe('sealing', () => {
  it('[L2] opens to what was sealed, and has one of the sizes', async () => {
    for (const [name, from, to, at] of await pairs()) {
      await assert(asyncProperty(uint8Array({ maxLength: 4096 - 52 }), async (content) => {
        const sealed = await from.seal(at, content);
        expect([512, 1024, 2048, 4096], name).toContain(sealed.length);
        expect(await to.open(at, sealed), name).toEqual(content);
      }), { numRuns: 50 });
      await expect(from.seal(at, new Uint8Array(4096)), name).rejects.toMatchObject({ rule: 'L2' });
    }
  });

  it('[L5] refuses whatever byte is changed', async () => {
    for (const [name, from, to, at] of await pairs()) {
      const sealed = await from.seal(at, encodeUtf8('{}'));
      for (const changed of sealed.keys()) {
        const payload = sealed.map((byte, i) => (i === changed ? byte ^ (1 << (i & 7)) : byte));
        const refusal = [UnsupportedVersion, UnsupportedSuite][changed] ?? NotOpened;
        await expect(to.open(at, payload), `${name}, byte ${changed}`).rejects.toBeInstanceOf(refusal);
      }
    }
  });

  it('[L3] refuses what was moved', async () => {
    for (const [name, from, to, at] of await pairs()) {
      const sealed = await from.seal(at, encodeUtf8('{}'));
      const other = encodeBase64url(random(20)) as RoomId;
      const moved: Partial<Place>[] = [
        { room: other }, { link: other }, { kind: 'answer' }, { number: 30 }, { from: at.to, to: at.from },
      ];
      for (const change of moved) {
        await expect(to.open({ ...at, ...change }, sealed), `${name}: ${Object.keys(change)}`).rejects.toBeInstanceOf(NotOpened);
      }
    }
  });

  it('[V4] refuses a key that is none', async () => {
    const [, [, from, , at]] = (await pairs()) as [unknown, [string, Sealer, Sealer, Place]];
    await expect(from.seal({ ...at, to: keyFromBytes(new Uint8Array(32)) }, new Uint8Array()))
      .rejects.toMatchObject({ rule: 'V4' });
  });
});

/** Seals vectors/sealed-web.json anew, for the same places as sealed-go.json. */
async function writeVectors(): Promise<void> {
  const cases = casesOf('sealed-go.json', members).filter((one) => one['expect'] === 'ok');
  const lines = await Promise.all(cases.map(async (one) => {
    const sealer = await sealerOf(one);
    const sealed = await sealer.seal(placeOf(one), encodeUtf8(String(one['content'] ?? '')));
    return `    ${JSON.stringify({ ...one, payloadHex: Buffer.from(sealed).toString('hex') })}`;
  }));
  const file = new URL('../../../protocol/vectors/sealed-web.json', import.meta.url);
  writeFileSync(file, `{\n  "about": "SPEC L1 to L5: sealed by the web app.",\n  "cases": [\n${lines.join(',\n')}\n  ]\n}\n`);
}

if (process.env['WRITE_SEALED'] !== undefined) it('writes vectors', writeVectors);

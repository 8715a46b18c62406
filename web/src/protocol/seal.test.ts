import { writeFileSync } from 'node:fs';
import { assert, asyncProperty, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from './base64url';
import { keyFromBytes, newLinkId, type LinkId, type RoomId } from './ids';
import { nobleKem } from './noble';
import { NotOpened, ParseError, UnsupportedSuite, UnsupportedVersion } from './parse-error';
import type { PayloadKind, Place } from './place';
import { newRoomCode, parseRoomCode, roomIdOf } from './room-code';
import { newOwnKey, pairSealer, pairSuite, roomSealer, type Sealer } from './seal';
import { casesOf, type VectorCase } from './testing/vectors';
import { decodeUtf8, encodeUtf8 } from './utf8';

/** X25519 of WebCrypto, and what stands in for it. */
const [web, noble] = [pairSuite(), pairSuite(nobleKem)];
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const unhex = (text: unknown) => Uint8Array.from(Buffer.from(String(text), 'hex'));

const members = [
  'secretHex', 'privateHex', 'room', 'link', 'kind', 'number', 'fromHex', 'toHex', 'content', 'payloadHex', 'expect',
];

function sealerOf(one: VectorCase, suite = web): Promise<Sealer> {
  if (one['secretHex'] !== undefined) {
    const code = parseRoomCode(encodeBase64url(Uint8Array.from([1, ...unhex(one['secretHex'])])));
    return roomSealer(code, crypto.subtle, random);
  }
  return pairSealerOf(suite, unhex(one['privateHex']), unhex(one['toHex']));
}

async function pairSealerOf(suite: typeof web, privateKey: Uint8Array, publicKey: Uint8Array): Promise<Sealer> {
  return pairSealer(suite, {
    privateKey: await suite.DeserializePrivateKey(privateKey),
    publicKey: await suite.DeserializePublicKey(publicKey),
  });
}

const placeOf = (one: VectorCase): Place => ({
  room: one['room'] as RoomId,
  link: one['link'] === '' ? null : (one['link'] as LinkId),
  kind: one['kind'] as PayloadKind,
  number: one['number'] as number,
  from: keyFromBytes(unhex(one['fromHex'])),
  to: keyFromBytes(unhex(one['toHex'])),
});

const refusals = {
  'unsupported version': UnsupportedVersion, 'unsupported suite': UnsupportedSuite, 'not opened': NotOpened, error: ParseError,
};

describe.each([
  ['sealed-go.json', 'WebCrypto', web], ['sealed-web.json', 'WebCrypto', web],
  ['sealed-go.json', 'noble', noble], ['sealed-web.json', 'noble', noble],
] as const)('%s with %s', (file, _, suite) => {
  for (const one of casesOf(file, members)) {
    it(`[${one.rule}] ${one.name}`, async () => {
      const sealer = await sealerOf(one, suite);
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
  const room = await roomIdOf(code, crypto.subtle);
  const at = { room, link: null, kind: 'batch', number: 31 } as const;
  const [ann, ben] = [await newOwnKey(web), await newOwnKey(web)];
  const [nan, nob] = [await newOwnKey(noble), await newOwnKey(noble)];
  const sealers = [await roomSealer(code, crypto.subtle, random), await roomSealer(code, crypto.subtle, random)] as const;
  return [
    ['room', ...sealers, { ...at, link: newLinkId(random), from: ann.key, to: ben.key }],
    ['pair', ann.sealer, ben.sealer, { ...at, from: ann.key, to: ben.key }],
    ['noble', nan.sealer, nob.sealer, { ...at, from: nan.key, to: nob.key }],
    ['WebCrypto to noble', ann.sealer, nob.sealer, { ...at, from: ann.key, to: nob.key }],
    ['noble to WebCrypto', nan.sealer, ben.sealer, { ...at, from: nan.key, to: ben.key }],
  ];
}

describe('sealing', () => {
  it('[L2] opens to what was sealed, and has one of the sizes', async () => {
    for (const [name, from, to, at] of await pairs()) {
      await assert(asyncProperty(uint8Array({ maxLength: 4096 - 52 }), async (content) => {
        const sealed = await from.seal(at, content);
        expect([512, 1024, 2048, 4096], name).toContain(sealed.length);
        expect(await to.open(at, sealed), name).toEqual(content);
      }), { numRuns: 20 });
      await expect(from.seal(at, new Uint8Array(4096)), name).rejects.toMatchObject({ rule: 'L2' });
    }
  });

  it.each([['room', 0], ['pair', 1], ['noble', 2]])('[L5] refuses whatever byte is changed: %s', async (_, which) => {
    const [, from, to, at] = (await pairs())[which] as [string, Sealer, Sealer, Place];
    const sealed = await from.seal(at, encodeUtf8('{}'));
    for (const changed of sealed.keys()) {
      const payload = sealed.map((byte, i) => (i === changed ? byte ^ (1 << (i & 7)) : byte));
      const refusal = [UnsupportedVersion, UnsupportedSuite][changed] ?? NotOpened;
      await expect(to.open(at, payload), `byte ${changed}`).rejects.toBeInstanceOf(refusal);
    }
  });

  it('[L3] refuses what was moved', async () => {
    for (const [name, from, to, at] of await pairs()) {
      const sealed = await from.seal(at, encodeUtf8('{}'));
      const moved: Partial<Place>[] = [
        { room: encodeBase64url(random(20)) as RoomId }, { link: newLinkId(random) }, { kind: 'answer' }, { number: 30 }, { from: at.to, to: at.from },
      ];
      for (const change of moved) {
        await expect(to.open({ ...at, ...change }, sealed), `${name}: ${Object.keys(change)}`).rejects.toBeInstanceOf(NotOpened);
      }
    }
  });

  it('[L3] refuses a mirror', async () => {
    for (const [name, from, to, at] of await pairs()) {
      const mirror = { ...at, from: at.to };
      await expect(to.seal(mirror, encodeUtf8('{}')), name).rejects.toBeInstanceOf(NotOpened);
      const sealed = await from.seal(at, encodeUtf8('{}'));
      await expect(to.open(mirror, sealed), name).rejects.toBeInstanceOf(NotOpened);
    }
  });

  it('[V4] refuses a key that is none', async () => {
    for (const [name, from, , at] of (await pairs()).slice(1)) {
      const nobody = { ...at, to: keyFromBytes(new Uint8Array(32)) };
      await expect(from.seal(nobody, new Uint8Array()), name).rejects.toMatchObject({ rule: 'V4' });
    }
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

import { writeFileSync } from 'node:fs';
import { ristretto255 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from '../protocol/base64url';
import type { RoomId, Uid } from '../protocol/ids';
import { ParseError } from '../protocol/parse-error';
import { newRoomCode, parseRoomCode } from '../protocol/room-code';
import { casesOf, type VectorCase } from '../protocol/testing/vectors';
import { generator, generatorString, multiplyVerified, sessionKey, shareOf } from './cpace';
import { join, respond, WrongWords, type Binding } from './exchange';
import { newSlot, newWords, parseShortCode, shownCode } from './short-code';

const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const unhex = (text: unknown) => Uint8Array.from(Buffer.from(String(text), 'hex'));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('short-code.json', () => {
  for (const one of casesOf('short-code.json', ['input', 'expect', 'slot', 'words'])) {
    it(`[${one.rule}] ${one.name}`, () => {
      const parse = () => parseShortCode(String(one['input']));
      if (one['expect'] === 'ok') return expect(parse()).toEqual({ slot: one['slot'], words: one['words'] });
      expect(one['expect']).toBe('error');
      expect(parse).toThrow(ParseError);
    });
  }
});

describe('short codes', () => {
  it('[N1] are read back as they are shown', () => {
    for (const digits of [3, 4, 5]) {
      const code = { slot: newSlot(random, digits), words: newWords(random) };
      expect(code.slot).toHaveLength(digits);
      expect(parseShortCode(shownCode(code))).toEqual(code);
    }
  });

  it('[N1] take 11 bits a word', () => {
    expect(newWords(() => Uint8Array.of(0, 0, 7, 255))).toBe('abandon-zoo');
    expect(newWords(() => Uint8Array.of(255, 255, 248, 0))).toBe('zoo-abandon');
  });

  it('[N1] have slots of every kind, none more likely', () => {
    const drawn = [Uint8Array.of(255, 255, 255, 255), Uint8Array.of(0, 0, 0, 0), Uint8Array.of(0, 0, 3, 131)];
    const next = () => drawn.shift() ?? new Uint8Array(4);
    expect(newSlot(next, 3)).toBe('100'); // 2³²-1 is over the last whole 900: drawn again.
    expect(newSlot(next, 3)).toBe('999');
  });

  it('[N1] that are none are refused by name', () => {
    const part = constantFrom('417', '99999', '017', 'apple', 'RIVER', 'zoo', 'parley', '-', ' ', '\u00a0', '\u212a');
    assert(property(array(part, { maxLength: 9 }), (parts) => {
      const typed = parts.join('');
      try {
        const code = parseShortCode(typed);
        expect(parseShortCode(shownCode(code))).toEqual(code);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }));
  });
});

const draftMembers = [
  'kind', 'expect', 'passwordHex', 'ciHex', 'sidHex', 'generatorStringHex', 'generatorHex', 'scalarAHex', 'adAHex',
  'shareAHex', 'scalarBHex', 'adBHex', 'shareBHex', 'pointHex', 'sessionKeyHex',
];

describe('cpace.json', () => {
  for (const one of casesOf('cpace.json', draftMembers)) {
    it(`[${one.rule}] ${one.name}`, () => {
      const of = (name: string) => unhex(one[`${name}Hex`]);
      const scalarOf = (name: string) => ristretto255.Point.Fn.create(bytesToNumberLE(of(name)));
      if (one['kind'] === 'multiply') {
        const multiply = () => multiplyVerified(scalarOf('scalarA'), of('shareB'));
        if (one['expect'] === 'ok') return expect(hex(multiply())).toBe(one['pointHex']);
        return expect(multiply).toThrow(ParseError);
      }
      expect(one['kind']).toBe('run');
      const inputs = [of('password'), of('ci'), of('sid')] as const;
      expect(hex(generatorString(...inputs))).toBe(one['generatorStringHex']);
      const g = generator(...inputs);
      expect(hex(g.toBytes())).toBe(one['generatorHex']);
      const [a, b] = [{ share: of('shareA'), ad: of('adA') }, { share: of('shareB'), ad: of('adB') }];
      for (const [name, own, other] of [['scalarA', a, b], ['scalarB', b, a]] as const) {
        expect(hex(shareOf(scalarOf(name), g))).toBe(hex(own.share));
        const point = multiplyVerified(scalarOf(name), other.share);
        expect(hex(point)).toBe(one['pointHex']);
        expect(hex(sessionKey(of('sid'), point, a, b))).toBe(one['sessionKeyHex']);
      }
    });
  }
});

const exchangeMembers = [
  'code', 'codeId', 'codeNonceHex', 'guessNonceHex', 'joiner', 'creator', 'secretHex', 'joinerRandomHex',
  'creatorRandomHex', 'shareHex', 'answerHex', 'answerTagHex', 'tagHex', 'sealedHex',
];

/** Hands out these bytes and no others: for vectors alone. */
function handedOut(bytes: Uint8Array) {
  let at = 0;
  return (count: number) => {
    at += count;
    if (at > bytes.length) throw new Error('the vector has no more randomness');
    return Uint8Array.from(bytes.slice(at - count, at));
  };
}

/** The same run again: what both sides say. */
async function runOf(one: VectorCase) {
  const about: Binding = {
    code: parseShortCode(String(one['code'])),
    codeId: one['codeId'] as RoomId,
    codeNonce: unhex(one['codeNonceHex']),
    guessNonce: unhex(one['guessNonceHex']),
    joiner: one['joiner'] as Uid,
    creator: one['creator'] as Uid,
  };
  const room = parseRoomCode(encodeBase64url(Uint8Array.of(1, ...unhex(one['secretHex']))));
  const joiner = join(handedOut(unhex(one['joinerRandomHex'])), crypto.subtle, about);
  const creator = respond(handedOut(unhex(one['creatorRandomHex'])), crypto.subtle, about, joiner.share);
  const tag = joiner.confirm(creator.share, creator.tag);
  const sealed = await creator.give(tag, room);
  expect(await joiner.take(sealed)).toBe(room);
  return {
    shareHex: hex(joiner.share), answerHex: hex(creator.share), answerTagHex: hex(creator.tag), tagHex: hex(tag),
    sealedHex: hex(sealed),
  };
}

describe.each(['exchange-go.json', 'exchange-web.json'])('%s', (file) => {
  for (const one of casesOf(file, exchangeMembers)) {
    it(`[${one.rule}] ${one.name}`, async () => expect(one).toMatchObject(await runOf(one)));
  }
});

const ours: Binding = {
  code: { slot: '417', words: 'apple-river' },
  codeId: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA' as RoomId,
  codeNonce: new Uint8Array(16).fill(1),
  guessNonce: new Uint8Array(16).fill(2),
  joiner: 'ann' as Uid,
  creator: 'ben' as Uid,
};
const begun = (joiners = ours, creators = ours) => {
  const joiner = join(random, crypto.subtle, joiners);
  return { joiner, creator: respond(random, crypto.subtle, creators, joiner.share) };
};
const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ (1 << (at & 7)) : byte));

describe('a run', () => {
  const others: Partial<Binding>[] = [
    { code: { ...ours.code, words: 'apple-rival' } }, { code: { ...ours.code, words: 'river-apple' } },
    { code: { ...ours.code, slot: '418' } }, { codeNonce: ours.guessNonce }, { guessNonce: ours.codeNonce },
    { joiner: 'zoe' as Uid }, { creator: 'zoe' as Uid }, { joiner: ours.creator, creator: ours.joiner },
  ];
  for (const change of others) {
    it(`[N4] ends when the sides differ: ${JSON.stringify(change)}`, async () => {
      const { joiner, creator } = begun(ours, { ...ours, ...change });
      expect(() => joiner.confirm(creator.share, creator.tag)).toThrow(WrongWords);
      await expect(joiner.take(new Uint8Array(44))).rejects.toBeInstanceOf(WrongWords);
      await expect(creator.give(new Uint8Array(64), newRoomCode(random))).rejects.toBeInstanceOf(WrongWords);
    });
  }

  it('[N7] opens the secret of its own code alone', async () => {
    const { joiner, creator } = begun(ours, { ...ours, codeId: 'CCCCCCCCCCCCCCCCCCCCCCCCCCA' as RoomId });
    const sealed = await creator.give(joiner.confirm(creator.share, creator.tag), newRoomCode(random));
    await expect(joiner.take(sealed)).rejects.toBeInstanceOf(WrongWords);
  });

  it('[N6] refuses whatever byte is changed', async () => {
    for (let at = 0; at < 64; at++) {
      const { joiner, creator } = begun();
      const share = at < 32 ? flipped(creator.share, at) : creator.share;
      expect(() => joiner.confirm(share, at < 32 ? creator.tag : flipped(creator.tag, at))).toThrow();
      expect(() => joiner.confirm(creator.share, creator.tag), 'a second time').toThrow(WrongWords);
    }
    for (const at of [0, 11, 12, 27, 28, 43]) {
      const { joiner, creator } = begun();
      const tag = joiner.confirm(creator.share, creator.tag);
      const wrong = begun();
      await expect(wrong.creator.give(flipped(tag, at), newRoomCode(random))).rejects.toBeInstanceOf(WrongWords);
      const sealed = await creator.give(tag, newRoomCode(random));
      await expect(joiner.take(flipped(sealed, at))).rejects.toBeInstanceOf(WrongWords);
    }
  });

  it('[N5] gives one guess', async () => {
    const { joiner, creator } = begun();
    const tag = joiner.confirm(creator.share, creator.tag);
    expect(hex(tag)).not.toBe(hex(creator.tag));
    await expect(creator.give(creator.tag, newRoomCode(random))).rejects.toBeInstanceOf(WrongWords);
    await expect(creator.give(tag, newRoomCode(random))).rejects.toBeInstanceOf(WrongWords);
  });
});

/** Runs what exchange-go.json runs, into vectors/exchange-web.json. */
async function writeVectors(): Promise<void> {
  const lines = await Promise.all(casesOf('exchange-go.json', exchangeMembers).map(async (one) =>
    `    ${JSON.stringify({ ...one, ...(await runOf(one)) })}`));
  const file = new URL('../../../protocol/vectors/exchange-web.json', import.meta.url);
  const about = 'SPEC N4, N6, N7: whole runs, by the web app.';
  writeFileSync(file, `{\n  "about": "${about}",\n  "cases": [\n${lines.join(',\n')}\n  ]\n}\n`);
}

if (process.env['WRITE_EXCHANGE'] !== undefined) it('writes vectors', writeVectors);

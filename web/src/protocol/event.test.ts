import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBase64url, encodeBase64url } from './base64url';
import {
  bodyOf, FaultError, isStub, parentsOf, parseEvent, previousOf, restoreEvent, seenOf, signEvent, stubOf, type EventDraft,
} from './event';
import { encodeRoomSettings, parseRoomSettings } from './event-body';
import { eventKinds } from './event-header';
import { encodeAdmission, encodeRemoval, parseAdmission, parseRemoval } from './event-member';
import {
  encodeDeletion, encodeEdit, encodeReaction, encodeSaid, encodeSaidFile, parseDeletion, parseEdit, parseReaction, parseSaid, parseSaidFile,
} from './event-text';
import { newChainId, parseDigest, parseEventId, parseIdentityKey } from './ids';
import { ParseError } from './parse-error';
import { webSignatures } from './signing';
import { edSigner } from './testing/ed25519';
import { casesOf, type VectorCase } from './testing/vectors';
import { decodeUtf8, encodeUtf8 } from './utf8';

const signatures = webSignatures(crypto.subtle);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const unhex = (text: unknown) => Uint8Array.from(Buffer.from(String(text), 'hex'));
const base64url = (text: unknown) => encodeBase64url(unhex(text));
const rootOf = (one: VectorCase) => (/^0*$/u.test(String(one['rootHex'])) ? null : parseEventId(base64url(one['rootHex'])));

describe('event.json', () => {
  const read = ['idHex', 'kind', 'author', 'n', 'lamport', 'time', 'seen', 'body'];
  for (const one of casesOf('event.json', ['rootHex', 'hex', 'expect', 'field', ...read])) {
    it(`[${one.rule}] ${one.name}`, async () => {
      const parsed = parseEvent(unhex(one['hex']), rootOf(one), signatures);
      const broken = { rule: one.rule, field: one['field'] ?? '' };
      if (one['expect'] === 'error') return expect(await refusal(parsed, ParseError)).toMatchObject(broken);
      if (one['expect'] === 'fault') {
        return expect(await refusal(parsed, FaultError)).toMatchObject({ author: one['author'], because: broken });
      }
      const event = await parsed;
      const body = bodyOf(event);
      const { id, kind, author, n, lamport, time } = event;
      expect({ id, kind, author, n, lamport, time, seen: seenOf(event).length, body: body && decodeUtf8(body) }).toEqual({
        id: base64url(one['idHex']), kind: one['kind'] ?? 0, author: one['author'], n: one['n'], lamport: one['lamport'],
        time: one['time'] ?? 0, seen: one['seen'] ?? 0, body: one['body'] ?? null,
      });
      expect(hex(event.bytes)).toBe(one['hex']);
    });
  }
});

async function refusal<E>(parsed: Promise<unknown>, kind: new (...args: never[]) => E): Promise<E> {
  const error: unknown = await parsed.then(() => 'accepted', (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(kind);
  return error as E;
}

const bodies = {
  settings: [parseRoomSettings, encodeRoomSettings],
  admission: [parseAdmission, encodeAdmission],
  removal: [parseRemoval, encodeRemoval],
  text: [parseSaid, encodeSaid],
  reaction: [parseReaction, encodeReaction],
  edit: [parseEdit, encodeEdit],
  deletion: [parseDeletion, encodeDeletion],
  file: [parseSaidFile, encodeSaidFile],
} as const;

describe('event-body.json', () => {
  for (const one of casesOf('event-body.json', ['kind', 'json', 'expect', 'field', 'value', 'canonical'])) {
    it(`[${one.rule}] ${one.name}`, () => {
      const [parse, encode] = bodies[one['kind'] as keyof typeof bodies];
      const read = () => parse(encodeUtf8(String(one['json'])));
      if (one['expect'] === 'error') {
        expect(read).toThrow(expect.objectContaining({ rule: one.rule, field: one['field'] ?? '' }));
        return;
      }
      const value = read();
      const absent = { ...('reply' in value && { reply: null }), ...('name' in value && { name: '' }), ...('key' in value && { text: '' }) };
      expect(value).toEqual({ ...absent, ...(one['value'] as object) });
      const encoded = encode(value as never);
      expect(parse(encoded)).toEqual(value);
      if (one['canonical'] === true) expect(decodeUtf8(encoded)).toBe(one['json']);
    });
  }
});

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const id = bytes(32).map((one) => parseEventId(encodeBase64url(one)));
const identity = bytes(32).map((one) => parseIdentityKey(encodeBase64url(one)));
const chain = bytes(16).map((one) => newChainId(() => new Uint8Array(one)));
const count = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const wellFormed = (minLength: number, maxLength: number) => fc.string({ unit: 'binary', minLength, maxLength });

describe('parse(encode(x)) is x', () => {
  it.each([
    ['[E8] settings', bodies.settings, fc.record({
      name: wellFormed(0, 50), topic: wellFormed(0, 500), invite: fc.constantFrom('all', 'founder'), locked: fc.boolean(),
      history: fc.constantFrom('all', 'joined'), keepSeconds: fc.constantFrom(0, 60, 31_536_000),
    })],
    ['[E9] admissions', bodies.admission, fc.record({ member: identity, name: wellFormed(0, 32) })],
    ['[E10] removals', bodies.removal, fc.record({
      member: identity, epoch: count, commitment: bytes(32).map((one) => parseDigest(encodeBase64url(one))),
      last: fc.uniqueArray(fc.record({ chain, n: count }), { selector: (end) => end.chain, maxLength: 5 }),
    })],
    ['[E11] texts', bodies.text, fc.record({ text: wellFormed(1, 300), reply: fc.option(id) })],
    ['[E11] reactions', bodies.reaction, fc.record({ to: id, emoji: wellFormed(1, 8), on: fc.boolean() })],
    ['[E11] edits', bodies.edit, fc.record({ to: id, text: wellFormed(1, 300) })],
    ['[E11] deletions', bodies.deletion, fc.record({ to: id })],
  ] as const)('%s', (_, [parse, encode], arbitrary) => {
    fc.assert(fc.property(arbitrary as fc.Arbitrary<object>, (value) => {
      expect(parse(encode(value as never))).toEqual(value);
    }));
  });

  it('[E1] [E2] events', async () => {
    const signer = await edSigner(new Uint8Array(32).fill(1));
    const draft: fc.Arbitrary<EventDraft> = fc
      .record({
        kind: fc.integer({ min: 0, max: 255 }), chain, n: count, lamport: count, time: fc.nat(), first: id,
        seen: fc.uniqueArray(id, { maxLength: 8 }),
      })
      .map(({ first, ...rest }) => ({ ...rest, previous: rest.n === 1 ? null : first }));
    const body = fc.uint8Array({ minLength: 1, maxLength: 100 });
    await fc.assert(fc.asyncProperty(draft, body, id, async (said, content, root) => {
      const event = await signEvent(said, content, root, signer);
      expect(await parseEvent(event.bytes, root, signatures)).toEqual(event);
      expect(restoreEvent(event.bytes, event.id)).toEqual(event);
      expect({ ...said, seen: said.seen.toSorted(compareBase64url) }).toEqual({
        kind: event.kind, chain: event.chain, n: event.n, lamport: event.lamport, time: event.time,
        previous: previousOf(event), seen: seenOf(event),
      });
      expect(parentsOf(event)).toHaveLength(said.seen.length + (said.n === 1 ? 0 : 1));
      const stub = await parseEvent(stubOf(event).bytes, root, signatures);
      expect([stub.id, isStub(stub), bodyOf(stub), bodyOf(event)]).toEqual([event.id, true, null, content]);
    }), { numRuns: 50 });
  });
});

const draftOf = (n: number): EventDraft => ({
  kind: eventKinds.text, chain: newChainId((length) => new Uint8Array(length)), n, lamport: 5, time: 1,
  previous: n === 1 ? null : parseEventId(base64url('01'.repeat(32))),
  seen: ['03', '02'].map((one) => parseEventId(base64url(one.repeat(32)))),
});

it('[E2] a change of any byte of an event is refused, and is nobody’s fault', async () => {
  const root = parseEventId(base64url('07'.repeat(32)));
  const { bytes: whole } = await signEvent(draftOf(2), encodeUtf8('{"text":"a"}'), root, await edSigner(new Uint8Array(32)));
  await Promise.all([...whole.keys()].map(async (changed) => {
    const data = whole.map((byte, i) => (i === changed ? byte ^ 1 : byte));
    await refusal(parseEvent(data, root, signatures), ParseError);
  }));
  await refusal(parseEvent(whole, parseEventId(base64url('08'.repeat(32))), signatures), ParseError);
  await refusal(parseEvent(Uint8Array.from([...whole, ...new Uint8Array(41_000)]), root, signatures), ParseError);
});

it('[E1] what would be refused is not signed', async () => {
  const signer = await edSigner(new Uint8Array(32));
  const [root, body] = [parseEventId(base64url('07'.repeat(32))), encodeUtf8('{}')];
  await refusal(signEvent(draftOf(2), new Uint8Array(), root, signer), ParseError);
  await refusal(signEvent(draftOf(2), new Uint8Array(40_961), root, signer), ParseError);
  await refusal(signEvent({ ...draftOf(2), previous: null }, body, root, signer), ParseError);
  await refusal(signEvent(draftOf(1), body, null, signer), ParseError);
});

describe('parsers throw nothing but their own errors', () => {
  const likely = fc
    .dictionary(
      fc.constantFrom('name', 'topic', 'invite', 'locked', 'history', 'keepSeconds', 'member', 'last', 'epoch', 'commitment', 'text', 'reply', 'to', 'emoji', 'on', '__proto__'),
      fc.oneof(fc.jsonValue(), id, fc.constant([{ chain: 'AwMDAwMDAwMDAwMDAwMDAw', n: 1 }])),
    )
    .map((value) => encodeUtf8(JSON.stringify(value)));

  it.each(Object.entries(bodies))('%s', (_, [parse]) => {
    fc.assert(fc.property(fc.oneof(likely, fc.uint8Array({ maxLength: 60 })), (body) => {
      try {
        parse(body);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }));
  });

  it('parseEvent', async () => {
    const head = fc.constantFrom([1], [1, 5], [2], []);
    const data = fc.tuple(head, fc.uint8Array({ maxLength: 600, size: 'max' })).map((parts) => Uint8Array.from(parts.flatMap((one) => [...one])));
    const all = { verify: () => Promise.resolve(true) };
    await fc.assert(fc.asyncProperty(data, fc.option(id), async (one, root) => {
      const event = await parseEvent(one, root, all).catch((error: unknown) => error);
      if (event instanceof Error) expect([ParseError, FaultError]).toContain(event.constructor);
      else expect(event).toMatchObject({ bytes: one });
    }));
  });
});

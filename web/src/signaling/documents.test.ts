import * as fc from 'fast-check';
import { FirebaseError } from 'firebase/app';
import { Bytes, Timestamp } from 'firebase/firestore';
import { describe, expect, it } from 'vitest';
import { Failure } from '../protocol/failures';
import { ParseError } from '../protocol/parse-error';
import { parseBatchDocument, parseLink, parseMember, parseMeshRoom } from './documents';
import { Refused, signInFailure, storeFailure } from './failures';

const bytes = (length: number) => Bytes.fromUint8Array(new Uint8Array(length));
const expireAt = Timestamp.fromMillis(1000);
const link = {
  caller: 'a',
  callee: 'b',
  callerKey: bytes(32),
  calleeKey: bytes(32),
  state: 'paired',
  createdAt: expireAt,
  expireAt,
};

describe('documents', () => {
  it('[D1] reads a link, with and without its descriptions, and ignores what it does not know', () => {
    expect(parseLink({ ...link, kind: 'pair' })).toMatchObject({ caller: 'a', offer: null, answer: null, expireAt: 1000 });
    expect(parseLink({ ...link, offer: bytes(3), answer: bytes(4) }).offer).toEqual(new Uint8Array(3));
    expect(parseLink({ ...link, state: 'closed', reason: 'full' })).toMatchObject({ state: 'closed', reason: 'full' });
    expect(parseLink({ ...link, state: 'closed', reason: 'bored' }).reason).toBeNull();
  });

  it.each([
    ['null', null],
    ['caller missing', { ...link, caller: undefined }],
    ['caller is callee', { ...link, callee: 'a' }],
    ['key too short', { ...link, callerKey: bytes(31) }],
    ['key no bytes', { ...link, calleeKey: 'x'.repeat(43) }],
    ['state unknown', { ...link, state: 'waiting' }],
    ['offer no bytes', { ...link, offer: 'v=0' }],
    ['offer too large', { ...link, offer: bytes(16_385) }],
    ['no time', { ...link, expireAt: 1000 }],
  ])('[D1] refuses a link: %s', (_, data) => {
    expect(() => parseLink(data)).toThrow(ParseError);
  });

  it('[D3] [D4] reads rooms and members; a pair room is no mesh room', () => {
    const room = { kind: 'mesh', state: 'waiting', owner: 'a', createdAt: expireAt, expireAt };
    expect(parseMeshRoom(room)).toEqual({ state: 'waiting', owner: 'a', expireAt: 1000 });
    expect(() => parseMeshRoom({ ...room, kind: 'pair' })).toThrow(ParseError);
    const member = { key: bytes(32), joinedAt: new Timestamp(1, 5000), expireAt };
    const later = { ...member, joinedAt: new Timestamp(1, 6000) };
    expect(parseMember('a', member).joinedAt < parseMember('a', later).joinedAt).toBe(true);
    expect(() => parseMember('a', { ...member, joinedAt: null })).toThrow(ParseError);
  });

  it('[D8] reads batches by their number', () => {
    expect(parseBatchDocument('31', { batch: bytes(2), expireAt })).toEqual({ number: 31, batch: new Uint8Array(2) });
    for (const id of ['', '32', '01', '-1', '1.0', 'x']) {
      expect(() => parseBatchDocument(id, { batch: bytes(2) })).toThrow(ParseError);
    }
    expect(() => parseBatchDocument('0', { batch: bytes(4097) })).toThrow(ParseError);
  });

  it('throw nothing but ParseError, whatever is stored', () => {
    const value = fc.oneof(fc.anything(), fc.constantFrom<unknown>(expireAt, bytes(32), 'a', 'mesh', 'paired'));
    const names = [...Object.keys(link), 'offer', 'kind', 'owner', 'key', 'joinedAt', 'batch'];
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...names), value)), fc.string(), (data, id) => {
        for (const parse of [parseLink, parseMeshRoom, () => parseMember(id, data), () => parseBatchDocument(id, data)]) {
          try {
            parse(data);
          } catch (error) {
            expect(error).toBeInstanceOf(ParseError);
          }
        }
      }),
    );
  });
});

describe('failures have names', () => {
  it.each([
    ['unavailable', 'store_unavailable'],
    ['deadline-exceeded', 'store_unavailable'],
    ['resource-exhausted', 'store_unavailable'],
    ['unauthenticated', 'sign_in_failed'],
    ['invalid-argument', 'internal'],
  ])('Firestore’s %s is %s', (code, name) => {
    expect(storeFailure(new FirebaseError(code, 'message')).failure).toBe(name);
  });

  it('what the rules refuse is told apart', () => {
    expect(storeFailure(new FirebaseError('permission-denied', ''))).toBeInstanceOf(Refused);
    expect(storeFailure(new FirebaseError('not-found', ''))).toBeInstanceOf(Refused);
    expect(storeFailure(new Error('a bug')).failure).toBe('internal');
  });

  it('a failure stays what it is', () => {
    const failure = new Failure('offline');
    expect(storeFailure(failure)).toBe(failure);
    expect(signInFailure(failure)).toBe(failure);
    expect(signInFailure(new FirebaseError('auth/network-request-failed', '')).failure).toBe('sign_in_failed');
  });
});

import { Bytes, Timestamp } from 'firebase/firestore';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../protocol/parse-error';
import { parseCodeDocument, parseGuess } from './code-documents';

const bytes = (length: number) => Bytes.fromUint8Array(new Uint8Array(length));
const expireAt = Timestamp.fromMillis(1000);
const code = { creator: 'ben', codeId: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA', nonce: bytes(16), createdAt: expireAt, expireAt };
const guess = { joiner: 'ann', creator: 'ben', nonce: bytes(16), share: bytes(32), createdAt: expireAt, expireAt };
const whole = { ...guess, answer: bytes(32), answerTag: bytes(64), tag: bytes(64), secret: bytes(44) };

describe('documents of short codes', () => {
  it('[N2] reads a code, and ignores what it does not know', () => {
    const { creator, codeId } = code;
    expect(parseCodeDocument({ ...code, more: 1 })).toEqual({ creator, codeId, nonce: new Uint8Array(16), expireAt: 1000 });
  });

  it.each([
    ['null', null],
    ['no creator', { ...code, creator: '' }],
    ['codeId of another length', { ...code, codeId: 'A' }],
    ['nonce too long', { ...code, nonce: bytes(17) }],
    ['nonce as text', { ...code, nonce: 'x'.repeat(16) }],
    ['no time', { ...code, expireAt: 1000 }],
  ])('[N2] refuses a code: %s', (_, data) => {
    expect(() => parseCodeDocument(data)).toThrow(ParseError);
  });

  it('[N3] reads a guess, as it is made and when all is there', () => {
    expect(parseGuess(guess)).toMatchObject({ joiner: 'ann', answer: null, tag: null, secret: null, expireAt: 1000 });
    const { answer, secret } = parseGuess(whole);
    expect([answer?.share.length, answer?.tag.length, secret?.length]).toEqual([32, 64, 44]);
  });

  it.each([
    ['no joiner', { ...whole, joiner: 1 }],
    ['no creator', { ...whole, creator: undefined }],
    ['share too short', { ...whole, share: bytes(31) }],
    ['answer too long', { ...whole, answer: bytes(33) }],
    ['answer without its tag', { ...guess, answer: bytes(32) }],
    ['tag of the answer alone', { ...guess, answerTag: bytes(64) }],
    ['tag too short', { ...whole, tag: bytes(63) }],
    ['secret as text', { ...whole, secret: 'secret' }],
    ['no time', { ...whole, expireAt: null }],
  ])('[N3] refuses a guess: %s', (_, data) => {
    expect(() => parseGuess(data)).toThrow(ParseError);
  });
});

import { describe, expect, it } from 'vitest';
import { encodeBase64url } from '../protocol/base64url';
import { parseIdentityKey, parseSignature } from '../protocol/ids';
import { maxBufferedBytes } from '../protocol/limits';
import { encodeFrame } from '../protocol/message';
import { Gate } from './gate';
import type { Proved, Proving } from './proving';

const somebody: Proved = { identity: parseIdentityKey(encodeBase64url(new Uint8Array(32))), signs: [], number: '' };
const signature = parseSignature(encodeBase64url(new Uint8Array(64)));
const proof = encodeFrame({ t: 'proof', revealed: null, signature });
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A promise that the test settles. */
function promised<T>() {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((resolved, rejected) => ([resolve, reject] = [resolved, rejected]));
  return { promise, resolve: (value: T) => resolve(value), reject: (error: Error) => reject(error) };
}

/** A gate whose proofs and checks end when the test says so: what is proved is proving.test.ts's. */
function gate() {
  const told: string[] = [];
  const sent: string[] = [];
  const ours = promised<string>();
  const theirs = promised<Proved | null>();
  const proving = { frame: () => ours.promise, check: () => theirs.promise } as unknown as Proving;
  const one: Gate = new Gate(proving, {
    proved: () => {
      told.push('proved');
      one.pass();
    },
    frame: (frame) => told.push(String(frame)),
    over: (how) => told.push(how),
  });
  const channel = { readyState: 'open' as RTCDataChannelState, send: (frame: string) => sent.push(frame) };
  const opened = () => void one.opened(channel as unknown as RTCDataChannel);
  return { one, told, sent, ours, theirs, channel, opened };
}

describe('Gate', () => {
  it('[C1] [H5] lets through what came behind the proof when both are proved, in order', async () => {
    const { one, told, sent, ours, theirs, opened } = gate();
    // As it may be: theirs comes before our side was told that the channel is open.
    for (const frame of [proof, 'a', 'b']) one.take(frame);
    theirs.resolve(somebody);
    await settled();
    expect(one.proved).toBeNull();
    one.take('c');
    opened();
    ours.resolve('ours');
    await settled();
    expect(sent).toEqual(['ours']);
    expect(told).toEqual(['proved', 'a', 'b', 'c']);
    expect(one.proved).toBe(somebody);
    one.take('d');
    expect(told.at(-1)).toBe('d');
  });

  it('[C1] tells nothing while theirs is checked', async () => {
    const { one, told, ours, theirs, opened } = gate();
    opened();
    ours.resolve('ours');
    for (const frame of [proof, 'a']) one.take(frame);
    await settled();
    expect(told).toEqual([]);
    theirs.resolve(somebody);
    await settled();
    expect(told).toEqual(['proved', 'a']);
  });

  it.each([
    ['text', encodeFrame({ t: 'chat', text: 'hello', n: null })],
    ['bye', encodeFrame({ t: 'bye' })],
    ['something unknown', '{"t":"typing"}'],
    ['no JSON', 'proof'],
    ['bytes', new ArrayBuffer(8)],
  ])('[H6] what comes first is a proof: not %s', async (_, frame) => {
    const { one, told, theirs } = gate();
    theirs.resolve(somebody);
    one.take(frame);
    one.take(proof);
    await settled();
    expect(told).toEqual(['tampered']);
    one.take('a');
    expect(told).toEqual(['tampered']);
  });

  it('[H6] one that does not hold ends it, and nothing behind it is told', async () => {
    const { one, told, ours, theirs, opened } = gate();
    opened();
    ours.resolve('ours');
    for (const frame of [proof, 'a', proof]) one.take(frame);
    theirs.resolve(null);
    await settled();
    expect(told).toEqual(['tampered']);
  });

  it('says what they said before they left at once, and then that they left', async () => {
    const { one, told, ours, theirs, opened } = gate();
    opened();
    ours.resolve('ours');
    for (const frame of [proof, 'a']) one.take(frame);
    one.afterCheck(() => told.push('left'));
    theirs.resolve(somebody);
    await settled();
    expect(told).toEqual(['proved', 'a', 'left']);
    one.afterCheck(() => told.push('at once'));
    expect(told.at(-1)).toBe('at once');
  });

  it('keeps no more than it must', () => {
    const { one, told } = gate();
    one.take(proof);
    for (let i = 0; i < 80; i++) one.take('x'.repeat(maxBufferedBytes / 16));
    expect(told).toEqual(['tampered']);
  });

  it('ends when there is nothing to sign with, and sends nothing when it is closed', async () => {
    const failing = gate();
    failing.opened();
    failing.ours.reject(new Error('no key'));
    await settled();
    expect(failing.told).toEqual(['failed']);
    const closed = gate();
    closed.opened();
    closed.one.close();
    closed.ours.resolve('ours');
    await settled();
    expect([closed.sent, closed.told]).toEqual([[], []]);
  });
});

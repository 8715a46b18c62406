import { describe, expect, it } from 'vitest';
import type { Hello } from '../protocol/hello';
import { newStreamId } from '../protocol/ids';
import type { Said } from '../peer/connection';
import type { PeerPort } from './ports';
import { Clock } from './testing/clock';
import { Texts } from './texts';

/** A channel that takes all it is given, or as the test says. */
class Line {
  readonly said: Said[] = [];
  takes: ReturnType<PeerPort['send']> = 'sent';

  readonly peer = {
    send: (one: Said) => {
      if (this.takes !== 'full') this.said.push(one);
      return this.takes;
    },
  } as PeerPort;

  /** The texts that went out, with their numbers. */
  get texts(): string[] {
    return this.said.flatMap((one) => (one.t === 'chat' ? [`${one.n} ${one.text}`] : []));
  }

  get acks(): number[] {
    return this.said.flatMap((one) => (one.t === 'ack' ? [one.n] : []));
  }
}

const streamOf = (name: number) => newStreamId((length) => new Uint8Array(length).fill(name));
const hello = (from = 1, heard: Hello['heard'] = null): Hello => ({ t: 'hello', stream: streamOf(2), from, heard, reunion: null, restart: true });
const chat = (n: number | null, text: string): Said => ({ t: 'chat', n, text });

/** One side that has just begun, over a first connection. */
function begun() {
  const clock = new Clock();
  const [heard, arrived]: [string[], string[]] = [[], []];
  const texts = new Texts({
    timers: clock,
    stream: streamOf(1),
    heard: (text) => heard.push(text),
    begun: () => undefined,
    arrived: (ids) => arrived.push(...ids),
  });
  const attach = () => {
    const line = new Line();
    texts.attach(line.peer);
    return line;
  };
  const line = attach();
  texts.greet(null);
  return { clock, texts, heard, arrived, line, attach };
}

describe('ours', () => {
  it('[M1] a hello goes first, and texts need not wait for theirs', () => {
    const { texts, line } = begun();
    expect(texts.say('a', 'one')).toBe('sending');
    expect(line.said).toEqual([
      { t: 'hello', stream: streamOf(1), from: 1, heard: null, reunion: null, restart: true },
      { t: 'chat', n: 1, text: 'one' },
    ]);
  });

  it('[M3] have arrived when they say so', () => {
    const { texts, arrived } = begun();
    texts.take(hello());
    for (const id of ['a', 'b', 'c']) texts.say(id, id);
    texts.take({ t: 'ack', n: 2 });
    expect([arrived, texts.kept]).toEqual([['a', 'b'], ['c']]);
    texts.take({ t: 'ack', n: 7 });
    expect(texts.kept).toEqual(['c']);
  });

  it('[M4] what they have not heard is sent again over the next connection, before what is new', () => {
    const { texts, line, attach, arrived } = begun();
    texts.take(hello());
    for (const id of ['a', 'b']) texts.say(id, id);
    expect(line.texts).toEqual(['1 a', '2 b']);
    texts.detach();
    expect(texts.say('c', 'c')).toBe('sending');
    const next = attach();
    texts.greet(null);
    texts.say('d', 'd');
    expect(next.texts).toEqual([]);
    texts.take(hello(1, { stream: streamOf(1), n: 1 }));
    texts.take(hello(1, { stream: streamOf(1), n: 3 }));
    expect(next.texts).toEqual(['2 b', '3 c', '4 d']);
    expect(arrived).toEqual(['a']);
  });

  it('[M5] to somebody of before they have arrived when the channel has them', async () => {
    const { clock, texts, line, arrived, attach } = begun();
    texts.say('a', 'a');
    await clock.advance(4999);
    expect(arrived).toEqual([]);
    await clock.advance(1);
    expect(arrived).toEqual(['a']);
    expect(texts.say('b', 'b')).toBe('sent');
    line.takes = 'waiting';
    expect(texts.say('c', 'c')).toBe('sending');
    texts.sent([3]);
    expect(arrived).toEqual(['a', 'b', 'c']);
    texts.say('d', 'd');
    texts.detach();
    const next = attach();
    texts.greet(null);
    texts.take(chat(null, 'hi'));
    expect(next.texts).toEqual(['4 d']);
  });

  it('nothing is said before the greeting', () => {
    const { texts, attach, heard } = begun();
    texts.detach();
    const next = attach();
    texts.take(hello());
    texts.take(chat(1, 'hi'));
    expect(next.said).toEqual([]);
    texts.greet(null);
    expect(next.said).toEqual([
      { t: 'hello', stream: streamOf(1), from: 1, heard: { stream: streamOf(2), n: 1 }, reunion: null, restart: true },
    ]);
    expect(heard).toEqual(['hi']);
    texts.detach();
  });
});

describe('theirs', () => {
  it('[M2] are taken once and in order, over one connection after another', () => {
    const { texts, heard, attach } = begun();
    texts.take(hello());
    for (const n of [1, 2, 2, 4, 3]) texts.take(chat(n, String(n)));
    texts.detach();
    attach();
    texts.greet(null);
    texts.take(hello(3));
    for (const n of [3, 4]) texts.take(chat(n, String(n)));
    expect(heard).toEqual(['1', '2', '3', '4']);
    texts.detach();
  });

  it('[M3] are acknowledged within 100 ms, all with one word', async () => {
    const { clock, texts, line } = begun();
    texts.take(hello());
    texts.take(chat(1, 'a'));
    await clock.advance(60);
    texts.take(chat(2, 'b'));
    expect(line.acks).toEqual([]);
    await clock.advance(40);
    expect(line.acks).toEqual([2]);
    texts.take(chat(2, 'b'));
    await clock.advance(100);
    expect(line.acks).toEqual([2, 2]);
    expect(clock.pending).toBe(0);
  });

  it('[M3] when the line is full, as soon as it is not; and before the end', async () => {
    const { clock, texts, line } = begun();
    texts.take(hello());
    texts.take(chat(1, 'a'));
    line.takes = 'full';
    await clock.advance(1000);
    line.takes = 'sent';
    await clock.advance(100);
    expect(line.acks).toEqual([1]);
    texts.take(chat(2, 'b'));
    texts.detach();
    expect(line.acks).toEqual([1, 2]);
    expect(clock.pending).toBe(0);
  });

  it('[M5] of somebody of before are taken as they come, and not acknowledged', async () => {
    const { clock, texts, line, heard } = begun();
    for (const n of [null, null, 1, 1]) texts.take(chat(n, 'a'));
    await clock.advance(1000);
    expect(heard).toEqual(['a', 'a', 'a', 'a']);
    expect(line.acks).toEqual([]);
  });
});

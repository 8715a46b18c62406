import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Heard } from './hello';
import { newStreamId, parseStreamId } from './ids';
import { HeardStream, Outbox, type NumberedText } from './stream';
import { casesOf } from './testing/vectors';

/** One step of stream.json; its «about» says what the members mean. */
type Step = {
  readonly do: 'put' | 'ack' | 'resume' | 'hello' | 'take';
  readonly text?: string;
  readonly repeat?: number;
  readonly times?: number;
  readonly ok?: boolean;
  readonly n?: number;
  readonly heard?: Heard;
  readonly stream?: string;
  readonly helloFrom?: number;
  readonly from?: number;
  readonly kept?: number;
  readonly acked?: number;
  readonly last?: number;
};

describe('stream.json', () => {
  for (const one of casesOf('stream.json', ['steps'])) {
    it(`[${one.rule}] ${one.name}`, () => {
      const out = new Outbox(parseStreamId('AQEBAQEBAQEBAQEBAQEBAQ'));
      const heard = new HeardStream();
      for (const [i, step] of (one['steps'] as Step[]).entries()) check(step, i, out, heard);
    });
  }
});

function check(step: Step, i: number, out: Outbox, heard: HeardStream): void {
  const { text, repeat = 1, times = 1, n = 0, from, kept, acked, last, ok, stream, helloFrom = 0, ...rest } = step;
  expect(Object.keys(rest).filter((name) => name !== 'do' && name !== 'heard'), `step ${i}`).toEqual([]);
  let did: { ok?: boolean | undefined; acked?: number } = {};
  if (step.do === 'put') {
    const said = (text ?? 'a').repeat(repeat);
    for (let time = 0; time < times; time++) did = { ok: out.put(said) !== null };
  } else if (step.do === 'ack') did = { acked: out.ack(n).length };
  else if (step.do === 'resume') did = { acked: out.resume(step.heard ?? null).length };
  else if (step.do === 'hello') heard.hello({ stream: parseStreamId(stream), from: helloFrom });
  else if (step.do === 'take') did = { ok: heard.take(n) };
  else throw new Error(`the test does not know step «${String(step.do)}»`);
  expect({ ok: did.ok, acked: did.acked ?? 0, last: heard.last }, `step ${i}`).toEqual({
    ok, acked: acked ?? 0, last: last ?? 0,
  });
  if (from !== undefined) expect({ from: out.from, kept: out.kept.length }, `step ${i}`).toEqual({ from, kept });
}

/** One side of a conversation as a page has it, without a network. */
class Voice {
  readonly out: Outbox;
  readonly heard = new HeardStream();
  readonly said: string[] = [];
  readonly shown: string[] = [];
  /** On their way to the other. */
  texts: NumberedText[] = [];
  acks: number[] = [];

  constructor(name: number) {
    this.out = new Outbox(newStreamId((length) => new Uint8Array(length).fill(name)));
  }

  say(): void {
    const text = `${this.out.stream} ${this.said.length}`;
    const sent = this.out.put(text);
    if (sent === null) return;
    this.said.push(text);
    this.texts.push(sent);
  }

  hear(other: Voice, most: number): void {
    for (const { n, text } of other.texts.splice(0, most)) {
      if (this.heard.take(n)) this.shown.push(text);
      this.acks.push(this.heard.last);
    }
    for (const n of other.acks.splice(0, most)) this.out.ack(n);
  }
}

/** Loses all that is under way, and begins a connection. */
function reconnect(a: Voice, b: Voice): void {
  const hellos = [a, b].map(({ out, heard }) => ({ stream: out.stream, from: out.from, heard: heard.heard }));
  for (const [i, side] of [a, b].entries()) {
    const theirs = hellos[1 - i];
    if (theirs === undefined) continue;
    side.heard.hello(theirs);
    side.out.resume(theirs.heard);
    [side.texts, side.acks] = [[...side.out.kept], []];
  }
}

it('[M2] [M3] [M4] whatever is lost with connections, each text is shown once and in order, and then acknowledged', () => {
  const event = fc.oneof(
    fc.record({ do: fc.constantFrom('say' as const, 'hear' as const), by: fc.boolean(), most: fc.nat(4) }),
    fc.constant({ do: 'reconnect' as const, by: true, most: 0 }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120 }), (events) => {
      const [a, b] = [new Voice(1), new Voice(2)];
      reconnect(a, b);
      for (const { do: what, by, most } of events) {
        const [me, other] = by ? [a, b] : [b, a];
        if (what === 'say') me.say();
        else if (what === 'hear') me.hear(other, most);
        else reconnect(a, b);
      }
      reconnect(a, b);
      for (const [me, other] of [[a, b], [b, a], [a, b]] as const) me.hear(other, Infinity);
      expect([a.shown, b.shown]).toEqual([b.said, a.said]);
      expect([...a.out.kept, ...b.out.kept]).toEqual([]);
    }),
  );
});

it('[M5] whose page was loaded again is told what was not acknowledged, and no more', () => {
  const [a, before, after] = [new Voice(1), new Voice(2), new Voice(3)];
  reconnect(a, before);
  for (let i = 0; i < 5; i++) a.say();
  before.hear(a, 3);
  before.acks.pop();
  a.hear(before, 3);
  reconnect(a, after);
  after.hear(a, Infinity);
  expect(after.shown).toEqual(a.said.slice(2));
  after.say();
  a.hear(after, 1);
  expect(a.shown).toEqual(after.said);
});

import { describe, expect, it } from 'vitest';
import { maxBufferedBytes } from '../protocol/limits';
import { encodeBatch, type Batch, type Candidate } from '../protocol/payload';
import { CandidateBatches, firstWindowMs } from './candidate-batches';
import { lineOf, unknownLine } from './path';
import { SendQueue } from './send-queue';

/** A channel that keeps what it is given until the test lets it go. */
class Line {
  bufferedAmount = 0;
  readonly frames: string[] = [];

  send(frame: string): void {
    this.frames.push(frame);
    this.bufferedAmount += Buffer.byteLength(frame);
  }
}

describe('SendQueue', () => {
  it('[C6] keeps at most 1 MiB in the channel, and the order', () => {
    const line = new Line();
    const queue = new SendQueue(line);
    const frame = 'é'.repeat(10_000);
    const outcomes = Array.from({ length: 60 }, (_, i) => queue.push(i, frame));
    expect(outcomes.filter((one) => one === 'sent')).toHaveLength(52);
    expect(line.bufferedAmount).toBeLessThanOrEqual(maxBufferedBytes);
    expect(queue.push(60, 'x')).toBe('waiting');
    line.bufferedAmount = 0;
    expect(queue.drain()).toEqual([52, 53, 54, 55, 56, 57, 58, 59, 60]);
    expect(line.frames.at(-1)).toBe('x');
  });

  it('[C6] holds 1 000 messages beyond that, then says that it is full', () => {
    const line = new Line();
    line.bufferedAmount = maxBufferedBytes;
    const queue = new SendQueue(line);
    for (let i = 0; i < 1000; i++) expect(queue.push(i, 'x')).toBe('waiting');
    expect(queue.push(1000, 'x')).toBe('full');
  });

  it('takes what need not be said only when it can be said now, and overtakes nothing', () => {
    const line = new Line();
    const queue = new SendQueue(line);
    expect(queue.offer('now')).toBe(true);
    line.bufferedAmount = maxBufferedBytes;
    queue.push(1, 'x');
    line.bufferedAmount = 0;
    expect(queue.offer('not yet')).toBe(false);
    expect(queue.drain()).toEqual([1]);
    expect(queue.offer('now')).toBe(true);
    expect(line.frames).toEqual(['now', 'x', 'now']);
  });
});

/** Timers that the test fires. */
class Fires {
  entries: { readonly ms: number; readonly run: () => void }[] = [];

  after(ms: number, run: () => void): () => void {
    const entry = { ms, run };
    this.entries.push(entry);
    return () => {
      this.entries = this.entries.filter((one) => one !== entry);
    };
  }

  fire(): number {
    const [entry] = this.entries.splice(0, 1);
    entry?.run();
    return entry?.ms ?? 0;
  }
}

const candidate = (text: string): Candidate => ({
  candidate: text,
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: 'u',
});

function collector() {
  const timers = new Fires();
  const written: [number, Batch][] = [];
  const batches = new CandidateBatches(timers, (number, batch) => written.push([number, batch]));
  const texts = () => written.map(([number, batch]) => [number, batch.candidates.map((one) => one.candidate), batch.end]);
  return { timers, batches, written, texts };
}

describe('CandidateBatches', () => {
  it('[D8] what the description holds needs no batch; later ones share one', () => {
    const { timers, batches, texts } = collector();
    batches.add(candidate('early'));
    expect(batches.describe('v=0 a=early')).toBe(false);
    batches.add(candidate('late 1'));
    batches.add(candidate('late 2'));
    expect(texts()).toEqual([]);
    expect(timers.fire()).toBe(firstWindowMs);
    expect(texts()).toEqual([[0, ['late 1', 'late 2'], false]]);
    batches.add(candidate('later'));
    expect(timers.fire()).toBe(2 * firstWindowMs);
    expect(texts()).toHaveLength(2);
  });

  it('[D8] knows a candidate in the description as Chromium writes it there, without the ufrag of the event', () => {
    const { batches, texts } = collector();
    const found = 'candidate:4246311701 1 udp 2113937151 e543e763.local 43409 typ host';
    batches.add(candidate(`${found} generation 0 ufrag OuOL network-cost 999`));
    batches.complete();
    expect(batches.describe(`v=0\r\na=${found} generation 0 network-cost 999\r\n`)).toBe(true);
    expect(texts()).toEqual([]);
  });

  it('[D8] one that the description has missed is written at once', () => {
    const { batches, texts } = collector();
    batches.add(candidate('missed'));
    expect(batches.describe('v=0')).toBe(false);
    expect(texts()).toEqual([[0, ['missed'], false]]);
  });

  it('[P2] says that it is complete, in the description if nothing follows, in the last batch otherwise', () => {
    const early = collector();
    early.batches.add(candidate('a'));
    early.batches.complete();
    expect(early.batches.describe('a=a')).toBe(true);
    expect(early.texts()).toEqual([]);
    const late = collector();
    late.batches.describe('v=0');
    late.batches.add(candidate('b'));
    late.batches.complete();
    expect(late.texts()).toEqual([[0, ['b'], true]]);
    expect(late.timers.entries).toEqual([]);
  });

  it('writes no batch only to say that nothing follows', () => {
    const { batches, texts } = collector();
    batches.describe('v=0');
    batches.complete();
    expect(texts()).toEqual([]);
  });

  it('[P3] splits what is too much for one document, and drops what no document may hold', () => {
    const { batches, written } = collector();
    batches.describe('v=0');
    for (let i = 0; i < 45; i++) batches.add(candidate(`${i} ${'x'.repeat(i % 2 === 0 ? 10 : 480)}`));
    batches.add(candidate('x'.repeat(513)));
    batches.complete();
    expect(written.flatMap(([, batch]) => batch.candidates)).toHaveLength(45);
    for (const [, batch] of written) expect(() => encodeBatch(batch)).not.toThrow();
    expect(written.map(([number]) => number)).toEqual(written.map((_, i) => i));
    expect(written.map(([, batch]) => batch.end).lastIndexOf(false)).toBe(written.length - 2);
  });

  it('[D8] writes at most 32', () => {
    const { batches, written, timers } = collector();
    batches.describe('v=0');
    for (let i = 0; i < 40; i++) {
      batches.add(candidate(String(i)));
      timers.fire();
    }
    expect(written).toHaveLength(32);
  });

  it('writes nothing once closed', () => {
    const { batches, written, timers } = collector();
    batches.describe('v=0');
    batches.add(candidate('a'));
    batches.close();
    batches.add(candidate('b'));
    while (timers.entries.length > 0) timers.fire();
    expect(written).toEqual([]);
  });
});

type Candidates = { readonly local: object; readonly remote: object; readonly pair?: object };

/** A report with one selected pair, marked as Chromium or as Firefox marks it. */
const report = ({ local, remote, pair = {} }: Candidates, how: 'transport' | 'selected' = 'transport') => [
  ...(how === 'transport' ? [{ id: 't', type: 'transport', selectedCandidatePairId: 'p' }] : []),
  { id: 'q', type: 'candidate-pair', localCandidateId: 'x', remoteCandidateId: 'y' },
  { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', selected: how === 'selected', ...pair },
  { id: 'l', type: 'local-candidate', ...local },
  { id: 'r', type: 'remote-candidate', ...remote },
];

describe('lineOf', () => {
  it.each([
    ['host', 'host', 'direct', false, 'udp'],
    ['srflx', 'prflx', 'direct', false, 'udp'],
    ['relay', 'host', 'relayed', true, 'tls'],
    ['relay', 'relay', 'relayed', true, 'tls'],
    ['host', 'relay', 'relayed', false, null],
  ])('%s to %s is %s', (local, remote, path, ownRelay, carrier) => {
    const both = {
      local: { candidateType: local, protocol: 'udp', ...(ownRelay ? { relayProtocol: 'tls' } : {}) },
      remote: { candidateType: remote, protocol: 'udp' },
      pair: { currentRoundTripTime: 0.025 },
    };
    const line = { path, ownRelay, carrier, roundTripMs: 25 };
    expect(lineOf(report(both))).toEqual(line);
    expect(lineOf(report(both, 'selected'))).toEqual(line);
  });

  it('leaves out what the browser does not say, or says in a way of its own', () => {
    const both = { local: { candidateType: 'relay', relayProtocol: 'smoke' }, remote: { candidateType: 'host' } };
    const line = { path: 'relayed', ownRelay: true, carrier: null, roundTripMs: null };
    expect(lineOf(report(both))).toEqual(line);
    expect(lineOf(report({ ...both, pair: { currentRoundTripTime: '1' } }))).toEqual(line);
  });

  it('is unknown while the browser does not say', () => {
    expect(lineOf([])).toEqual(unknownLine);
    expect(lineOf([null, 7, { id: 't', type: 'transport', selectedCandidatePairId: 'gone' }])).toEqual(unknownLine);
  });
});

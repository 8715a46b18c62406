/** Plays what Go recorded of some exchanges, and wants the same of this one (vectors/blocks-trace.json). */
import { describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url';
import { encodeBlockFrame, parseBlockFrame } from '../protocol/block-frame';
import type { BlockId } from '../protocol/ids';
import { casesOf } from '../protocol/testing/vectors';
import type { Action, Peer } from './action';
import { createExchange, type Exchange } from './exchange';
import type { Progress, Rate } from './progress';

/** An input or an action; members that are absent are zero, false or empty. */
type Note = {
  do: string;
  peer?: string;
  room?: number;
  frame?: string;
  set?: string;
  index?: number;
  id?: string;
  ids?: string[];
  bytes?: string;
  task?: number;
  ok?: boolean;
  first?: number;
  count?: number;
  why?: string;
};

type Trace = {
  rule: string;
  name: string;
  piece: number;
  peers: Peer[];
  sets: BlockId[];
  steps: { after?: number; in?: Note; out?: Note[]; next: number }[];
  ends: Omit<Progress, 'complete'>[];
  rates: Rate[];
};

const begun = 1_767_225_600_000;

describe('blocks-trace.json', () => {
  for (const one of casesOf('blocks-trace.json', ['piece', 'peers', 'sets', 'steps', 'ends', 'rates'])) {
    it(`[${one.rule}] ${one.name}`, () => play(one as unknown as Trace));
  }
});

function play(trace: Trace): void {
  let now = begun;
  const exchange = createExchange({ self: named(trace.peers, 'p0'), now, piece: trace.piece });
  trace.steps.forEach((step, i) => {
    now += step.after ?? 0;
    const actions = [...exchange.tick(now), ...(step.in === undefined ? [] : give(exchange, trace, step.in))];
    expect(actions.map((action) => noteOf(trace, action)), `step ${i}`).toEqual(step.out ?? []);
    const next = exchange.next();
    expect(next === Infinity ? -1 : next - now, `after step ${i} the next tick is wanted after`).toBe(step.next);
  });
  const nameOf = (peer: Peer) => `p${trace.peers.indexOf(peer)}` as Peer;
  const ends = trace.sets.map((set) => {
    const { complete, neighbours, ...rest } = exchange.progress(set);
    expect(complete).toBe(rest.whole && rest.have === rest.total);
    return { ...rest, neighbours: neighbours.map((one) => ({ ...one, peer: nameOf(one.peer) })) };
  });
  expect(ends).toEqual(trace.ends);
  expect(exchange.rates().map((one) => ({ ...one, peer: nameOf(one.peer) }))).toEqual(trace.rates);
}

function named<Id extends string>(ids: readonly Id[], name: string | undefined): Id {
  const id = ids[Number(name?.slice(1))];
  if (id === undefined) throw new Error(`the trace does not say who «${name}» is`);
  return id;
}

function give(exchange: Exchange, trace: Trace, note: Note): readonly Action[] {
  const { do: what, room = 0, frame = '', ids = [], bytes, task = 0, ok = false, first = 0, count = 0 } = note;
  const digests = () => new Uint8Array(ids.flatMap((id) => [...decodeBase64url(id)]));
  const peer = () => named(trace.peers, note.peer);
  const set = () => named(trace.sets, note.set);
  switch (what) {
    case 'linked':
    case 'drained':
      return exchange[what](peer(), room);
    case 'unlinked':
      return exchange.unlinked(peer());
    case 'received':
      return exchange.received(peer(), parseBlockFrame(decodeBase64url(frame)));
    case 'extend':
      return exchange.extend(set(), digests(), ok).actions;
    case 'have':
      return exchange.have(set(), decodeBase64url(bytes ?? ''));
    case 'serve':
      return exchange.serve(set(), digests());
    case 'want':
    case 'pause':
    case 'decline':
    case 'drop':
      return exchange[what](set());
    case 'priority':
      return exchange.priority(set(), first, count);
    case 'read':
      return exchange.read(task, bytes === undefined ? null : decodeBase64url(bytes));
    case 'checked':
    case 'kept':
      return exchange[what](task, ok);
    default:
      throw new Error(`the test does not know «${what}»`);
  }
}

/** The action as Go notes it, without what is zero. */
function noteOf(trace: Trace, action: Action): object {
  const note = {
    ...action,
    peer: 'peer' in action ? `p${trace.peers.indexOf(action.peer)}` : '',
    set: 'set' in action && action.set !== null ? `s${trace.sets.indexOf(action.set)}` : '',
    frame: 'frame' in action ? encodeBase64url(encodeBlockFrame(action.frame)) : '',
    bytes: 'bytes' in action ? encodeBase64url(action.bytes) : '',
  };
  return Object.fromEntries(Object.entries(note).filter(([, value]) => value !== '' && value !== 0));
}

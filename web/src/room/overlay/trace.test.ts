/** Plays what Go recorded of some nodes, and wants the same of this one (vectors/overlay-trace.json). */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../protocol/base64url';
import type { GossipId, LinkId } from '../../protocol/ids';
import type { IntroductionStep } from '../../protocol/overlay-frame';
import { casesOf } from '../../protocol/testing/vectors';
import type { Action, Item, NodeFrame, Peer, Reason } from './action';
import { createNode, type OverlayNode } from './node';

const stays = ['here', 'leaving', 'door'] as const;

type FrameNote = {
  t: NodeFrame['t'];
  ids?: string[];
  hops?: number[];
  from?: string;
  to?: string;
  left?: number;
  step?: IntroductionStep;
  link?: string;
  urgent?: boolean;
};

/** An input or an action; members that are absent are zero, false or empty. */
type Note = {
  do: string;
  peer?: string;
  item?: string;
  hops?: number;
  frame?: FrameNote;
  step?: IntroductionStep;
  link?: string;
  counter?: number;
  stay?: number;
  reason?: Reason;
  byStore?: boolean;
  door?: boolean;
};

type Trace = {
  rule: string;
  name: string;
  begun: number;
  peers: Peer[];
  items: Record<string, { by: string; counter?: number; stay?: number }>;
  drawn: number[];
  steps: { after?: number; in?: Note; drawn?: number[]; out?: Note[]; next: number }[];
  members: string[];
  doors: string[];
  linked: string[];
  mesh: boolean;
};

const members = ['begun', 'peers', 'items', 'drawn', 'steps', 'members', 'doors', 'linked', 'mesh'];

describe('overlay-trace.json', () => {
  for (const one of casesOf('overlay-trace.json', members)) {
    it(`[${one.rule}] ${one.name}`, () => play(one as unknown as Trace));
  }
});

function play(trace: Trace): void {
  let left = [...trace.drawn];
  const random = (below: number): number => {
    const [bound, got, ...rest] = left;
    expect(below, 'drew a number below').toBe(bound);
    left = rest;
    return got ?? 0;
  };
  let now = trace.begun;
  const node = createNode({ self: peerOf(trace, 'p0'), random, now });
  const names = new Map(trace.peers.map((peer, i) => [peer, `p${i}`]));
  trace.steps.forEach((step, i) => {
    expect(left, `before step ${i}: did not draw`).toEqual([]);
    left = [...(step.drawn ?? [])];
    now += step.after ?? 0;
    const actions = [...node.tick(now), ...(step.in === undefined ? [] : give(node, trace, step.in))];
    expect(actions.map((action) => noteOf(names, action)), `step ${i}`).toEqual(step.out ?? []);
    expect(node.next() - now, `after step ${i} the next tick is wanted after`).toBe(step.next);
  });
  expect(left).toEqual([]);
  const named = (peers: readonly Peer[]) => peers.map((peer) => names.get(peer));
  expect(named(node.members())).toEqual(trace.members);
  expect(named(node.doors())).toEqual(trace.doors);
  expect(named(node.neighbours())).toEqual(trace.linked);
  expect(node.mesh()).toBe(trace.mesh);
}

function peerOf(trace: Trace, name: string | undefined): Peer {
  const peer = trace.peers[Number(name?.slice(1))];
  if (peer === undefined) throw new Error(`no peer ${name}`);
  return peer;
}

/** Item and link ids stand for themselves: nothing depends on what they are. */
function itemOf(trace: Trace, name: string | undefined): Item {
  const { by, counter, stay } = trace.items[name ?? ''] ?? {};
  const presence = counter === undefined ? null : { counter, stay: stays[stay ?? 0] ?? 'here' };
  return { id: name as GossipId, author: peerOf(trace, by), presence };
}

function sealedOf(step: IntroductionStep | undefined): Bytes {
  return step === 'offer' || step === 'answer' ? Uint8Array.of(1) : new Uint8Array();
}

function give(node: OverlayNode, trace: Trace, note: Note): readonly Action[] {
  const { do: what, item, hops = 0, frame, step = 'offer', link, door = false } = note;
  const peer = note.peer === undefined ? peerOf(trace, 'p0') : peerOf(trace, note.peer);
  switch (what) {
    case 'connected':
    case 'lost':
    case 'failed':
    case 'refused':
      return node[what](peer);
    case 'received':
      if (frame === undefined) throw new Error('no frame');
      return node.received(peer, frameOf(trace, frame));
    case 'pushed':
      return node.pushed(peer, itemOf(trace, item), hops);
    case 'broadcast':
      return node.broadcast(itemOf(trace, item));
    case 'introduce':
      return node.introduce(peer, step, link as LinkId, sealedOf(step));
    case 'setDoor':
      return node.setDoor(door);
    case 'leave':
      return node.leave();
    default:
      throw new Error(`the test does not know «${what}»`);
  }
}

function frameOf(trace: Trace, note: FrameNote): NodeFrame {
  const { t, hops = [], left = 0, step = 'offer', urgent = false } = note;
  const ids = (note.ids ?? []) as GossipId[];
  switch (t) {
    case 'ihave':
      return { t, ids, hops };
    case 'graft':
      return note.ids === undefined ? { t, from: peerOf(trace, note.from) } : { t, ids };
    case 'prune':
      return { t, from: peerOf(trace, note.from) };
    case 'forwardjoin':
      return { t, from: peerOf(trace, note.from), left };
    case 'introduce': {
      const [from, to] = [peerOf(trace, note.from), peerOf(trace, note.to)];
      return { t, from, to, left, step, link: note.link as LinkId, urgent, sealed: sealedOf(step) };
    }
    case 'join':
    case 'part':
      return { t };
  }
}

/** The action as Go notes it. */
function noteOf(names: ReadonlyMap<Peer, string>, action: Action): object {
  const nameOf = (peer: Peer) => names.get(peer);
  switch (action.do) {
    case 'announce':
      return noted({ ...action, stay: stays.indexOf(action.stay) });
    case 'push': {
      const { id: item, peer, ...rest } = action;
      return noted({ ...rest, item, peer: nameOf(peer) });
    }
    case 'deliver': {
      const { item, from, ...rest } = action;
      return noted({ ...rest, item: item.id, peer: nameOf(from) });
    }
    case 'introduced': {
      const { from, sealed, ...rest } = action;
      expect(sealed).toEqual(sealedOf(action.step));
      return noted({ ...rest, peer: nameOf(from) });
    }
    case 'send':
      return { do: action.do, peer: nameOf(action.peer), frame: frameNoteOf(names, action.frame) };
    case 'alone':
      return action;
    default:
      return noted({ ...action, peer: nameOf(action.peer) });
  }
}

function frameNoteOf(names: ReadonlyMap<Peer, string>, frame: NodeFrame): object {
  const from = 'from' in frame ? names.get(frame.from) : undefined;
  if (frame.t !== 'introduce') return noted({ ...frame, from });
  const { sealed, to, ...rest } = frame;
  expect(sealed).toEqual(sealedOf(frame.step));
  return noted({ ...rest, from, to: names.get(to) });
}

/** Leaves out what Go leaves out: zero, false and nothing. */
function noted(note: object): object {
  return Object.fromEntries(Object.entries(note).filter(([, value]) => Boolean(value)));
}

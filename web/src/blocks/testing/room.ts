/** A room whose members exchange blocks, in an order of events and a time of its own. */
import { decodeBase64url, encodeBase64url } from '../../protocol/base64url';
import { blockIdOf, encodeBlockFrame, parseBlockFrame, sizeOfBlockFrame, type BlockFrame } from '../../protocol/block-frame';
import type { BlockId } from '../../protocol/ids';
import type { Action, Fault, Peer } from '../action';
import { createExchange, type Exchange } from '../exchange';

/** How many bytes a channel takes. */
export const channelBytes = 120;
/** How many bytes of a block are in a frame. */
export const pieceBytes = 16;

/** A set of which everything is known. */
export type Content = { readonly set: BlockId; readonly ids: readonly BlockId[]; readonly blocks: readonly Uint8Array[] };

/** So many blocks of 40 bytes. */
export function contentOf(name: number, count: number): Content {
  const blocks = Array.from({ length: count }, (_, i) => new Uint8Array(40).fill(name).fill(i, 0, 8));
  const ids = blocks.map(blockIdOf);
  return { set: ids[0] ?? blockIdOf(new Uint8Array()), ids, blocks };
}

/** Digests as an exchange takes them. */
export function digestsOf(ids: readonly BlockId[]): Uint8Array {
  return new Uint8Array(ids.flatMap((id) => [...decodeBase64url(id)]));
}

export function peerOf(name: number): Peer {
  return encodeBase64url(Uint8Array.of(name, ...new Uint8Array(31))) as Peer;
}

/** A member that keeps the rules, or if it `lies`, answers each frame as it likes to. */
export type Member = {
  readonly peer: Peer;
  readonly exchange: Exchange;
  readonly disk: Map<BlockId, Uint8Array>;
  readonly blamed: Map<Peer, Fault>;
  readonly lies: ((frame: BlockFrame) => readonly BlockFrame[]) | null;
  /** Blocks that are being checked or kept. */
  unkept: number;
};

type Wire = { readonly from: Member; readonly to: Member; readonly frames: Uint8Array[] };

export class Room {
  readonly members: Member[] = [];
  #now = 0;
  #wires: Wire[] = [];
  #jobs: (() => void)[] = [];
  readonly #random: (below: number) => number;

  /** @param random - decides what happens next. */
  constructor(random: (below: number) => number) {
    this.#random = random;
  }

  member(name: number, lies: Member['lies'] = null): Member {
    const peer = peerOf(name);
    const exchange = createExchange({ self: peer, now: this.#now, piece: pieceBytes });
    const member: Member = { peer, exchange, disk: new Map(), blamed: new Map(), lies, unkept: 0 };
    this.members.push(member);
    return member;
  }

  link(a: Member, b: Member): void {
    this.#wires.push({ from: a, to: b, frames: [] }, { from: b, to: a, frames: [] });
    this.give(a, (exchange) => exchange.linked(b.peer, channelBytes));
    this.give(b, (exchange) => exchange.linked(a.peer, channelBytes));
  }

  linkAll(): void {
    this.members.forEach((a, i) => this.members.slice(0, i).forEach((b) => this.link(a, b)));
  }

  /** Ends a link: what is on its way is lost. */
  cut(a: Member, b: Member): void {
    this.#wires = this.#wires.filter(({ from, to }) => !((from === a && to === b) || (from === b && to === a)));
    this.give(a, (exchange) => exchange.unlinked(b.peer));
    this.give(b, (exchange) => exchange.unlinked(a.peer));
  }

  serve(member: Member, { set, ids, blocks }: Content): void {
    ids.forEach((id, i) => member.disk.set(id, blocks[i] ?? new Uint8Array()));
    this.give(member, (exchange) => exchange.serve(set, digestsOf(ids.slice(1))));
  }

  /** Wants a content whose plan is known. */
  want(member: Member, { set, ids }: Content): void {
    this.give(member, (exchange) => exchange.extend(set, digestsOf(ids.slice(1)), true).actions);
    this.give(member, (exchange) => exchange.want(set));
  }

  /** Gives an input, and does what comes of it. */
  give(member: Member, input: (exchange: Exchange) => readonly Action[]): void {
    if (member.lies !== null) return;
    const actions = [...member.exchange.tick(this.#now), ...input(member.exchange)];
    for (const action of actions) this.#do(member, action);
  }

  /** Sends what a liar likes to. */
  tell(from: Member, to: Member, frames: readonly BlockFrame[]): void {
    const wire = this.#wires.find((one) => one.from === from && one.to === to);
    for (const frame of frames) if (wire !== undefined && wire.frames.length < 30) wire.frames.push(encodeBlockFrame(frame));
  }

  /** Goes on until it is done, or nothing that happens within so many seconds would do it. @returns whether it is done. */
  run(seconds: number, isDone: () => boolean): boolean {
    const end = this.#now + seconds * 1000;
    while (!isDone()) {
      const waiting = this.#wires.filter(({ frames }) => frames.length > 0);
      const chosen = this.#random(waiting.length + this.#jobs.length + 1);
      const wire = waiting[chosen];
      if (wire !== undefined) this.#deliver(wire);
      else if (chosen - waiting.length < this.#jobs.length) this.#jobs.splice(chosen - waiting.length, 1)[0]?.();
      else {
        this.#now += 20;
        if (this.#now > end) return false;
        for (const member of this.members) if (member.exchange.next() <= this.#now) this.give(member, () => []);
      }
    }
    return true;
  }

  #deliver({ from, to, frames }: Wire): void {
    const raw = frames.shift();
    if (raw === undefined) return;
    const frame = parseBlockFrame(raw);
    if (to.lies !== null) this.tell(to, from, to.lies(frame));
    this.give(to, (exchange) => exchange.received(from.peer, frame));
    this.give(from, (exchange) => exchange.drained(to.peer, channelBytes - bytesOf(frames)));
  }

  #do(member: Member, action: Action): void {
    switch (action.do) {
      case 'send':
        return this.#send(member, action.peer, action.frame);
      case 'read':
        this.#jobs.push(() => this.give(member, (exchange) => exchange.read(action.task, member.disk.get(action.id) ?? null)));
        return;
      case 'check':
        member.unkept++;
        this.#jobs.push(() => {
          const ok = blockIdOf(action.bytes) === action.id;
          if (!ok) member.unkept--;
          this.give(member, (exchange) => exchange.checked(action.task, ok));
        });
        return;
      case 'keep':
        this.#jobs.push(() => {
          member.unkept--;
          member.disk.set(action.id, action.bytes);
          this.give(member, (exchange) => exchange.kept(action.task, true));
        });
        return;
      case 'blame':
        member.blamed.set(action.peer, action.why);
        return;
      case 'changed':
    }
  }

  #send(member: Member, peer: Peer, frame: BlockFrame): void {
    const wire = this.#wires.find(({ from, to }) => from === member && to.peer === peer);
    if (wire === undefined) throw new Error('sent over no link');
    if (frame.t === 'block' && bytesOf(wire.frames) + sizeOfBlockFrame(frame) > channelBytes) throw new Error('no room for it');
    wire.frames.push(encodeBlockFrame(frame));
  }
}

function bytesOf(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, { length }) => sum + length, 0);
}

/** Whether all of a content is with a member, and right. */
export function isWhole({ exchange, disk }: Member, { set, ids }: Content): boolean {
  return exchange.progress(set).complete && ids.every((id) => blockIdOf(disk.get(id) ?? new Uint8Array()) === id);
}

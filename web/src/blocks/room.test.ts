import { array, assert, boolean, constantFrom, integer, oneof, property, record, uint8Array, type Arbitrary } from 'fast-check';
import { expect, it } from 'vitest';
import { encodeBase64url } from '../protocol/base64url';
import type { BlockFrame } from '../protocol/block-frame';
import { maxSetBlocks } from '../protocol/limits';
import { channelBytes, contentOf, isWhole, peerOf, Room } from './testing/room';

/** Numbers that follow from a seed (xorshift). */
function randomOf(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const content = contentOf(1, 24);
const other = contentOf(2, 5);

it('[B9] whatever happens when, all who want it end with it, each neighbour cut off or not', () => {
  assert(
    property(integer({ min: 1 }), integer({ min: 2, max: 5 }), (seed, count) => {
      const random = randomOf(seed);
      const room = new Room(random);
      const [sender, ...others] = Array.from({ length: count }, (_, i) => room.member(40 * (i + 1)));
      if (sender === undefined) return;
      room.linkAll();
      room.serve(sender, content);
      for (const one of others) room.want(one, content);
      for (const one of others) {
        const have = random(content.ids.length);
        expect(room.run(60, () => one.exchange.progress(content.set).have >= have)).toBe(true);
        const peer = room.members.filter((member) => member !== one)[random(count - 1)] ?? sender;
        room.cut(one, peer);
        room.link(one, peer);
      }
      expect(room.run(120, () => others.every((one) => isWhole(one, content)))).toBe(true);
      for (const { blamed } of room.members) expect([...blamed]).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

const request = oneof(integer({ min: 0, max: 40 }), integer({ min: 0, max: 2 ** 32 - 1 }));
const set = constantFrom(content.set, other.set);
const part = record({ offset: constantFrom(0, 0, 16, 32, 7), size: constantFrom(40, 40, 41, 3), bytes: uint8Array({ minLength: 1, maxLength: 16 }) });

const hostile: Arbitrary<BlockFrame> = oneof(
  record({ set, wants: boolean(), all: boolean(), declined: boolean(), first: integer({ min: 0, max: maxSetBlocks - 512 }), bits: uint8Array({ maxLength: 64 }) })
    .map((have): BlockFrame => ({ t: 'have', ...have })),
  set.map((id): BlockFrame => ({ t: 'have', set: id, wants: false, all: true, declined: false, first: 0, bits: new Uint8Array() })),
  record({ request, block: constantFrom(...content.ids, ...other.ids) }).map((want): BlockFrame => ({ t: 'want', ...want })),
  record({ request, part }).filter((one) => one.part.offset + one.part.bytes.length <= one.part.size)
    .map((one): BlockFrame => ({ t: 'block', request: one.request, ...one.part })),
  record({ t: constantFrom('none', 'cancel'), request }),
);

it('[B8] whatever a neighbour sends, the others get what they want, right, in bounded memory', () => {
  const frames = array(hostile, { minLength: 1, maxLength: 40 });
  assert(
    property(integer({ min: 1 }), frames, frames, (seed, first, then) => {
      const room = new Room(randomOf(seed));
      let turn = 0;
      const liar = room.member(100, () => [0, 1].flatMap(() => then[turn++ % then.length] ?? []));
      const [sender, a, b] = [room.member(30), room.member(60), room.member(200)];
      room.linkAll();
      room.serve(sender, content);
      room.want(a, content);
      room.want(b, content);
      room.tell(liar, a, first);
      room.tell(liar, sender, first);
      let most = 0;
      const isDone = () => {
        most = Math.max(most, a.unkept, b.unkept);
        return isWhole(a, content) && isWhole(b, content);
      };
      expect(room.run(300, isDone)).toBe(true);
      expect(most).toBeLessThanOrEqual(160);
      for (const { blamed } of [sender, a, b]) expect([...blamed.keys()].filter((peer) => peer !== liar.peer)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

it('[B8] whoever brings other bytes is named, and what it brought counts as not there', () => {
  const room = new Room(randomOf(5));
  const liar = room.member(100, (frame) =>
    frame.t === 'want' ? [{ t: 'block', request: frame.request, offset: 0, size: 3, bytes: Uint8Array.of(1, 2, 3) }] : [],
  );
  const [sender, one] = [room.member(30), room.member(60)];
  room.linkAll();
  room.tell(liar, one, [{ t: 'have', set: content.set, wants: false, all: true, declined: false, first: 0, bits: new Uint8Array() }]);
  room.serve(sender, content);
  room.want(one, content);
  expect(room.run(60, () => isWhole(one, content))).toBe(true);
  expect([...one.blamed]).toEqual([[liar.peer, 'digest']]);
});

it('[B4] who had all before it was known to be all says once that it has all', () => {
  const { exchange } = new Room(randomOf(1)).member(1);
  const peer = peerOf(2);
  exchange.linked(peer, channelBytes);
  exchange.want(content.set);
  exchange.received(peer, { t: 'have', set: content.set, wants: true, all: false, declined: false, first: 0, bits: new Uint8Array() });
  exchange.have(content.set, Uint8Array.of(0x80));
  const told = [...exchange.serve(content.set, new Uint8Array())];
  for (let now = 0; now < 5000; now += 200) told.push(...exchange.tick(now));
  expect(told.filter((action) => action.do === 'send')).toHaveLength(1);
});

it('[B4] what neighbours say of sets of the greatest size takes no more than 4 MiB of each', () => {
  const { exchange } = new Room(randomOf(1)).member(1);
  const peer = peerOf(2);
  exchange.linked(peer, channelBytes);
  for (let n = 0; n < 20; n++) {
    const id = encodeBase64url(Uint8Array.of(n, ...new Uint8Array(31))) as typeof content.set;
    exchange.want(id);
    exchange.received(peer, { t: 'have', set: id, wants: true, all: false, declined: false, first: maxSetBlocks - 8, bits: Uint8Array.of(1) });
    expect(exchange.progress(id).neighbours.map(({ has }) => has)).toEqual([n < 8 ? 1 : 0]);
  }
});

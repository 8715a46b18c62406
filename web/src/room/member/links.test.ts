import { expect, it } from 'vitest';
import { encodeBase64url } from '../../protocol/base64url';
import type { Key } from '../../protocol/ids';
import { NotIn, type LinkFacts } from './config';
import type { Resident } from './testing/resident';
import { come, expectSame, roomOf, settle, talk, textsSeenBy } from './testing/room';

/** What somebody is told of a link to another. */
function factsOf(own: Resident, other: Resident, caller: boolean): LinkFacts {
  return { theirs: { t: 'hello', root: own.member.root, name: '', restart: true }, caller, key: other.key, code: null };
}

it('of two links between the same two both keep the same one', async () => {
  const [one, other] = await roomOf(80, 2);
  if (other === undefined) throw new Error('missing');
  for (const first of [true, false]) {
    for (const second of [true, false]) {
      await one.give((member) => member.linked(other.id, factsOf(one, other, first)));
      await other.give((member) => member.linked(one.id, factsOf(other, one, !first)));
      const kept = one.member.replaces(other.id, factsOf(one, other, second));
      expect(other.member.replaces(one.id, factsOf(other, one, !second))).toBe(kept);
      if (first === second) expect(kept).toBe(true);
      const key = encodeBase64url(new Uint8Array(32)) as Key;
      expect(one.member.replaces(other.id, { ...factsOf(one, other, second), key }), 'who has come back').toBe(true);
    }
  }
});

it('after the end nothing comes of anything', async () => {
  const [one, other] = await roomOf(81, 2);
  if (other === undefined) throw new Error('missing');
  const { member } = one;
  await member.leave();
  const nothing = await Promise.all([
    member.tick(one.world.now + 3_600_000), member.leave(), member.type(), member.alone(), member.drained(other.id),
    member.unlinked(other.id, { how: 'lost' }), member.failed(other.id), member.received(other.id, { t: 'typing' }),
    member.linked(other.id, factsOf(one, other, true)),
  ]);
  expect(nothing.flat()).toEqual([]);
  await expect(member.say('hello')).rejects.toThrow(NotIn);
  expect(member.accepts(other.id, true)).toBe(false);
});

it('[R9] who says that somebody was removed is not believed, but for the founder', async () => {
  const all = await roomOf(82, 3);
  const [founder, one, liar] = all;
  if (one === undefined || liar === undefined) throw new Error('missing');
  for (const reason of ['removed', 'locked', 'full'] as const) {
    for (const to of [founder, one]) liar.inject(to, { t: 'bye', reason });
    await founder.world.pass(60_000);
    expect([founder.ended, one.ended], reason).toEqual([null, null]);
  }
  for (const by of [one, liar]) by.inject(founder, { t: 'bye', reason: 'removed' });
  await founder.world.pass(60_000);
  expect(founder.ended).toBe(null);
  await talk(all, 1);
  await settle(all);
  expectSame(all);
});

it('a door that says which room it is, and nothing more, keeps nobody out', async () => {
  for (const seed of [83, 84]) {
    const [one, ...others] = await roomOf(seed, 3);
    const mute = new Set(others.filter(({ member }) => member.isDoor));
    expect(mute.size).toBeGreaterThan(0);
    one.world.isMute = (from) => mute.has(from);
    const guest = await come(one);
    await one.world.pass(60_000);
    expect(guest.member.isIn).toBe(true);
  }
});

it('a room that was in three parts has two or three doors again', async () => {
  const all = await roomOf(85, 9);
  const [one] = all;
  const side = (resident: Resident) => all.indexOf(resident) % 3;
  one.world.isParted = (a, b) => side(a) !== side(b);
  for (const a of all) for (const b of all) if (one.world.isParted(a, b)) await a.breakLink(b.id);
  await one.world.pass(300_000);
  one.world.isParted = () => false;
  await settle(all, 1_200_000);
  await one.world.pass(60_000);
  const doors = all.filter(({ member }) => member.isDoor).length;
  expect(doors).toBeGreaterThanOrEqual(2);
  expect(doors).toBeLessThanOrEqual(3);
});

it('[R8] who was removed while the room was parted is heard by nobody afterwards', async () => {
  const all = await roomOf(86, 6);
  const [one] = all;
  const removed = all[4];
  if (removed === undefined) throw new Error('missing');
  const isLeft = (resident: Resident) => all.indexOf(resident) < 3;
  one.world.isParted = (a, b) => isLeft(a) !== isLeft(b);
  for (const a of all) for (const b of all) if (one.world.isParted(a, b)) await a.breakLink(b.id);
  await one.world.pass(180_000);
  await removed.say('I am still here');
  await one.give(async (member) => (await member.remove(removed.id)).actions);
  await one.world.pass(20_000);
  one.world.isParted = () => false;
  await one.world.pass(600_000);
  const rest = all.filter((each) => each !== removed);
  expect(removed.ended).toBe('removed');
  for (const each of rest) expect(textsSeenBy(each)).toEqual([]);
  expect(rest.map(({ member }) => member.epoch)).toEqual(rest.map(() => 1));
  expectSame(rest);
});

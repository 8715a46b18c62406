import { describe, expect, it } from 'vitest';
import { come, expectSame, roomOf, settle, talk, textsSeenBy } from './testing/room';
import { NothingKept } from './config';
import { Resident } from './testing/resident';

describe.each([2, 5, 12])('a room of %i', (count) => {
  it('hears what everybody says, in one order', async () => {
    const all = await roomOf(count, count);
    const said = await talk(all, 3);
    await settle(all);
    expectSame(all);
    expect(textsSeenBy(all[0]).toSorted()).toEqual(said.toSorted());
    expect(all.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('knows who is here, and has two or three doors', async () => {
    const all = await roomOf(10 + count, count);
    await all[0].world.pass(60_000);
    for (const { member } of all) {
      const here = member.people().filter((one) => one.here).map(({ id }) => id);
      expect(here.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      const doors = member.people().filter((one) => one.door).length;
      expect(doors).toBeGreaterThanOrEqual(Math.min(2, count));
      expect(doors).toBeLessThanOrEqual(3);
    }
    expect(all[0].world.doorsAt(all[0].member.code).length).toBeLessThanOrEqual(3);
  });
});

it('one hears of what was said before', async () => {
  const all = await roomOf(30, 3);
  const said = await talk(all, 100);
  const late = await come(all[0]);
  await late.world.pass(30_000);
  expectSame([...all, late]);
  expect(textsSeenBy(late)).toHaveLength(said.length);
  expect(late.member.isSynced).toBe(true);
});

it('who leaves is not here any more, and is still in', async () => {
  const all = await roomOf(31, 4);
  const [one, , , last] = all;
  await last?.leave();
  await one.world.pass(2000);
  const them = one.member.people().find(({ id }) => id === last?.id);
  expect(them).toMatchObject({ here: false, in: true, linked: false });
  expect(one.member.neighbours()).toHaveLength(2);
});

it('who crashes is gone after a while, and comes back with what was kept', async () => {
  const all = await roomOf(32, 5);
  const [one, two, , , last] = all;
  if (last === undefined || two === undefined) throw new Error('missing');
  const said = await talk(all, 4);
  await one.world.pass(5000);
  const kept = last.remembers;
  last.crash();
  await one.world.pass(120_000);
  expect(one.member.people().find(({ id }) => id === last.id)).toMatchObject({ here: false });
  said.push(...(await talk([one, two], 3, 10)));
  const back = await Resident.begin(one.world, { code: one.options.code, kept }, last.signer);
  expect(textsSeenBy(back)).toHaveLength(said.length - 6);
  await one.world.pass(30_000);
  said.push(...(await talk([back], 1, 20)));
  await settle([...all.slice(0, 4), back]);
  expectSame([...all.slice(0, 4), back]);
  expect(textsSeenBy(back)).toHaveLength(said.length);
  expect(back.member.chain()).toEqual({ chain: kept.chain?.chain, n: (kept.chain?.n ?? 0) + 1 });
  expect(one.faults).toEqual([]);
});

it('who crashes and has kept nothing comes back as the same member', async () => {
  const all = await roomOf(33, 4);
  const [one, , , last] = all;
  if (last === undefined) throw new Error('missing');
  const said = await talk(all, 3);
  last.crash();
  await one.world.pass(1000);
  const back = await Resident.begin(one.world, { code: one.options.code }, last.signer);
  await one.world.pass(60_000);
  said.push(...(await talk([back], 2, 10)));
  await settle([...all.slice(0, 3), back]);
  expectSame([...all.slice(0, 3), back]);
  expect(textsSeenBy(back)).toHaveLength(said.length);
  expect(one.member.people().filter((person) => person.in)).toHaveLength(4);
  expect(one.faults).toEqual([]);
});

it('a room is found again by who comes back to it alone', async () => {
  const all = await roomOf(34, 2);
  const [one, other] = all;
  await talk(all, 3);
  await one.world.pass(5000);
  const [kept, code] = [other?.remembers, one.member.code];
  await one.leave();
  await other?.leave();
  if (kept === undefined || other === undefined) throw new Error('missing');
  const back = await Resident.begin(one.world, { code, kept }, other.signer);
  await back.world.pass(20_000);
  expect(back.member.isDoor).toBe(true);
  await back.say('alone');
  const guest = await come(back);
  await back.world.pass(20_000);
  expectSame([back, guest]);
  expect(textsSeenBy(guest).at(-1)).toBe('alone');
});

it('links that break are mended, and nothing is lost', async () => {
  const all = await roomOf(35, 6);
  const [one] = all;
  const said: string[] = [];
  for (let round = 0; round < 20; round++) {
    const [some, other] = [all[one.world.chance(6)], all[one.world.chance(6)]];
    if (some !== undefined && other !== undefined) await some.breakLink(other.id);
    said.push(...(await talk(all.filter(() => one.world.chance(3) === 0), 1, round)));
  }
  await one.world.pass(60_000);
  expectSame(all);
  expect(textsSeenBy(one)).toHaveLength(said.length);
  for (const { member } of all) expect(member.neighbours()).toHaveLength(5);
});

it('a room that was parted is one again', async () => {
  const all = await roomOf(36, 6);
  const [one] = all;
  const isLeft = (resident: Resident) => all.indexOf(resident) < 3;
  one.world.isParted = (a, b) => isLeft(a) !== isLeft(b);
  for (const a of all) for (const b of all) if (one.world.isParted(a, b)) await a.breakLink(b.id);
  const said = await talk(all, 5);
  await one.world.pass(200_000);
  said.push(...(await talk(all, 5, 10)));
  one.world.isParted = () => false;
  await settle(all, 1_200_000);
  expectSame(all);
  expect(textsSeenBy(one)).toHaveLength(said.length);
});

it('[R4] who comes where nobody knows the room waits for who does', async () => {
  const all = await roomOf(37, 2);
  const [one, other] = all;
  if (other === undefined) throw new Error('missing');
  await talk(all, 2);
  await one.world.pass(5000);
  const kept = other.remembers;
  await one.leave();
  await other.leave();
  const newcomers = [await come(one), await come(one)];
  await one.world.pass(60_000);
  for (const { member } of newcomers) expect(member).toMatchObject({ root: null, isIn: false, isDoor: true });
  const back = await Resident.begin(one.world, { code: one.options.code, kept }, other.signer);
  expect(await one.world.until(() => newcomers.some(({ member }) => member.isIn), 90_000)).toBe(true);
  await one.world.pass(3000);
  expectSame([back, ...newcomers]);
  for (const { member } of newcomers) expect(member).toMatchObject({ isIn: true, isSynced: true });
});

it('[O10] a crowd that comes at once is one room', async () => {
  const [one] = await roomOf(38, 1);
  const crowd = await Promise.all(Array.from({ length: 11 }, () => come(one)));
  await one.world.pass(60_000);
  expect(crowd.map(({ member }) => member.isIn)).toEqual(crowd.map(() => true));
  await talk([one, ...crowd], 1);
  await settle([one, ...crowd]);
  expectSame([one, ...crowd]);
});

it('what was kept is read in any order, and others may go on in between', async () => {
  const all = await roomOf(39, 2);
  const [one, other] = all;
  if (other === undefined) throw new Error('missing');
  await talk(all, 260);
  await settle(all);
  const { remembers } = other;
  other.crash();
  let pauses = 0;
  const events = [...remembers.events].toReversed();
  const kept = { ...remembers, events, pause: () => Promise.resolve(void pauses++) };
  const back = await Resident.begin(one.world, { code: one.options.code, kept }, other.signer);
  expectSame([one, back]);
  expect(pauses).toBeGreaterThan(0);
  const nothing = { ...kept, events: events.slice(0, -1) };
  await expect(Resident.begin(one.world, { code: one.options.code, kept: nothing }, other.signer)).rejects.toThrow(NothingKept);
});

it('entering costs the same in a small room and in a larger one', async () => {
  const costs = [];
  for (const count of [3, 12]) {
    const [one] = await roomOf(50 + count, count);
    const before = one.world.operations;
    const guest = await come(one);
    await one.world.until(() => guest.member.isSynced);
    costs.push(one.world.operations - before);
  }
  expect(costs).toEqual([4, 4]);
});

import { expect, it } from 'vitest';
import { newRoomCode } from '../../protocol/room-code';
import { NotFounder, NotIn } from './config';
import { come, expectSame, roomOf, seenBy, settle, settings, talk, textsSeenBy } from './testing/room';
import { Resident } from './testing/resident';

it('[R9] nobody new comes into a locked room, and who is in comes back', async () => {
  const all = await roomOf(40, 3);
  const [one, , last] = all;
  await one.give(async (member) => (await member.configure({ ...settings, locked: true })).actions);
  await one.world.pass(2000);
  const guest = await come(one);
  await one.world.pass(20_000);
  expect(guest.ended).toBe('room_locked');
  expect(textsSeenBy(guest)).toEqual([]);
  if (last === undefined) throw new Error('missing');
  last.crash();
  const back = await come(one, {}, last.signer);
  await one.world.pass(30_000);
  expect(back.member.isIn).toBe(true);
  await back.say('back');
  await one.world.pass(2000);
  expect(textsSeenBy(one)).toEqual(['back']);
});

it('[E9] where only the founder invites, others send newcomers away', async () => {
  const all = await roomOf(41, 3, { invite: 'founder' });
  const [one] = all;
  const ends = [];
  for (let i = 0; i < 4; i++) {
    const guest = await come(one);
    await one.world.pass(20_000);
    ends.push(guest.ended ?? guest.member.isIn);
  }
  expect(new Set(ends)).toEqual(new Set(['room_locked', true]));
});

it('[R9] a full room says so', async () => {
  const all = await roomOf(42, 3);
  const [one] = all;
  const code = newRoomCode((length) => one.world.bytes(length));
  const founder = await Resident.begin(one.world, { code, create: settings, limit: 2 });
  const guest = await come(founder, { limit: 2 });
  await one.world.pass(5000);
  expect(guest.member.isIn).toBe(true);
  const third = await come(founder);
  await one.world.pass(5000);
  expect(third.ended).toBe('room_full');
  await guest.leave();
  await one.world.pass(5000);
  const fourth = await come(founder);
  await one.world.pass(5000);
  expect(fourth.member.isIn).toBe(true);
});

it('[E13] where newcomers see nothing of before, they do not', async () => {
  const all = await roomOf(43, 4, { history: 'joined' });
  await talk(all, 2);
  await settle(all);
  const late = await come(all[0]);
  await late.world.pass(30_000);
  const said = await talk([...all, late], 1, 5);
  await settle([...all, late]);
  expect(textsSeenBy(late)).toEqual([...Array.from({ length: 8 }, () => 'gone'), ...textsSeenBy(all[0]).slice(8)]);
  expect(textsSeenBy(late).slice(8).toSorted()).toEqual(said.toSorted());
  expect(seenBy(late).map(({ id }) => id)).toEqual(seenBy(all[0]).map(({ id }) => id));
});

it('[E13] what is to be gone after a while is gone everywhere, also from what is kept', async () => {
  const all = await roomOf(44, 3, { keepSeconds: 60 });
  await talk(all, 2);
  await settle(all);
  await all[0].world.pass(120_000);
  for (const one of all) {
    expect(textsSeenBy(one)).toEqual(Array.from({ length: 6 }, () => 'gone'));
    const longest = Math.max(...[...one.kept.values()].map(({ bytes }) => bytes.length));
    expect(longest).toBeLessThan(600);
  }
});

it('[R8] who is removed is told, is not let in again, and reads nothing that comes after', async () => {
  const all = await roomOf(45, 5);
  const [one, two, three, , last] = all;
  if (last === undefined || two === undefined || three === undefined) throw new Error('missing');
  await talk(all, 2);
  await settle(all);
  const old = one.member.code;
  const kept = last.remembers;
  await one.give(async (member) => (await member.remove(last.id)).actions);
  await one.world.pass(10_000);
  const rest = all.filter((each) => each !== last);
  expect(last.ended).toBe('removed');
  const codes = rest.map(({ member }) => member.code);
  expect(new Set(codes).size).toBe(1);
  expect(codes[0]).not.toBe(old);
  expect(rest.map(({ member }) => member.epoch)).toEqual([1, 1, 1, 1]);
  await talk(rest, 2, 10);
  const again = await Resident.begin(one.world, { code: old, kept }, last.signer);
  await one.world.pass(30_000);
  expect(again.ended).toBe('removed');
  expect(textsSeenBy(again)).toHaveLength(10);
  await settle(rest);
  expectSame(rest);
  expect(one.member.people().find(({ id }) => id === last.id)).toMatchObject({ in: false, here: false });
  const guest = await come(one);
  await one.world.pass(20_000);
  expect(guest.member.isIn).toBe(true);
  expectSame([...rest, guest]);
});

it('[R10] who was away while somebody was removed finds the room at its new code', async () => {
  const all = await roomOf(46, 5);
  const [one, , , away, last] = all;
  if (last === undefined || away === undefined) throw new Error('missing');
  await talk(all, 1);
  await settle(all);
  const kept = away.remembers;
  const old = one.member.code;
  away.crash();
  await one.world.pass(20_000);
  await one.give(async (member) => (await member.remove(last.id)).actions);
  await one.world.pass(20_000);
  const back = await Resident.begin(one.world, { code: old, kept }, away.signer);
  await one.world.pass(60_000);
  expect(back.member.code).toBe(one.member.code);
  expect(back.codes).toEqual([old, one.member.code]);
  expectSame([one, back]);
  const stranger = await Resident.begin(one.world, { code: old });
  await one.world.pass(30_000);
  expect(stranger.ended).toBe('room_locked');
});

it('[R8] two removals in a row bring all to the same code', async () => {
  const all = await roomOf(47, 6);
  const [one] = all;
  for (const last of all.slice(4)) {
    await one.give(async (member) => (await member.remove(last.id)).actions);
    await one.world.pass(one.world.chance(100));
  }
  await one.world.pass(20_000);
  const rest = all.slice(0, 4);
  expect(rest.map(({ member }) => [member.code, member.epoch])).toEqual(rest.map(() => [one.member.code, 2]));
  expectSame(rest);
});

it('says who may not do what', async () => {
  const [one, other] = await roomOf(48, 2);
  if (other === undefined) throw new Error('missing');
  await expect(other.member.configure(settings)).rejects.toThrow(NotFounder);
  await expect(other.member.remove(one.id)).rejects.toThrow(NotFounder);
  await expect(one.member.remove(one.id)).rejects.toThrow(NotFounder);
  const stranger = await come(one);
  await expect(stranger.member.say('too early')).rejects.toThrow(NotIn);
  await one.leave();
  await expect(one.member.say('too late')).rejects.toThrow(NotIn);
});

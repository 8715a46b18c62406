import { expect, it } from 'vitest';
import { come, expectSame, roomOf, seenBy, settle, textsSeenBy } from './testing/room';
import type { Resident } from './testing/resident';

function both(all: readonly Resident[]): [Resident, Resident] {
  const [one, other] = all;
  if (one === undefined || other === undefined) throw new Error('missing');
  return [one, other];
}

it('replies, reactions, edits and deletions are everywhere', async () => {
  const all = await roomOf(60, 3);
  const [one, other] = both(all);
  const text = await one.say('first');
  const second = await one.say('second');
  await one.world.pass(1000);
  await other.give(async (member) => (await member.reply(text, 'an answer')).actions);
  await other.give(async (member) => (await member.react(text, '👍', true)).actions);
  await one.give(async (member) => (await member.edit(text, 'first, better')).actions);
  await one.give(async (member) => (await member.unsay(second)).actions);
  await settle(all);
  await one.world.pass(2000);
  expectSame(all);
  expect(textsSeenBy(other)).toEqual(['first, better', 'deleted', 'an answer']);
  const entry = seenBy(other).find(({ id }) => id === text);
  expect(entry).toMatchObject({ edited: true, reactions: [{ emoji: '👍', members: [other.id] }] });
  for (const { kept } of all) expect(Buffer.from(kept.get(second)?.bytes ?? []).toString()).not.toContain('second');
});

it('names are those that people give themselves', async () => {
  const all = await roomOf(61, 3);
  const [one, other] = both(all);
  const names = () => one.member.people().map(({ name }) => name);
  expect(names()).toEqual(['founder', 'guest 1', 'guest 2']);
  await other.give(async (member) => (await member.rename('somebody')).actions);
  await one.world.pass(2000);
  expect(names().toSorted()).toEqual(['founder', 'guest 2', 'somebody']);
  expect(other.member.hello().name).toBe('somebody');
  const back = await come(one, { name: 'another' }, other.signer);
  await one.world.pass(10_000);
  expect(back.member.isIn).toBe(true);
  expect(names().toSorted()).toEqual(['another', 'founder', 'guest 2']);
});

it('[R7] who writes is told, and for how long', async () => {
  const all = await roomOf(62, 3);
  const [one, other] = both(all);
  await other.give((member) => member.type());
  await one.world.pass(500);
  expect(one.member.typists()).toEqual([other.id]);
  await one.world.pass(6000);
  expect(one.member.typists()).toEqual([]);
  await other.give((member) => member.type());
  await one.world.pass(500);
  await other.say('done');
  await one.world.pass(500);
  expect(one.member.typists()).toEqual([]);
});

it('[R7] who got a text and who read it is told', async () => {
  const all = await roomOf(63, 4);
  const [one, other] = both(all);
  const text = await one.say('have you seen this');
  expect(one.member.delivered(text)).toEqual({ got: 0, read: 0 });
  await one.world.pass(1000);
  expect(one.member.delivered(text)).toEqual({ got: 3, read: 0 });
  await other.give((member) => member.read(text));
  await one.world.pass(1000);
  expect(one.member.delivered(text)).toEqual({ got: 3, read: 1 });
  expect(one.member.receipts(text).filter(({ read }) => read)).toEqual([{ member: other.id, read: true }]);
  const later = await one.say('and this');
  await one.world.pass(1000);
  expect(one.member.delivered(later)).toEqual({ got: 3, read: 0 });
  expect(other.member.receipts(later)).toEqual([]);
});

it('[E14] who says very much at once is heard all the same, and is nobody to be blamed', async () => {
  const all = await roomOf(64, 4);
  const [one, other] = both(all);
  for (let i = 0; i < 400; i++) await one.say(`text ${i}`);
  await settle(all);
  expectSame(all);
  expect(textsSeenBy(other)).toEqual(Array.from({ length: 400 }, (_, i) => `text ${i}`));
  expect(all.flatMap(({ faults }) => faults)).toEqual([]);
});

it('what is taken is told to be kept before any frame that tells of it', async () => {
  const [one] = await roomOf(65, 3);
  const { actions, id } = await one.member.say('kept first');
  const kept = actions.findIndex((action) => action.do === 'took' && action.ids.includes(id));
  const sent = actions.findIndex((action) => action.do === 'send' && action.frame.t === 'gossip');
  expect(kept).toBeGreaterThanOrEqual(0);
  expect(sent).toBeGreaterThan(kept);
});

it('[E14] who says more than waits to be told is heard by comparing', async () => {
  const all = await roomOf(66, 2);
  const [one, other] = both(all);
  for (let i = 0; i < 800; i++) await one.say(`text ${i}`);
  await settle(all, 200_000);
  expect(textsSeenBy(other)).toHaveLength(800);
  expect(all.flatMap(({ faults }) => faults)).toEqual([]);
});

import { expect, it } from 'vitest';
import { stubOf } from '../../protocol/event';
import type { IdentityKey } from '../../protocol/ids';
import { maxAtOnce, maxPerSecond, Pace } from './pace';
import { newRoom, start, type Person } from './testing/people';

it('[E13] bodies go when their time is over, and one in the future does not keep them', async () => {
  const [founder, ana] = (await newRoom(1, { keepSeconds: 60 })) as [Person, Person];
  const one = await ana.say('1');
  ana.now = start + 3_600_000;
  const future = await ana.say('2');
  for (const event of [one, future]) founder.history.add(event, start + 30_000);
  expect(founder.history.shown(one.id)).toBe(start);
  expect(founder.history.shown(future.id)).toBe(start + 30_000);
  expect(founder.history.expire(start + 59_999)).toEqual([]);
  expect(founder.history.expire(start + 60_000)).toEqual([one.id]);
  expect(founder.history.expire(start + 90_000)).toEqual([future.id]);
  expect(founder.take(one).bodies).toEqual([]);
  expect(founder.history.bodiless(founder.id, 9)).toEqual([]);
  expect(founder.history.size).toBe(4); // the room, an admission, and the two as stubs
});

it('[E13] bodies end in the order of their times, whatever came first', async () => {
  const [founder, ana] = (await newRoom(1, { keepSeconds: 60 })) as [Person, Person];
  const times = Array.from({ length: 50 }, (_, i) => (i * 37) % 50);
  for (const time of times) {
    ana.now = start + time * 1000;
    founder.history.add(await ana.say('x'), start + 100_000);
  }
  for (let at = 0; at < 50; at++) expect(founder.history.expire(start + 60_000 + at * 1000)).toHaveLength(1);
});

it('[E3] stubs get their bodies from whoever has them', async () => {
  const [founder, ana] = (await newRoom(1)) as [Person, Person];
  const one = await ana.say('1');
  founder.take(stubOf(one));
  expect(founder.history.bodiless(founder.id, 9)).toEqual([one.id]);
  expect(founder.take(one)).toMatchObject({ bodies: [one.id], taken: [] });
  expect([founder.history.forget(one.id), founder.history.forget(one.id)]).toEqual([true, false]);
  founder.history.recall(one.id);
  expect(founder.take(one).bodies).toEqual([one.id]);
});

it('[E14] 200 at once, then 20 a second, of each author', () => {
  const pace = new Pace();
  const [flooder, other] = ['flooder', 'other'] as IdentityKey[] as [IdentityKey, IdentityKey];
  const count = (at: number) => Array.from({ length: 1000 }, () => pace.take(flooder, start + at)).filter(Boolean).length;
  expect([0, 1000, 2000, 0].map(count)).toEqual([maxAtOnce, maxPerSecond, maxPerSecond, 0]);
  expect(pace.take(other, start)).toBe(true);
  pace.forget(start + 60_000);
  expect(pace.size).toBe(0);
});

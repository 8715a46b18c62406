import { describe, expect, it } from 'vitest';
import { isStub, type Event } from '../../protocol/event';
import { historyLike, meet, newRoom, Person } from './testing/people';

const lacksOf = (one: Person, other: Person) => one.history.lacking(other.history.summary());

it('[R5] what somebody lacks is what they do not have, parents first', async () => {
  const people = await newRoom(2);
  const [founder, ana, ben] = people as [Person, Person, Person];
  const all = [await ana.say('1'), await ana.say('2'), await ana.say('3')];
  for (const one of all) founder.take(one);
  expect(lacksOf(founder, ben)).toEqual(all.map(({ id }) => id));
  meet(...people);
  expect(lacksOf(founder, ben)).toEqual([]);
  const more = await ana.say('more');
  founder.take(more);
  expect(lacksOf(founder, ben)).toEqual([more.id]);
  expect(lacksOf(ben, founder)).toEqual([]);
});

describe('whatever branches of a fork each has, they come to the same', () => {
  it.each([
    ['as long', 5, 5], ['the left is longer', 9, 2], ['the right is longer', 1, 6], ['many branches', 0, 0],
  ])('%s', async (_, left, right) => {
    const people = await newRoom(2);
    const [founder, ana, ben] = people as [Person, Person, Person];
    for (const text of ['1', '2', '3', '4']) await ana.say(text);
    meet(...people);
    const fork = ana.draft();
    const grow = async (to: Person, branch: string, length: number) => {
      let draft = fork;
      for (let i = 0; i < length; i++) {
        const one = await ana.forge(draft, JSON.stringify({ text: branch }));
        to.take(one);
        draft = { ...draft, previous: one.id, seen: [], n: one.n + 1, lamport: one.lamport + 1 };
      }
    };
    await grow(founder, 'left', left);
    await grow(ben, 'right', right);
    if (left === 0) {
      for (let i = 0; i < 30; i++) await grow(i % 2 === 0 ? founder : ben, `${i}`, 1 + (i % 3));
    }
    meet(founder, ben);
    expect(ben.order()).toEqual(founder.order());
    expect(founder.history.lacking(ben.history.summary())).toEqual([]);
    for (const one of [founder, ben]) expect(one.history.faults(ana.id).length).toBeGreaterThan(0);
  });
});

describe('[E13] who comes later', () => {
  it.each(['all', 'joined'] as const)('%s', async (policy) => {
    const people = await newRoom(1, { history: policy });
    const [founder, ana] = people as [Person, Person];
    const cat = new Person(9);
    const before = await ana.say('before');
    meet(...people);
    const meanwhile = await ana.say('meanwhile');
    await founder.admit(cat);
    meet(...people);
    const after = await ana.say('after');
    founder.take(after);
    cat.enter(historyLike(founder));
    meet(founder, cat);
    const hidden = [before, meanwhile, after].map(({ id }) => isStub(cat.history.event(id) as Event));
    expect(hidden).toEqual([policy === 'joined', false, false]);
    expect(cat.history.bodiless(cat.id, 10)).toEqual([]);
    const given = (id: Event['id'], to: Person) => isStub(founder.history.give(id, to.id) as Event);
    expect(given(after.id, new Person(20))).toBe(true);
    const own = await cat.say('own');
    meet(founder, cat);
    await founder.remove(cat);
    expect([given(after.id, cat), given(own.id, cat)]).toEqual([true, false]);
  });
});

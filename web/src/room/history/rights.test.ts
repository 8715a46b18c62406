import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../protocol/event';
import { encodeRoomSettings, type RoomSettings } from '../../protocol/event-body';
import { eventKinds } from '../../protocol/event-header';
import { newChainId, type EventId } from '../../protocol/ids';
import { bytesBy, meet, newRoom, Person, settings } from './testing/people';
import { NotLetIn } from './writer';

const arrange = (by: Person, change: Partial<RoomSettings>, kind: number = eventKinds.settings) =>
  by.write(kind, encodeRoomSettings({ ...settings, ...change }));
const sayAll = (person: Person, ids: readonly EventId[]) => ids.map((id) => person.history.says(id));

describe('[E9] who may let people in', () => {
  it.each([
    ['all', {}, true], ['locked', { locked: true }, false], ['founder', { invite: 'founder' }, false],
  ] as const)('%s', async (_, change, member) => {
    const people = await newRoom(1);
    const [founder, ana] = people as [Person, Person];
    const [cat, dan] = [new Person(8), new Person(9)];
    await arrange(founder, change);
    meet(...people);
    const byAna = await ana.admit(cat);
    meet(...people);
    const byFounder = await founder.admit(dan);
    meet(...people);
    for (const { history } of people) {
      expect([history.says(byAna.id), history.isMember(cat.id)]).toEqual([member, member]);
      expect([history.says(byFounder.id), history.isMember(dan.id)]).toEqual([true, true]);
    }
    cat.enter(founder.history);
    const draft = { kind: eventKinds.text, time: 0, chain: newChainId(bytesBy(4)), n: 1, previous: null, seen: [byAna.id] };
    const first = await cat.forge({ ...draft, lamport: byAna.lamport + 1 });
    if (member) founder.take(first);
    else founder.refuses(first, 'E5');
  });
});

it('[E8] [E9] settings hold for what has them among its ancestors', async () => {
  const people = await newRoom(1);
  const [founder, ana] = people as [Person, Person];
  const cat = new Person(9);
  const lock = await arrange(founder, { name: 'new', locked: true });
  const before = await ana.admit(cat);
  meet(...people);
  expect([founder.history.says(before.id), ana.history.says(lock.id)]).toEqual([true, true]);
  expect(ana.history.settings()).toMatchObject({ settings: { name: 'new' }, by: lock.id });
  const mine = await arrange(ana, { name: 'mine' });
  const removal = await ana.remove(cat);
  const self = await founder.remove(founder);
  const again = await arrange(ana, { name: 'mine' }, eventKinds.room);
  const broken = await founder.forge(founder.draft(eventKinds.settings), '{"locked":1}');
  founder.take(broken);
  meet(...people);
  const nothing = [mine, removal, self, again, broken].map(({ id }) => id);
  expect(nothing.map((id) => founder.history.has(id))).toEqual([true, true, true, true, true]);
  expect(sayAll(founder, nothing)).toEqual([false, false, false, false, false]);
  expect(founder.history.settings().settings.name).toBe('new');
  expect([founder, cat].map(({ id }) => founder.history.isMember(id))).toEqual([true, true]);
});

it('[E10] what the founder had seen counts, and nothing else, however it was dated back', async () => {
  const [founder, ana, ben] = (await newRoom(2)) as [Person, Person, Person];
  const counts = await ana.say('counts');
  founder.take(counts);
  const removal = await founder.remove(ana);
  const meanwhile = await ana.say('meanwhile');
  ben.take(counts);
  ben.take(meanwhile);
  expect(ben.history.says(meanwhile.id)).toBe(true);
  expect(ben.take(removal).silenced).toEqual([meanwhile.id]);
  expect(founder.take(meanwhile)).toMatchObject({ taken: [meanwhile.id], silenced: [meanwhile.id] });
  const backdated = await ana.say('as if I had not seen it');
  founder.take(backdated);
  ben.take(backdated);
  for (const one of [founder, ben]) {
    expect(sayAll(one, [meanwhile.id, backdated.id, counts.id])).toEqual([false, false, true]);
    expect(one.history.isMember(ana.id)).toBe(false);
  }
  expect(ben.order()).toEqual(founder.order());
  const open = ana.draft();
  const lamport = Math.max(open.lamport, removal.lamport + 1);
  founder.refuses(await ana.forge({ ...open, seen: [removal.id], lamport }), 'E5');
  ana.take(removal);
  await expect(ana.say('still here')).rejects.toBeInstanceOf(NotLetIn);
});

it('[E10] whom only silent admissions let in is silent, too', async () => {
  const [founder, ana, ben] = (await newRoom(2)) as [Person, Person, Person];
  const removal = await founder.remove(ana);
  const cat = new Person(8, ana.history);
  const letIn = await ana.admit(cat);
  const byCat = await cat.say('I am Ana');
  const dan = new Person(9, ana.history);
  const letInDan = await cat.admit(dan);
  const byDan = await dan.say('I am Ana, too');
  const all = [letIn, byCat, letInDan, byDan];
  for (const one of all) ben.take(one);
  expect(sayAll(ben, all.map(({ id }) => id))).toEqual([true, true, true, true]);
  expect(ben.take(removal).silenced).toHaveLength(4);
  for (const one of all) founder.take(one);
  const after = await dan.say('and again');
  for (const one of [founder, ben]) {
    one.take(after);
    expect(sayAll(one, [...all, after].map(({ id }) => id))).toEqual([false, false, false, false, false]);
    expect([cat, dan].some(({ id }) => one.history.isMember(id))).toBe(false);
  }
  expect(ben.order()).toEqual(founder.order());
});

it('[E10] a line of admissions as long as somebody likes is silenced', async () => {
  const [founder, ana, ben] = (await newRoom(2)) as [Person, Person, Person];
  const removal = await founder.remove(ana);
  let last = ana;
  for (let i = 0; i < 3000; i++) {
    const next = new Person(100 + i, ana.history);
    ben.take(await last.admit(next));
    last = next;
  }
  expect(ben.take(removal).silenced).toHaveLength(3000);
});

it('[E5] who is let in again begins another chain; the old one ends where the removal says', async () => {
  const people = await newRoom(2);
  const [founder, ana, ben] = people as [Person, Person, Person];
  const before = await ana.say('before');
  meet(...people);
  await founder.remove(ana);
  meet(...people);
  await ben.admit(ana);
  meet(...people);
  const again = await ana.say('again');
  meet(...people);
  expect([again.chain === before.chain, again.n]).toEqual([false, 1]);
  expect([founder.history.says(again.id), founder.history.isMember(ana.id)]).toEqual([true, true]);
  const seen = await founder.say('seen');
  const { chain, n, id } = before;
  const old: EventDraft = { kind: eventKinds.text, time: 0, chain, n: n + 1, lamport: seen.lamport + 1, previous: id, seen: [seen.id] };
  founder.refuses(await ana.forge(old), 'E5');
  await founder.remove(ana);
  meet(...people);
  expect(ben.history.isMember(ana.id)).toBe(false);
});

it('[E9] members are those who were let in, and who let them in', async () => {
  const people = await newRoom(1);
  const [founder, ana] = people as [Person, Person];
  const cat = new Person(9);
  await ana.admit(cat, 'Cat');
  meet(...people);
  await founder.remove(ana);
  meet(...people);
  const [first, second, third, ...others] = ana.history.members();
  expect(others).toEqual([]);
  expect(first).toMatchObject({ id: founder.id, in: true, by: founder.id, admission: ana.history.root });
  expect(second).toMatchObject({ id: ana.id, in: false, by: founder.id });
  expect(third).toMatchObject({ id: cat.id, name: 'Cat', by: ana.id, in: true });
});

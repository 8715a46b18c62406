import { expect, it } from 'vitest';
import { previousOf, seenOf } from '../../protocol/event';
import { encodeRoomSettings } from '../../protocol/event-body';
import { eventKinds } from '../../protocol/event-header';
import { ParseError } from '../../protocol/parse-error';
import { bytesBy, historyLike, meet, newRoom, Person, settings, start } from './testing/people';
import { NotLetIn, Writer } from './writer';

it('[E12] keeps its chain, or begins another', async () => {
  const [founder, ana] = (await newRoom(1)) as [Person, Person];
  const first = await ana.say('1');
  founder.take(first);
  expect([first.n, previousOf(first)]).toEqual([1, null]);
  ana.writer = new Writer(ana.signer, bytesBy(1), ana.writer.kept);
  const two = await ana.say('2');
  expect([two.chain, two.n, previousOf(two)]).toEqual([first.chain, 2, first.id]);
  const lost = new Person(ana.seed, historyLike(founder)); // the same key; what was written is not here
  lost.writer = new Writer(lost.signer, bytesBy(77), { chain: first.chain, n: 2 });
  await expect(lost.say('x')).rejects.toBeInstanceOf(NotLetIn);
  meet(founder, lost);
  const three = await lost.say('3');
  expect([three.chain === first.chain, three.n]).toEqual([false, 1]);
  meet(founder, ana, lost);
  expect(founder.history.faults(ana.id)).toEqual([]);
});

it('[E12] what is written at once stands in one line', async () => {
  const [founder, ana] = (await newRoom(1)) as [Person, Person];
  const events = await Promise.all(['1', '2', '3', '4'].map((text) => ana.say(text)));
  expect(events.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  for (const one of events) founder.take(one);
  expect(founder.history.faults(ana.id)).toEqual([]);
});

it('[E1] [E12] names what it has seen: rules first, then the latest, of each author one', async () => {
  const people = await newRoom(12);
  const [founder, ...others] = people;
  const last = others[11] as Person;
  const lock = await founder.write(eventKinds.settings, encodeRoomSettings(settings));
  last.take(lock);
  for (const one of others.slice(0, 11)) {
    await one.say('1');
    await one.say('2'); // later than the settings
  }
  meet(...people);
  const one = await last.say('one');
  expect(seenOf(one)).toHaveLength(8);
  expect(seenOf(one)).toContain(lock.id);
  expect(last.history.events().at(-1)).toBe(one.id);
  await last.say('two');
  for (const text of ['3', '4', '5']) await last.say(text);
  const more = await last.say('more');
  expect(seenOf(more)).toEqual([]);
  await expect(last.write(eventKinds.text, new Uint8Array())).rejects.toBeInstanceOf(ParseError);
  expect((await last.say('and it goes on')).n).toBe(more.n + 1);
});

it('[E8] begins a room', async () => {
  const founder = new Person(1);
  const { history, event } = await founder.writer.begin({ ...settings, name: 'Garden' }, start + 0.5);
  expect(history.settings()).toEqual({ settings: { ...settings, name: 'Garden' }, by: event.id });
  expect([history.root, history.founder, event.time]).toEqual([event.id, founder.id, start]);
  await expect(founder.writer.begin({ ...settings, keepSeconds: 1 }, start)).rejects.toBeInstanceOf(ParseError);
});

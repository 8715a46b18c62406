import { describe, expect, it } from 'vitest';
import { bodyOf, stubOf, type Event } from '../../protocol/event';
import { eventKinds } from '../../protocol/event-header';
import { encodeDeletion, encodeEdit, encodeReaction, encodeSaid } from '../../protocol/event-text';
import type { EventId } from '../../protocol/ids';
import { encodeUtf8 } from '../../protocol/utf8';
import { bytesBy, chance, historyLike, newRoom, Person, shuffled, start } from '../history/testing/people';
import { Writer } from '../history/writer';
import type { Entry } from './entry';
import { Timeline } from './timeline';

const day = 24 * 3_600_000;

/** Somebody, and what they see. */
class Reader {
  see: Timeline;

  constructor(readonly person: Person) {
    this.see = new Timeline(person.history);
  }

  take(...events: readonly Event[]): void {
    for (const one of events) this.see.apply(this.person.take(one));
  }

  async write(kind: number, body: Uint8Array): Promise<Event> {
    const { event, change } = await this.person.writer.append(this.person.history, kind, body, this.person.now);
    this.see.apply(change);
    return event;
  }

  say = (text: string, reply: EventId | null = null) => this.write(eventKinds.text, encodeSaid({ text, reply }));
  edit = (to: Event, text: string) => this.write(eventKinds.edit, encodeEdit({ to: to.id, text }));
  unsay = (to: Event) => this.write(eventKinds.deletion, encodeDeletion({ to: to.id }));
  react = (to: Event, emoji: string, on = true) =>
    this.write(eventKinds.reaction, encodeReaction({ to: to.id, emoji, on }));

  async remove(other: Reader): Promise<Event> {
    const removal = await this.person.remove(other.person);
    this.see = new Timeline(this.person.history);
    return removal;
  }

  entries(): Entry[] {
    return Array.from({ length: this.see.length }, (_, i) => this.see.at(i));
  }

  entry(event: Event): Entry {
    return this.see.at(this.see.indexOf(event.id));
  }

  texts(): string[] {
    return this.entries().flatMap((one) => (one.kind === 'text' ? [one.text] : []));
  }
}

async function readers(count: number, keepSeconds = 0): Promise<Reader[]> {
  return (await newRoom(count, { name: 'Garden', keepSeconds })).map((one) => new Reader(one));
}

it('shows who began the room, and who came', async () => {
  const [founder] = (await readers(1)) as [Reader];
  const dan = new Person(9);
  const admission = await founder.person.admit(dan, 'Dan');
  founder.see = new Timeline(founder.person.history);
  const text = await founder.say('hi', admission.id);
  const [begun, , came, said] = founder.entries();
  expect(begun).toMatchObject({ kind: 'room', settings: { name: 'Garden' }, id: founder.person.history.root });
  expect(came).toMatchObject({ kind: 'admission', author: founder.person.id, member: dan.id, name: 'Dan' });
  expect(said).toEqual({
    id: text.id, author: founder.person.id, time: start, kind: 'text', file: null, is: 'here', text: 'hi', edited: false,
    reply: admission.id, reactions: [],
  });
  expect(() => founder.see.at(4)).toThrow(RangeError);
});

it('[E11] edits count for their author and a day', async () => {
  const [founder, ana] = (await readers(1)) as [Reader, Reader];
  const text = await ana.say('first');
  founder.take(text, await ana.edit(text, 'second'));
  ana.take(await founder.edit(text, 'I was here'));
  ana.person.now = start + day;
  const second = await ana.edit(text, 'the end');
  ana.person.now = start + day + 1;
  founder.take(second, await ana.edit(text, 'too late'), await ana.unsay(text));
  for (const one of [founder, ana]) expect(one.entry(text)).toMatchObject({ is: 'here', text: 'the end', edited: true });
});

it('[E11] of reactions the last of each member and emoji counts', async () => {
  const [founder, ana, ben] = (await readers(2)) as [Reader, Reader, Reader];
  const text = await ana.say('hi');
  founder.take(text);
  ben.take(text);
  const up = await founder.react(text, '👍');
  ben.take(up, await founder.react(text, '🎉'));
  founder.take(await ben.react(text, '👍'));
  ben.take(await founder.react(text, '👍', false));
  const reactions = [
    { emoji: '🎉', members: [founder.person.id] }, { emoji: '👍', members: [ben.person.id] },
  ];
  for (const one of [founder, ben]) expect(one.entry(text)).toMatchObject({ reactions });
  ben.take(up); // again, and late
  expect(ben.entry(text)).toMatchObject({ reactions });
});

it('[E11] of two chains of one author, too, the last by E6 counts, and not the one that came last', async () => {
  const [founder, ana] = (await readers(1)) as [Reader, Reader];
  const again = new Person(ana.person.seed, historyLike(founder.person), bytesBy(500)); // the same key
  again.writer = new Writer(again.signer, bytesBy(501));
  for (const id of founder.person.history.events()) again.take(founder.person.history.event(id) as Event);
  const other = new Reader(again);
  const text = await ana.say('0');
  other.take(text);
  founder.take(text);
  const [first, on] = [await ana.edit(text, '1'), await ana.react(text, '👍')];
  const filler = [await other.say('x'), await other.say('y')];
  const [last, off] = [await other.edit(text, '2'), await other.react(text, '👍', false)];
  founder.take(...filler, last, off, first, on);
  expect(founder.entry(text)).toMatchObject({ text: '2', reactions: [] });
});

it('[E11] who takes a deletion forgets the text and its edits, in whatever order they come', async () => {
  const [founder, ana] = (await readers(1)) as [Reader, Reader];
  const all = ana.person.history.events().map((id) => ana.person.history.event(id) as Event);
  const text = await ana.say('secret');
  const edit = await ana.edit(text, 'more secret');
  founder.take(text, edit);
  const byFounder = await founder.unsay(text);
  ana.take(byFounder);
  expect([ana, founder].map((one) => one.entry(text))).toMatchObject([{ is: 'here' }, { is: 'here' }]);
  const gone = await ana.unsay(text);
  founder.take(gone);
  const late = new Reader(new Person(9, historyLike(founder.person)));
  late.take(...all, gone, byFounder, edit, text);
  for (const one of [founder, ana, late]) {
    one.take(text, edit);
    expect(one.entry(text)).toMatchObject({ is: 'deleted', text: '' });
    const { history } = one.person;
    expect([text, edit].map(({ id }) => bodyOf(history.event(id) as Event))).toEqual([null, null]);
    expect(history.bodiless(founder.person.id, 9)).toEqual([]);
  }
});

it('[E11] an edit that comes after the deletion is forgotten, too', async () => {
  const [founder, ana] = (await readers(1)) as [Reader, Reader];
  const text = await ana.say('secret');
  const [gone, edit] = [await ana.unsay(text), await ana.edit(text, 'more secret')];
  founder.take(text, gone, edit);
  expect(bodyOf(founder.person.history.event(edit.id) as Event)).toBeNull();
});

it('[E10] what a removal silences goes out of sight, and so does what it did to others’ texts', async () => {
  const [founder, ana, ben] = (await readers(2)) as [Reader, Reader, Reader];
  const counts = await ana.say('counts');
  const edit = await ana.edit(counts, 'counts, really');
  const fromBen = await ben.say('hello');
  founder.take(counts, edit, fromBen);
  const removal = await founder.remove(ana);
  ana.take(fromBen);
  ben.take(counts, edit);
  ben.take(
    await ana.say('silent'), await ana.edit(counts, 'silent'), await ana.react(fromBen, '👎'), await ana.unsay(counts),
  );
  expect(ben.texts()).toHaveLength(3);
  expect([ben.entry(counts), ben.entry(fromBen)]).toMatchObject([{ is: 'deleted' }, { reactions: [{ emoji: '👎' }] }]);
  ben.take(removal);
  expect(ben.texts()).toHaveLength(2);
  expect([ben.entry(counts), ben.entry(fromBen)]).toMatchObject([{ is: 'gone' }, { reactions: [] }]);
  ben.take(counts, edit); // from somebody who has not forgotten
  expect(ben.entry(counts)).toMatchObject({ is: 'here', text: 'counts, really' });
  expect(ben.entry(removal)).toMatchObject({ kind: 'removal', member: ana.person.id, author: founder.person.id });
});

it('[E13] what is over is gone, and its place stays', async () => {
  const [founder, ana] = (await readers(1, 60)) as [Reader, Reader];
  const text = await ana.say('soon over');
  founder.take(text, await ana.react(text, '👍'));
  expect(founder.see.expire(start + 60_000)).toEqual([text.id, text.id]);
  expect(founder.entry(text)).toMatchObject({ is: 'gone', text: '', reactions: [] });
});

it('[E7] what is not what its kind says says nothing; a text or a file keeps its place', async () => {
  const [founder] = (await readers(0)) as [Reader];
  for (let kind = eventKinds.text; kind < eventKinds.file + 3; kind++) {
    await founder.write(kind, encodeUtf8('{"text":7}'));
  }
  expect(founder.entries()).toMatchObject([{ kind: 'room' }, { kind: 'text', is: 'gone' }, { kind: 'file', is: 'gone' }]);
});

it('tells what is to be drawn anew', async () => {
  const [founder, ana] = (await readers(1)) as [Reader, Reader];
  const text = await ana.say('hi');
  const up = await ana.react(text, '👍');
  const apply = (event: Event) => founder.see.apply(founder.person.take(event));
  expect([apply(text), apply(up), apply(up)]).toEqual([[text.id], [text.id], []]);
  const stub = await ana.say('later');
  expect([apply(stubOf(stub)), apply(stub)]).toEqual([[stub.id], [stub.id]]);
});

describe('[E6] whatever came first, people see the same', () => {
  it.each([1, 2, 3])('seed %i', async (seed) => {
    const people = (await readers(3)) as [Reader, Reader, Reader, Reader];
    const [founder, , , last] = people;
    const all = founder.person.history.events().map((id) => founder.person.history.event(id) as Event);
    const next = chance(seed);
    const texts: Event[] = [];
    const one = async (i: number): Promise<Event> => {
      const by = people[next(4)] as Reader;
      const what = next(10);
      if (i === 100) return founder.remove(last);
      if (what < 2 || i < 20) {
        const text = await by.say(`${i}`);
        texts.push(text);
        return text;
      }
      if (what < 6) return by.edit(texts[next(10)] as Event, `${i}`);
      if (what < 9) return by.react(texts[next(6)] as Event, '👍', next(3) > 0);
      return by.unsay(texts[next(texts.length)] as Event);
    };
    for (let i = 0; i < 250; i++) {
      const event = await one(i);
      all.push(event);
      for (const other of people.slice(0, 3)) if (next(3) > 0) other.take(event); // the last one hears of nothing
    }
    const seen = Array.from({ length: 8 }, () => {
      const late = new Reader(new Person(99, historyLike(founder.person)));
      late.take(...shuffled(all, next));
      late.take(...all); // bodies that were forgotten too soon
      const entries = late.entries();
      late.see = new Timeline(late.person.history);
      expect(late.entries(), 'step by step, and in one go').toEqual(entries);
      return entries;
    });
    for (const entries of seen) expect(entries).toEqual(seen[0]);
    expect(seen[0]?.length).toBeGreaterThan(40);
  });
});

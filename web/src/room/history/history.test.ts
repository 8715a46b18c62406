import { describe, expect, it } from 'vitest';
import { compareBase64url, encodeBase64url } from '../../protocol/base64url';
import { isStub, stubOf, type EventDraft } from '../../protocol/event';
import { eventKinds } from '../../protocol/event-header';
import { newChainId, parseEventId, type EventId } from '../../protocol/ids';
import { ParseError } from '../../protocol/parse-error';
import { History } from './history';
import { bytesBy, meet, newRoom, Person, start } from './testing/people';
import { maxWaiting } from './waiting';

const somebody = newChainId(bytesBy(5));
const unknownId = (...bytes: number[]) =>
  parseEventId(encodeBase64url(Uint8Array.from({ length: 32 }, (_, i) => bytes[i] ?? 0)));

it('[E6] all have one order: descendants later, strangers by their ids', async () => {
  const people = await newRoom(2);
  const [founder, ana, ben] = people as [Person, Person, Person];
  const [a, b] = [await ana.say('a'), await ben.say('b')];
  meet(...people);
  const c = await founder.say('c');
  meet(...people);
  for (const { history, order } of people.map((one) => ({ history: one.history, order: one.order() }))) {
    expect(order).toEqual(founder.order());
    expect([history.compare(a.id, c.id) < 0, history.compare(b.id, c.id) < 0, history.compare(c.id, a.id) < 0]).toEqual([
      true, true, false,
    ]);
    expect(history.compare(a.id, b.id) < 0).toBe(compareBase64url(a.id, b.id) < 0);
  }
});

it('[E4] what comes earlier waits', async () => {
  const [founder, ana] = (await newRoom(1)) as [Person, Person];
  const [one, two, three] = [await ana.say('1'), await ana.say('2'), await ana.say('3')];
  expect(founder.take(three)).toMatchObject({ missing: [two.id], taken: [] });
  expect(founder.take(stubOf(two))).toMatchObject({ missing: [one.id], taken: [] });
  founder.take(two); // with its body, while it waits
  expect(founder.history.give(two.id, ana.id)).toEqual(stubOf(two));
  expect(founder.history.missing()).toEqual([one.id]);
  expect(founder.take(one).taken).toEqual([one.id, two.id, three.id]);
  expect(founder.history.event(two.id)).toEqual(two);
  expect([founder.history.waiting, founder.history.missing()]).toEqual([0, []]);
  expect(founder.take(two).taken).toEqual([]);
});

function firstSaid(one: Person): EventId {
  return one.history.events().find((event) => one.history.event(event)?.author === one.id) as EventId;
}

describe('[E5] refused:', () => {
  const spoilers: Record<string, (honest: EventDraft, people: Person[]) => EventDraft | Promise<EventDraft>> = {
    'lamport too great': (draft) => ({ ...draft, lamport: draft.lamport + 1 }),
    'lamport too small': (draft) => ({ ...draft, lamport: draft.lamport - 1 }),
    'n skipped': (draft) => ({ ...draft, n: draft.n + 1 }),
    'another chain’s event before': (draft) => ({ ...draft, chain: somebody }),
    'another author’s event before': async (draft, [founder, , ben]) => {
      const tip = await (ben as Person).say('x');
      (founder as Person).take(tip);
      return { ...draft, previous: tip.id, seen: [], n: tip.n + 1, lamport: tip.lamport + 1 };
    },
    'its own chain seen': (draft, [, ana]) => ({ ...draft, seen: [firstSaid(ana as Person)] }),
    'a chain without an admission': (draft, [founder]) =>
      ({ ...draft, chain: somebody, n: 1, lamport: 2, previous: null, seen: [(founder as Person).history.root] }),
    'a chain with somebody else’s admission': (draft, [founder, , ben]) => {
      const { history } = founder as Person;
      const { admission } = history.members().find(({ id }) => id === (ben as Person).id) as { admission: EventId };
      const lamport = (history.event(admission)?.lamport ?? 0) + 1;
      return { ...draft, chain: somebody, n: 1, lamport, previous: null, seen: [admission] };
    },
  };

  it.each(Object.entries(spoilers))('%s', async (_, spoil) => {
    const people = await newRoom(2);
    const [founder, ana] = people as [Person, Person, Person];
    founder.take(await ana.say('1'));
    founder.take(await ana.say('2'));
    const honest = ana.draft();
    const spoilt = await spoil(honest, people);
    const bad = await ana.forge(spoilt);
    founder.refuses(bad, 'E5');
    founder.refuses(bad, 'E5'); // again, as it is remembered
    const { chain, n, lamport } = bad;
    const after = { kind: eventKinds.text, time: 0, chain, n: n + 1, lamport: lamport + 1, previous: bad.id, seen: [] };
    founder.refuses(await ana.forge(after), 'E5');
    const faults = founder.history.faults(ana.id);
    expect(faults).toHaveLength(2);
    expect(faults[0]).toEqual({ author: ana.id, rule: 'E5', event: bad.id, other: null });
    founder.take(await ana.forge(honest));
  });
});

it('[E5] what waited for a refused event is refused with it', async () => {
  const [founder, ana] = (await newRoom(1)) as [Person, Person];
  const draft = ana.draft();
  const bad = await ana.forge({ ...draft, lamport: draft.lamport + 1 });
  const later = { ...draft, n: draft.n + 1, previous: bad.id, seen: [] };
  const after = await ana.forge({ ...later, lamport: bad.lamport + 1 });
  founder.take(after);
  founder.take(await ana.forge({ ...later, lamport: bad.lamport + 7, seen: [unknownId(1, 2, 3)] })); // which never comes
  founder.refuses(bad, 'E5');
  founder.refuses(after, 'E5');
  expect([founder.history.waiting, founder.history.missing()]).toEqual([0, []]);
});

it('[E3] what says who may do what is not taken as a stub, and nobody is at fault', async () => {
  const [founder, ana] = (await newRoom(1)) as [Person, Person];
  const one = await founder.admit(new Person(9));
  expect(ana.history.add(stubOf(one), start).refused).toBeInstanceOf(ParseError);
  ana.take(one);
  expect(ana.history.forget(one.id)).toBe(false);
  const first = founder.history.event(founder.history.root);
  expect(() => new History(stubOf(first as NonNullable<typeof first>), start)).toThrow(ParseError);
});

it('[E12] both halves of a fork are taken, and who has both names the author', async () => {
  const people = await newRoom(2);
  const [founder, ana, ben] = people as [Person, Person, Person];
  founder.take(await ana.say('1'));
  const draft = ana.draft();
  const [left, right] = [await ana.forge(draft, '{"text":"l"}'), await ana.forge(draft, '{"text":"r"}')];
  founder.take(left);
  meet(founder, ben);
  expect(founder.history.faults(ana.id)).toEqual([]);
  const { faults } = founder.take(right);
  expect(faults).toEqual([{ author: ana.id, rule: 'E12', event: right.id, other: left.id }]);
  expect(founder.history.faults(ana.id)).toEqual(faults);
  let last = right;
  for (let i = 0; i < 3; i++) { // and it goes on on one half
    last = await ana.forge({ ...draft, n: last.n + 1, lamport: last.lamport + 1, previous: last.id, seen: [] });
    founder.take(last);
  }
  meet(founder, ben);
  expect(ben.order()).toEqual(founder.order());
});

it('[E14] what waits is bounded, and a flood drives out nobody else’s', async () => {
  const [founder, ana, ben] = (await newRoom(2)) as [Person, Person, Person];
  await ben.say('0');
  const late = await ben.say('1');
  founder.take(late);
  const stranger = new Person(99, founder.history);
  const flood = async (by: Person, count: number, body: string) => {
    for (let i = 0; i < count; i++) {
      const previous = unknownId(1, i & 255, i >> 8);
      const draft = { kind: eventKinds.text, time: 0, chain: somebody, n: i + 2, lamport: 9, previous, seen: [] };
      founder.take(await by.forge(draft, body));
    }
  };
  await flood(ana, maxWaiting - 1, '{}');
  const missing = founder.history.missing().length;
  await flood(stranger, 50, '{} ');
  expect([founder.history.waiting, founder.history.missing().length]).toEqual([maxWaiting, missing]);
  await flood(ana, 120, ' '.repeat(40_960));
  expect(founder.history.waiting).toBeLessThan(maxWaiting);
  expect(founder.history.give(late.id, ben.id)).not.toBeNull();
  meet(founder, ben);
  expect(founder.history.has(late.id)).toBe(true);
  expect(isStub(founder.history.event(late.id) as typeof late)).toBe(false);
});

import { describe, expect, it } from 'vitest';
import { stubOf, type Event } from '../../protocol/event';
import { encodeRoomSettings } from '../../protocol/event-body';
import { eventKinds } from '../../protocol/event-header';
import { chance, historyLike, newRoom, Person, settings, shuffled, start } from './testing/people';

/** A room in which people hear late, and some mean harm: all that was said, and somebody who was there. */
async function play(seed: number): Promise<{ readonly all: Event[]; readonly founder: Person }> {
  const next = chance(seed);
  const people: Person[] = await newRoom(4);
  const founder = people[0] as Person;
  const all = founder.history.events().slice(1).map((id) => founder.history.event(id) as Event);
  for (let i = 0; i < 150; i++) {
    const by = people[next(people.length)] as Person;
    for (const one of await act(by, people, next).catch(() => [])) { // who was removed cannot
      all.push(one);
      for (const other of people) if (next(3) > 0) other.history.add(one, start);
    }
  }
  return { all, founder };
}

async function act(by: Person, people: Person[], next: (below: number) => number): Promise<Event[]> {
  const [founder] = people as [Person];
  const other = people[next(people.length)] as Person;
  switch (next(12)) {
    case 0: {
      if (people.length > 9) return [];
      const newcomer = new Person(20 + people.length, historyLike(founder));
      people.push(newcomer);
      return [await by.admit(newcomer)];
    }
    case 1:
      return next(3) === 0 && other !== founder ? [await founder.remove(other)] : [];
    case 2:
      return other === founder ? [] : [await by.admit(other)];
    case 3:
      return [await founder.write(eventKinds.settings, encodeRoomSettings({ ...settings, locked: next(2) === 0 }))];
    case 4: {
      const draft = by.draft();
      return [await by.forge(draft, '{"text":"left"}'), await by.forge(draft, '{"text":"right"}')];
    }
    case 5: {
      const bad = await by.forge({ ...by.draft(), lamport: 1 + next(50) });
      const { chain, n, lamport, id } = bad;
      const after = { kind: eventKinds.text, time: 0, chain, n: n + 1, lamport: lamport + 1, previous: id, seen: [] };
      return [bad, await by.forge(after)];
    }
    default:
      return [await by.say(`${next(1000)}`)];
  }
}

describe('[E4] to [E12] whatever came first, everybody has the same', () => {
  it.each([1, 2, 3, 4, 5, 6])('seed %i', async (seed) => {
    const { all, founder } = await play(seed);
    const next = chance(100 + seed);
    const seen = Array.from({ length: 8 }, () => {
      const one = new Person(99, historyLike(founder));
      for (const event of shuffled(all, next)) {
        if (next(4) === 0) one.history.add(stubOf(event), start);
        one.history.add(event, start);
      }
      const { history } = one;
      return {
        digest: history.digest(), order: one.order(), members: history.members(), settings: history.settings(),
        silent: history.events().filter((id) => !history.says(id)), waiting: history.waiting,
        bodiless: history.bodiless(founder.id, 999),
      };
    });
    for (const one of seen) expect(one).toEqual(seen[0]);
    expect(seen[0]).toMatchObject({ waiting: 0, bodiless: [] });
    expect(seen[0]?.order.length).toBeGreaterThan(30);
  });
});

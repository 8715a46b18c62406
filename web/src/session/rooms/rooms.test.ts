import { describe, expect, it } from 'vitest';
import { newWorld, type Person, type World } from '../testing/world';

const present = (one: Person) =>
  one.state.at === 'room' ? one.state.members.filter(({ presence }) => presence === 'here').length : 0;

/** Somebody creates a room, and the others come in one after the other. */
async function roomOf(world: World, count: number): Promise<Person[]> {
  const people = Array.from({ length: count }, () => world.person());
  const [founder, ...others] = people as [Person, ...Person[]];
  founder.session.createRoom();
  expect(await world.clock.until(() => founder.state.at === 'room')).toBe(true);
  for (const [i, one] of others.entries()) {
    one.session.enter(founder.room.invitation.url);
    const met = await world.clock.until(() => people.slice(0, i + 2).every((each) => present(each) === i + 2), 60_000);
    expect(met, JSON.stringify(people.map((each) => each.story))).toBe(true);
  }
  return people;
}

describe('a room of many', () => {
  it('two talk, and both read the same', async () => {
    const world = newWorld();
    const [ann, ben] = (await roomOf(world, 2)) as [Person, Person];
    expect(ann.session.room?.say('hello')).toEqual({ ok: true });
    expect(await world.clock.until(() => ben.read.length === 1)).toBe(true);
    expect(ben.session.room?.say('hi')).toEqual({ ok: true });
    expect(await world.clock.until(() => ann.read.length === 2)).toBe(true);
    expect([ann.read, ben.read]).toEqual([['hello', '?: hi'], ['?: hello', 'hi']]);
  });

  it('five hear each other, linked to each other, and the store has no more of it than of two', async () => {
    const world = newWorld(2);
    const people = await roomOf(world, 5);
    for (const [i, one] of people.entries()) one.session.room?.say(`from ${i}`);
    expect(await world.clock.until(() => people.every((one) => one.read.length === 5))).toBe(true);
    expect(world.db.members.size).toBeLessThanOrEqual(3);
  });

  it('who closes the page and comes back has what was said, and says more', async () => {
    const world = newWorld(3);
    const [ann, ben] = (await roomOf(world, 2)) as [Person, Person];
    ann.session.room?.say('before');
    expect(await world.clock.until(() => ben.read.length === 1)).toBe(true);
    const { url } = ann.room.invitation;
    const leaving = ben.session.dispose();
    await world.clock.advance(5000);
    await leaving;
    ann.session.room?.say('meanwhile');
    await world.clock.advance(1000);
    const again = world.person({ uid: ben.uid, device: ben.device });
    again.session.enter(url);
    expect(await world.clock.until(() => again.state.at === 'room' && again.read.length === 2, 60_000)).toBe(true);
    again.session.room?.say('back');
    expect(await world.clock.until(() => ann.read.length === 3)).toBe(true);
    expect(ann.read).toEqual(['before', 'meanwhile', '?: back']);
  });
});

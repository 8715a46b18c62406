/** Links that break, or would, while people are in a room (SPEC M7, M11, O8, O10, R5). */
import { describe, expect, it } from 'vitest';
import { allHere, allRead, allTalk, present, says, texts, threeInRoom, twoInRoom } from '../testing/rooms';
import { newWorld, type Person, type World } from '../testing/world';

const live = (world: World) => [...world.ether.connections.values()].filter((one) => one.connectionState === 'connected');
const restarts = (world: World) => [...world.ether.connections.values()].map((one) => one.restarts);

describe('[M7] links whose path fails', () => {
  it('are restarted when it takes a moment, and when the network changes', async () => {
    const world = newWorld(19);
    const people = await twoInRoom(world);
    const [, b] = people;
    const links = live(world);
    const count = () => links.reduce((sum, one) => sum + one.restarts, 0);
    for (const one of links) one.change('disconnected', 'disconnected');
    await world.clock.advance(2900);
    expect([people.map(present), count()]).toEqual([[2, 2], 1]);
    for (const one of people) {
      one.goOnline();
      await world.clock.advance(2000);
    }
    expect(count()).toBe(3);
    says(b, 'over the same line');
    await allRead(world, people, 1);
    expect([world.ether.open, live(world)]).toEqual([2, links]);
  });

  it('are made anew when they break, again and again, and leave nothing behind', async () => {
    const world = newWorld(12);
    const people = await threeInRoom(world);
    await world.clock.advance(10_000);
    for (let i = 0; i < 4; i++) {
      world.ether.cut();
      for (const one of people) says(one, `${i}`);
      await allRead(world, people, 3 * (i + 1));
      await world.clock.advance(60_000);
      expect(people.map(present)).toEqual([3, 3, 3]);
      expect(world.ether.open).toBe(6);
    }
    expect([...world.db.links.values()].filter((one) => one.state === 'paired')).toEqual([]);
  });
});

describe.each([2, 3])('%i people', (count) => {
  const some = async (world: World): Promise<readonly Person[]> => (count === 2 ? twoInRoom(world) : threeInRoom(world));

  it.each(Array.from({ length: 10 }, (_, i) => i + 1))('lose nothing and read nothing twice, whatever breaks (seed %i)', async (seed) => {
    const world = newWorld(seed);
    const people = await some(world);
    const told: string[] = [];
    for (let i = 0; i < 25; i++) {
      for (const [k, one] of people.entries()) {
        if (world.random() < 0.6) {
          says(one, `${k} ${i}`);
          told.push(`${k} ${i}`);
        }
      }
      if (world.random() < 0.15) world.ether.cut();
      if (world.random() < 0.1) [...world.ether.connections.values()].at(-1)?.lose();
      if (world.random() < 0.1) world.db.down = !world.db.down;
      if (world.random() < 0.1) world.ether.paths = !world.ether.paths;
      await world.clock.advance(Math.floor(world.random() ** 3 * 6000));
    }
    world.db.down = false;
    world.ether.paths = true;
    await allHere(world, people, 300_000);
    await allRead(world, people, told.length);
    expect(texts(people[0] as Person).toSorted()).toEqual(told.toSorted());
  });
});

/** The relay's credentials are good for a minute, and it ends with them. */
async function brief(seed: number, prepare: (world: World) => void = () => undefined): Promise<[World, Person, Person]> {
  const world = newWorld(seed);
  world.credentialsSeconds = 60;
  world.relayOnly = true;
  prepare(world);
  const [a, b] = await twoInRoom(world);
  await world.clock.advance(1000);
  expect([a.room.relayed, b.room.relayed]).toEqual([1, 1]);
  return [world, a, b];
}

/** Both write every ten seconds for five minutes; all of it arrives within the ten seconds. @returns how often nobody was linked. */
async function talkOn(world: World, people: readonly Person[]): Promise<number> {
  for (let i = 0; i < 30; i++) {
    for (const one of people) says(one, `word ${i}`);
    await world.clock.advance(10_000);
    for (const one of people) expect(texts(one)).toHaveLength((i + 1) * people.length);
  }
  const breaks = people.map(({ shown }) => {
    const lines = shown.map((state) => (state.at === 'room' ? state.line : null));
    return lines.filter((line, i) => line !== 'here' && lines[i - 1] === 'here').length;
  });
  return breaks.reduce((sum, one) => sum + one, 0);
}

describe('[M11] a room over a relay', () => {
  it.each([31, 32, 33])('goes on by restarts with new credentials, over the same connection (seed %i)', async (seed) => {
    const [world, a, b] = await brief(seed);
    const made = world.ether.connections.size;
    expect(await talkOn(world, [a, b])).toBe(0);
    expect(world.ether.connections.size).toBe(made);
    expect(Math.max(...restarts(world))).toBeGreaterThanOrEqual(300 / 40 - 1);
  });

  it.each([31, 32, 33])('goes on over one link after the other where ICE cannot be restarted (seed %i)', async (seed) => {
    const [world, a, b] = await brief(seed, (one) => {
      one.ether.alter = (frame) => frame.replace(',"restart":true', '');
    });
    const made = world.ether.connections.size;
    await talkOn(world, [a, b]);
    expect(world.ether.connections.size).toBeGreaterThanOrEqual(made + 10);
    expect(world.ether.open).toBe(2);
    expect(Math.max(...restarts(world))).toBe(0);
    await allTalk(world, [a, b], 'and on');
  });

  it('loses nothing when the function is out of order for too long', async () => {
    const [world, a, b] = await brief(34);
    world.apiDown = new Error('down');
    await world.clock.advance(70_000);
    says(a, 'are you there?');
    world.apiDown = null;
    await allHere(world, [a, b], 120_000);
    await allRead(world, [a, b], 1);
  });

  it('that does not go over one does nothing about credentials', async () => {
    const world = newWorld(35);
    world.credentialsSeconds = 60;
    const people = await twoInRoom(world);
    await world.clock.advance(5000);
    const asked = world.apiCalls.length;
    await talkOn(world, people);
    expect([world.apiCalls.length, Math.max(...restarts(world))]).toEqual([asked, 0]);
  });
});

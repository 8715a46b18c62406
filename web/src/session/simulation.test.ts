/**
 * People who do anything at any moment, in a world where things go wrong. Whatever they did, in the end the world
 * is whole: who wants to talk can, and nothing of the rest is left. A failing seed is reproduced by its number.
 */
import { expect, it } from 'vitest';
import { bothTalk, newWorld, wordsBothWays, type Person, type World } from './testing/world';

const steps = 60;

/** One thing that somebody does, or that happens to them. */
function act(world: World, people: readonly Person[], codes: string[]): void {
  const one = people[Math.floor(world.random() * people.length)];
  if (one === undefined) return;
  if (one.state.at === 'room') codes.push(one.state.invitation.code);
  const code = codes[Math.floor(world.random() * codes.length)];
  const acts: (() => unknown)[] = [
    () => one.session.find(),
    () => one.session.find(),
    () => one.session.createRoom(),
    () => one.session.enter(code ?? 'nonsense'),
    () => one.session.enter(code ?? 'nonsense'),
    () => one.session.leave(),
    () => one.session.retry(),
    () => one.session.send('words'),
    () => one.hide(),
    () => one.goOffline(),
    () => (one.page.online = true),
    () => [...world.ether.connections.values()].at(-1)?.change('failed', 'failed'),
    () => (world.db.down = world.random() < 0.3),
    () => (world.ether.paths = world.random() < 0.8),
  ];
  acts[Math.floor(world.random() * acts.length)]?.();
}

/** Nobody talks alone: whoever sees the other here is seen by exactly one. */
function wholePairs(people: readonly Person[]): void {
  const here = people.filter((one) => one.state.at === 'talking' && one.state.peer === 'here');
  expect(here.length % 2, JSON.stringify(people.map((one) => one.story.slice(-4)))).toBe(0);
}

it.each(Array.from({ length: 60 }, (_, i) => i + 1))('seed %i', async (seed) => {
  const world = newWorld(seed);
  const people = [world.person(), world.person(), world.person(), world.person()];
  const codes: string[] = [];
  for (let i = 0; i < steps; i++) {
    act(world, people, codes);
    await world.clock.advance(Math.floor(world.random() ** 3 * 8000));
  }
  world.db.down = false;
  world.ether.paths = true;
  for (const one of people) one.page.online = true;
  await world.clock.advance(60_000);
  wholePairs(people);
  for (const one of people) {
    one.session.leave();
    for (const { id } of one.session.rooms.getRooms()) one.session.rooms.forgetRoom(id);
  }
  await world.clock.advance(30_000);
  expect(people.map((one) => one.state)).toEqual(people.map(() => ({ at: 'start' })));
  expect(world.ether.open).toBe(0);
  expect([...world.db.links.values()].filter((link) => link.state === 'paired').length).toBe(0);
  expect(world.tickets.filter((one) => one.answer.status === 'waiting')).toEqual([]);
  const [a, b] = people as [Person, Person];
  a.session.find();
  b.session.find();
  await bothTalk(world, a, b);
  await wordsBothWays(world, a, b);
});

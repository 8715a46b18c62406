/**
 * People who come, go, talk, crash and are removed at any moment, in a world where things go wrong. Whatever they did, in the
 * end who is in the room is there for the others, all read the same, and nothing else is left. A failing seed is reproduced
 * by its number.
 */
import { expect, it } from 'vitest';
import type { Uid } from '../../protocol/ids';
import { allHere, allTalk, createsRoom, stories, texts } from '../testing/rooms';
import { newWorld, type Person, type World } from '../testing/world';

const steps = 40;

/** Somebody, whoever plays them at the time: a page that was loaded again is the same person. */
type Role = { one: Person };

/** One thing that somebody does, or that happens to them. @param crashes - takes who crashes; null: nobody does. */
async function act(world: World, roles: readonly Role[], code: string, told: string[], crashes: Set<Uid> | null): Promise<void> {
  const role = roles[Math.floor(world.random() * roles.length)];
  if (role === undefined) return;
  const { one } = role;
  const { room } = one.session;
  const say = (text: string) => {
    if (room?.say(text).ok === true) told.push(text);
  };
  const acts: (() => unknown)[] = [
    () => one.session.enter(code),
    () => one.session.enter(code),
    () => one.session.leave(),
    () => one.session.retry(),
    () => say(`word ${told.length}`),
    () => say(`word ${told.length}`),
    () => say(`word ${told.length}`),
    () => room?.typing(),
    () => room?.rename(`name ${told.length}`),
    () => one.session.rooms.goHome(),
    () => one.session.makeCode(),
    () => one.hide(),
    () => one.goOffline(),
    () => one.goOnline(),
    async () => {
      if (crashes === null) return;
      await world.crash(one);
      crashes.add(one.uid);
      role.one = world.person({ uid: one.uid, device: one.device });
    },
    () => world.ether.cut(),
    () => [...world.ether.connections.values()].at(-1)?.change('failed', 'failed'),
    () => (world.db.down = world.random() < 0.3),
    () => (world.ether.paths = world.random() < 0.8),
  ];
  await acts[Math.floor(world.random() * acts.length)]?.();
}

it.each([2, 3].flatMap((count) => Array.from({ length: 20 }, (_, i) => [count, i + 1] as const)))(
  '%i people, seed %i',
  async (count, seed) => {
    const world = newWorld(seed);
    const roles: Role[] = Array.from({ length: count }, () => ({ one: world.person() }));
    const [first] = roles as [Role];
    const code = await createsRoom(world, first.one);
    const told: string[] = [];
    const crashes = new Set<Uid>();
    for (let i = 0; i < steps; i++) {
      await act(world, roles, code, told, seed % 2 === 0 ? crashes : null);
      await world.clock.advance(Math.floor(world.random() ** 3 * 8000));
    }
    world.db.down = false;
    world.ether.paths = true;
    const people = roles.map(({ one }) => one);
    for (const one of people) one.page.online = true;
    await world.clock.advance(30_000);
    for (const one of people) if (one.state.at !== 'room') one.session.enter(code);
    await allHere(world, people, 300_000);
    await world.clock.advance(60_000);
    await allTalk(world, people, 'in the end');
    const read = texts(first.one);
    expect(new Set(read).size, stories(people)).toBe(read.length);
    // Who crashes may lose what they have just said, and leaves documents behind.
    if (crashes.size === 0) expect(read.filter((text) => text.startsWith('word')).toSorted()).toEqual(told.toSorted());
    for (const one of people) one.session.leave();
    await world.clock.advance(30_000);
    expect(people.map((one) => one.state)).toEqual(people.map(() => ({ at: 'start' })));
    expect(world.ether.open).toBe(0);
    const { links, members } = world.db;
    const ofCrashes = (...uids: Uid[]) => uids.some((uid) => crashes.has(uid));
    expect([...links.values()].filter((one) => one.state === 'paired' && !ofCrashes(one.caller, one.callee))).toEqual([]);
    expect([...members.values()].filter(({ uid }) => !ofCrashes(uid))).toEqual([]);
  },
);

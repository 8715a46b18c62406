/** Rooms while the store, the function, the network or a path is gone; and people who go before they have come. */
import { describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failures';
import {
  allHere, allRead, allTalk, comes, createsRoom, ends, failed, present, roomOf, says, twoInRoom,
} from '../testing/rooms';
import { newWorld, type Person, type World } from '../testing/world';

/** Nothing is left of somebody who has come, or was about to: World.end looks for timers and connections. */
function nothingOf(world: World, one: Person): void {
  expect([...world.db.members.values()].filter(({ uid }) => uid === one.uid)).toEqual([]);
  expect([...world.db.links.values()].filter(({ state, caller }) => state === 'paired' && caller === one.uid)).toEqual([]);
}

describe('whenever it ends', () => {
  const moments = [0, 10, 30, 60, 100, 150, 200, 250, 300, 400, 500, 700, 1000, 3000, 6000];

  it.each(moments)('who leaves %i ms after entering leaves nothing behind, and disturbs nobody', async (ms) => {
    const world = newWorld(ms + 1);
    const people = await twoInRoom(world);
    const c = world.person();
    c.session.enter(people[0].room.invitation.code);
    await world.clock.advance(ms);
    c.session.leave();
    await world.clock.advance(20_000);
    nothingOf(world, c);
    expect(people.map(present)).toEqual([2, 2]);
    expect(world.ether.open).toBe(2);
  });

  it.each(moments.slice(0, 8))('who leaves %i ms after creating a room leaves nothing behind', async (ms) => {
    const world = newWorld(ms + 1);
    const a = world.person();
    a.session.createRoom();
    await world.clock.advance(ms);
    a.session.leave();
    await world.clock.advance(20_000);
    nothingOf(world, a);
  });

  it.each(moments.slice(0, 12))('the store goes %i ms after entering: one is in, or out by name, and in when it is back', async (ms) => {
    const world = newWorld(ms + 1);
    const people = await twoInRoom(world);
    const c = world.person();
    c.session.enter(people[0].room.invitation.code);
    await world.clock.advance(ms);
    world.db.down = true;
    await ends(world, c);
    if (c.state.at === 'failed') expect(c.state).toEqual(failed('store_unavailable'));
    world.db.down = false;
    c.session.retry();
    await allHere(world, [...people, c], 180_000);
  });
});

describe('while something is gone', () => {
  it('the store: nobody comes in, and one click is enough when it is back', async () => {
    const world = newWorld(8);
    const a = world.person();
    const code = await createsRoom(world, a);
    world.db.down = true;
    const b = await comes(world, code);
    expect(b.state).toEqual(failed('store_unavailable'));
    world.db.down = false;
    b.session.retry();
    await allHere(world, [a, b]);
  });

  it('the store, when a room is created: nothing is kept of it, and one click is enough when it is back', async () => {
    const world = newWorld(9);
    const a = world.person();
    world.db.down = true;
    a.session.createRoom();
    await ends(world, a);
    expect(a.state).toEqual(failed('store_unavailable'));
    world.db.down = false;
    await world.clock.advance(30_000);
    expect([a.session.rooms.getRooms(), world.db.members.size]).toEqual([[], 0]);
    a.session.retry();
    await ends(world, a);
    const b = await comes(world, a.room.invitation.code);
    await allHere(world, [a, b]);
    await allTalk(world, [a, b], 'word');
  });

  it('the store, while inside: who is there goes on, and who comes later is found', async () => {
    const world = newWorld(10);
    const people = await twoInRoom(world);
    const { code } = people[0].room.invitation;
    world.db.down = true;
    await world.clock.advance(120_000);
    await allTalk(world, people, 'word');
    world.db.down = false;
    await world.clock.advance(60_000);
    const c = await comes(world, code);
    await allHere(world, [...people, c]);
  });

  it('the function: a room still works, as two devices in one network need no relay', async () => {
    const world = newWorld(11);
    world.apiDown = new Failure('function_unavailable');
    const people = await twoInRoom(world);
    await allTalk(world, people, 'word');
  });

  it('the network, on the way: it says so, and one click is enough', async () => {
    const world = newWorld(12);
    const [a, b] = [world.person(), world.person()];
    const code = await createsRoom(world, a);
    b.session.enter(code);
    await world.clock.advance(50);
    b.goOffline();
    expect(b.state).toEqual(failed('offline'));
    b.goOnline();
    b.session.retry();
    await allHere(world, [a, b]);
  });

  it('the network, inside: the room stays on the screen', async () => {
    const world = newWorld(13);
    const [a, b] = await twoInRoom(world);
    b.goOffline();
    expect(b.state.at).toBe('room');
    says(b, 'to be read later');
    b.goOnline();
    await allRead(world, [a, b], 1);
  });

  it('paths, for two minutes: they find each other again, and have missed nothing', async () => {
    const world = newWorld(14);
    const people = await roomOf(world, world.person(), world.person());
    world.ether.paths = false;
    world.ether.cut();
    for (const [i, one] of people.entries()) says(one, `alone ${i}`);
    await world.clock.advance(120_000);
    world.ether.paths = true;
    await allHere(world, people, 180_000);
    await allRead(world, people, 2);
  });
});

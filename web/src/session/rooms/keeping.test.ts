/** What a device keeps of its rooms, and rooms that outlast their documents (SPEC E12, E13, R11). */
import { describe, expect, it } from 'vitest';
import type { RoomCard } from '../room-model';
import {
  allHere, allRead, allTalk, createsRoom, entries, entryOf, present, roomOf, says, stories, texts, threeInRoom, twoInRoom, verbs,
} from '../testing/rooms';
import { newWorld, type Person, type World } from '../testing/world';

const day = 24 * 3_600_000;

const cards = (one: Person): readonly RoomCard[] => one.session.rooms.getRooms();

/** Somebody's page is closed, and opened again. */
async function reopens(world: World, one: Person): Promise<Person> {
  const gone = one.session.dispose();
  await world.clock.advance(3000);
  await gone;
  return world.person({ uid: one.uid, device: one.device });
}

/** The entry with this text. */
const shown = (one: Person, text: string) => entries(one).find(({ id }) => id === entryOf(one, text));

/** The list of rooms, once it is loaded. */
async function listed(world: World, one: Person, count = 1): Promise<readonly RoomCard[]> {
  await world.clock.until(() => cards(one).length === count);
  expect(cards(one)).toHaveLength(count);
  return cards(one);
}

describe('what is kept', () => {
  it('is there after the page was closed, and what was said meanwhile comes', async () => {
    const world = newWorld(7);
    const [a, b] = await twoInRoom(world);
    verbs(a).arrange({ name: 'Books' });
    await allTalk(world, [a, b], 'before');
    const again = await reopens(world, b);
    says(a, 'meanwhile');
    const [card] = await listed(world, again);
    expect(card).toMatchObject({ name: 'Books', is: 'closed', founder: false, here: 0, last: { text: texts(a)[1] } });
    again.session.rooms.openRoom(card?.id as RoomCard['id']);
    await world.clock.until(() => again.state.at === 'room');
    expect(texts(again), 'at once').toEqual(texts(a).slice(0, 2));
    await allRead(world, [a, again], 3);
    says(again, 'back');
    await allRead(world, [a, again], 4);
  });

  it('[E6] a time later than its arrival is shown as that, also by who reopens the page; it disappears by that', async () => {
    const world = newWorld(17);
    const [a, b] = await roomOf(world, world.person({ aheadMs: 600_000 }), world.person());
    verbs(a).arrange({ keepSeconds: 3600 });
    await world.clock.until(() => b.room.settings.keepSeconds === 3600);
    const said = world.clock.now();
    says(a, 'from the future');
    await allRead(world, [a, b], 1);
    const first = shown(b, 'from the future');
    expect(first).toMatchObject({ ahead: true });
    expect((first?.at ?? 0) - said).toBeLessThan(5000);
    await world.clock.advance(120_000);
    const again = await reopens(world, b);
    again.session.rooms.openRoom((await listed(world, again))[0]?.id as RoomCard['id']);
    await world.clock.until(() => again.state.at === 'room' && texts(again).length === 1);
    expect(shown(again, 'from the future')).toMatchObject({ ahead: true, at: first?.at });
    await world.clock.advance(said + 3_595_000 - world.clock.now());
    expect(texts(again)).toEqual(['from the future']);
    await world.clock.advance(10_000);
    expect(texts(again)).toEqual([]);
  });

  it('says from where on nothing was seen', async () => {
    const world = newWorld(8);
    const [a, b] = await twoInRoom(world);
    const { code } = a.room.invitation;
    says(a, 'seen');
    await allRead(world, [a, b], 1);
    verbs(b).seen(entryOf(b, 'seen'));
    says(a, 'not seen');
    await allRead(world, [a, b], 2);
    const again = await reopens(world, b);
    expect((await listed(world, again))[0]?.unread).toBe(1);
    again.session.enter(code);
    await world.clock.until(() => again.state.at === 'room');
    expect(again.room.unreadFrom).toBe(entryOf(again, 'not seen'));
  });

  it('is taken up at once by who leaves and comes back', async () => {
    const world = newWorld(9);
    const a = world.person();
    const code = await createsRoom(world, a);
    says(a, 'one');
    a.session.leave();
    a.session.enter(code);
    expect(await world.clock.until(() => a.state.at === 'room'), stories([a])).toBe(true);
    expect([texts(a), a.room.founder]).toEqual([['one'], true]);
    says(a, 'two');
    await world.clock.until(() => texts(a).length === 2);
  });

  it('is forgotten when the person says so, and the room goes on', async () => {
    const world = newWorld(10);
    const [a, b] = await twoInRoom(world);
    await allTalk(world, [a, b], 'before');
    verbs(b).keep(false);
    await world.clock.advance(1000);
    expect([b.room.kept, texts(b).length]).toEqual([false, 2]);
    const again = await reopens(world, b);
    again.session.rooms.getRooms();
    await world.clock.advance(1000);
    expect(cards(again)).toEqual([]);
    await allTalk(world, [a], 'on');
  });

  it('is kept again from the beginning when it is switched on again', async () => {
    const world = newWorld(11);
    const [a, b] = await twoInRoom(world);
    await allTalk(world, [a, b], 'before');
    verbs(b).keep(false);
    await world.clock.advance(1000);
    verbs(b).keep(true);
    await world.clock.advance(1000);
    const again = await reopens(world, b);
    again.session.rooms.openRoom((await listed(world, again))[0]?.id as RoomCard['id']);
    await world.clock.until(() => again.state.at === 'room');
    expect(texts(again)).toEqual(texts(a));
  });

  it('is forgotten with the room, which is left', async () => {
    const world = newWorld(12);
    const [a, b] = await twoInRoom(world);
    await allTalk(world, [a, b], 'before');
    const { id } = b.room;
    b.session.rooms.forgetRoom(id);
    expect(b.state).toEqual({ at: 'start' });
    await world.clock.advance(2000);
    expect([cards(b), present(a)]).toEqual([[], 1]);
    const again = await reopens(world, b);
    again.session.rooms.getRooms();
    await world.clock.advance(1000);
    expect(cards(again)).toEqual([]);
    // And of a room that is not open.
    const { id: other } = a.room;
    a.session.leave();
    await world.clock.advance(1000);
    a.session.rooms.forgetRoom(other);
    await world.clock.advance(1000);
    expect(cards(a)).toEqual([]);
  });

  it('goes when it disappears in the room, also while the page is closed', async () => {
    const world = newWorld(13);
    const [a, b] = await twoInRoom(world);
    verbs(a).arrange({ keepSeconds: 60 });
    await world.clock.until(() => b.room.settings.keepSeconds === 60);
    await allTalk(world, [a, b], 'soon gone');
    const again = await reopens(world, b);
    const [card] = await listed(world, again);
    await world.clock.advance(61_000);
    again.session.rooms.openRoom(card?.id as RoomCard['id']);
    await world.clock.until(() => again.state.at === 'room');
    expect(texts(again)).toEqual([]);
  });
});

describe('[E12] the own chain', () => {
  it('goes on after the page was closed', async () => {
    const world = newWorld(14);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    await allTalk(world, people, 'before');
    const again = await reopens(world, b);
    again.session.enter(a.room.invitation.code);
    await allHere(world, [a, again, c]);
    await allTalk(world, [a, again, c], 'after');
    // Receipts are about the last chain of somebody: they would be lost for what was said in another one.
    await world.clock.advance(2000);
    const entry = again.room.entries.at(again.room.entries.indexOf(entryOf(again, 'before 1')));
    expect(entry).toMatchObject({ delivery: { have: 2 } });
  });

  it('is another one when the page died before all was written: nothing is said twice in one place', async () => {
    const world = newWorld(15);
    const [a, b] = await twoInRoom(world);
    await allTalk(world, [a, b], 'before');
    await world.clock.advance(5000);
    says(b, 'last words');
    await world.clock.until(() => texts(a).length === 3);
    // The archive has not got it, and the note says so.
    await world.crash(b, { keeps: false });
    const again = world.person({ uid: b.uid, device: b.device });
    again.session.enter(a.room.invitation.code);
    await allRead(world, [a, again], 3);
    says(again, 'and more');
    await allRead(world, [a, again], 4);
    expect(texts(a).slice(2)).toEqual(['last words', 'and more']);
  });
});

describe('[R11] a room whose time is over in the store', () => {
  it('is made anew by its doors while somebody is in it', async () => {
    const world = newWorld(17);
    const people = await twoInRoom(world);
    // As after a day, in which much would happen.
    const [rooms, members] = [world.db.rooms, world.db.members];
    for (const [id, room] of rooms) rooms.set(id, { ...room, expireAt: world.clock.now() + 1000 });
    for (const [name, one] of members) members.set(name, { ...one, expireAt: world.clock.now() + 1000 });
    await world.clock.advance(70_000);
    expect(people.map(present)).toEqual([2, 2]);
    expect([...rooms.values()].every((room) => world.db.isLive(room))).toBe(true);
    const c = world.person();
    c.session.enter(people[0].room.invitation.code);
    await allHere(world, [...people, c]);
    await allTalk(world, [...people, c], 'word');
  });

  it('is made anew by who comes back the next day, with what was kept', async () => {
    const world = newWorld(18);
    const [a, b] = await twoInRoom(world);
    const { code } = a.room.invitation;
    await allTalk(world, [a, b], 'yesterday');
    const before = texts(a);
    const [a2, b2] = [await reopens(world, a), await reopens(world, b)];
    await world.clock.advance(day + 3_600_000);
    const c = world.person();
    c.session.enter(code);
    await world.clock.until(() => c.state.at === 'failed');
    expect(c.state).toMatchObject({ failure: 'room_over' });
    a2.session.rooms.openRoom((await listed(world, a2))[0]?.id as RoomCard['id']);
    await world.clock.until(() => a2.state.at === 'room' && a2.room.line === 'alone');
    expect(texts(a2)).toEqual(before);
    await world.clock.advance(1000);
    b2.session.enter(code);
    await allHere(world, [a2, b2]);
    await allTalk(world, [a2, b2], 'today');
    expect(texts(b2)).toHaveLength(4);
  });

  it.each([1, 2, 3, 4])('is made anew by all who come back at once, once (seed %i)', async (seed) => {
    const world = newWorld(seed);
    const people = await threeInRoom(world);
    const { code } = people[0].room.invitation;
    await allTalk(world, people, 'yesterday');
    for (const one of people) one.session.leave();
    await world.clock.advance(day + 3_600_000);
    for (const one of people) one.session.enter(code);
    await allHere(world, people, 120_000);
    await allTalk(world, people, 'today');
    await world.clock.advance(30_000);
    expect(world.db.members.size).toBeLessThanOrEqual(3);
  });

  it('is not missed by who was in it while the store forgot it', async () => {
    const world = newWorld(19);
    const people = await twoInRoom(world);
    world.db.rooms.clear();
    world.db.members.clear();
    world.db.changed();
    await world.clock.advance(70_000);
    const c = world.person();
    c.session.enter(people[0].room.invitation.code);
    await allHere(world, [...people, c]);
  });
});

/** Several rooms at once, and the list of them. */
import { describe, expect, it } from 'vitest';
import type { RoomCard } from '../room-model';
import { allHere, allRead, allTalk, entryOf, present, roomOf, says, texts, twoInRoom, verbs } from '../testing/rooms';
import { bothTalk, newWorld, type Person } from '../testing/world';

const cards = (one: Person): readonly RoomCard[] => one.session.rooms.getRooms();

describe('several rooms at once', () => {
  it('go on while another one is on the screen, and count what was not seen', async () => {
    const world = newWorld(1);
    const [a, b, c] = [world.person(), world.person(), world.person()];
    await roomOf(world, a, b);
    const first = a.room.id;
    says(b, 'seen');
    await allRead(world, [a, b], 1);
    verbs(a).seen(entryOf(a, 'seen'));
    await roomOf(world, c, a);
    expect(a.room.id).not.toBe(first);
    expect(cards(a)).toMatchObject([{ id: first, is: 'open', here: 2, unread: 0 }, { is: 'open', here: 2 }]);
    for (const text of ['one', 'two']) says(b, text);
    await world.clock.until(() => cards(a)[0]?.unread === 2);
    expect(cards(a)[0]).toMatchObject({ unread: 2, last: { text: 'two' } });
    expect(texts(a)).toEqual([]);
    a.session.rooms.openRoom(first);
    expect([a.room.id, texts(a)]).toEqual([first, ['seen', 'one', 'two']]);
    verbs(a).seen(entryOf(a, 'two'));
    await world.clock.advance(1);
    expect(cards(a)[0]?.unread).toBe(0);
    await allTalk(world, [a, b], 'word');
  });

  it('one is shown by entering it again, and by its link', async () => {
    const world = newWorld(2);
    const [a, b] = await twoInRoom(world);
    const { id, invitation } = a.room;
    a.session.createRoom();
    await world.clock.until(() => a.state.at === 'room' && a.room.id !== id);
    const made = world.ether.connections.size;
    a.session.enter(invitation.url);
    expect(a.room.id).toBe(id);
    await world.clock.advance(5000);
    expect([world.ether.connections.size, present(b)]).toEqual([made, 2]);
  });

  it('the start is shown while they go on, and leaving ends the one that is shown', async () => {
    const world = newWorld(3);
    const [a, b] = await twoInRoom(world);
    const { id } = a.room;
    a.session.rooms.goHome();
    expect([a.state, a.session.room]).toEqual([{ at: 'start' }, null]);
    says(b, 'still here?');
    await world.clock.until(() => cards(a)[0]?.unread === 1);
    expect(present(b)).toBe(2);
    a.session.rooms.openRoom(id);
    a.session.leave();
    expect(cards(a)).toMatchObject([{ id, is: 'closed', unread: 1 }]);
    await allHere(world, [b]);
  });

  it('go on while their person talks to a stranger', async () => {
    const world = newWorld(4);
    const [a, b] = await twoInRoom(world);
    const { id } = a.room;
    const c = world.person();
    c.session.find();
    await world.clock.until(() => c.state.at === 'waiting');
    a.session.find();
    await bothTalk(world, a, c);
    says(b, 'where are you?');
    await world.clock.until(() => cards(a)[0]?.unread === 1);
    a.session.rooms.openRoom(id);
    expect(texts(a)).toEqual(['where are you?']);
    await world.clock.until(() => c.state.at === 'talking' && c.talk.peer === 'left');
  });

  it('one that ends while it is not shown ends by itself', async () => {
    const world = newWorld(5);
    const [a, b] = await twoInRoom(world);
    b.session.rooms.goHome();
    const { members } = a.room;
    const [, other] = members;
    if (other === undefined) throw new Error('nobody');
    verbs(a).remove(other.id);
    await world.clock.until(() => cards(b)[0]?.is === 'closed');
    expect(b.state).toEqual({ at: 'start' });
  });

  it('the list is the same object until it changes', async () => {
    const world = newWorld(6);
    const [a, b] = await twoInRoom(world);
    await world.clock.advance(5000);
    const before = cards(a);
    expect(cards(a)).toBe(before);
    says(b, 'news');
    await allRead(world, [a, b], 1);
    expect(cards(a)).not.toBe(before);
  });
});

describe('two pages of one browser', () => {
  it('the last one that enters is in the room, and the other says so', async () => {
    const world = newWorld(16);
    const [a, b] = await twoInRoom(world);
    await allTalk(world, [a, b], 'before');
    await world.clock.advance(2000);
    const page = world.person({ uid: b.uid, device: b.device });
    page.session.enter(a.room.invitation.code);
    await world.clock.until(() => b.state.at === 'failed');
    expect(b.state).toEqual({ at: 'failed', for: 'room', failure: 'open_elsewhere', retry: 'enter' });
    await allHere(world, [a, page]);
    await allTalk(world, [a, page], 'here');
    b.session.retry();
    await world.clock.until(() => page.state.at === 'failed');
    await allHere(world, [a, b]);
    await allTalk(world, [a, b], 'there');
    expect(texts(b)).toHaveLength(6);
  });
});

describe('five people', () => {
  it('are linked each with each, and the store has no more of it than of two', async () => {
    const world = newWorld(2);
    const people = Array.from({ length: 5 }, () => world.person());
    await roomOf(world, ...people);
    await allTalk(world, people, 'word');
    await world.clock.advance(20_000);
    expect(world.ether.open).toBe(5 * 4);
    expect(world.db.members.size).toBeLessThanOrEqual(3);
  });
});

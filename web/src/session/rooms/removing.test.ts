/** Removing a member (SPEC E10, R8 to R10). */
import { describe, expect, it } from 'vitest';
import type { RoomCode } from '../../protocol/room-code';
import { allHere, allRead, allTalk, entries, memberOf, present, says, texts, threeInRoom, twoInRoom, verbs } from '../testing/rooms';
import { newWorld, type Person, type World } from '../testing/world';

/** What somebody hears over the wire from now on. */
function overheard(world: World): string[] {
  const frames: string[] = [];
  world.ether.overhear = (frame) => frames.push(frame);
  return frames;
}

const removedState = { at: 'failed', for: 'room', failure: 'removed', retry: null };

/** The founder removes the last of three; all have talked before. */
async function removal(world: World): Promise<{ people: [Person, Person, Person]; old: string }> {
  const people = await threeInRoom(world);
  const [a, , c] = people;
  const old = a.room.invitation.code;
  await allTalk(world, people, 'before');
  await world.clock.advance(10_000);
  expect(verbs(a).remove(memberOf(a, c).id)).toEqual({ ok: true });
  return { people, old };
}

/** Somebody tries to come in, and is told why not. */
async function refused(world: World, one: Person, code: string): Promise<string> {
  one.session.enter(code);
  await world.clock.until(() => one.state.at === 'failed');
  return one.state.at === 'failed' ? one.state.failure : one.state.at;
}

describe('[R8] who is removed', () => {
  it('is told, and reads nothing of what comes after; the others go on at another code', async () => {
    const world = newWorld(1);
    const { people: [a, b, c], old } = await removal(world);
    await world.clock.until(() => c.state.at === 'failed');
    expect(c.state).toEqual(removedState);
    await world.clock.until(() => b.room.invitation.code !== old);
    expect(b.room.invitation).toEqual(a.room.invitation);
    await allHere(world, [a, b]);
    await allTalk(world, [a, b], 'after');
    expect(memberOf(a, b).presence).toBe('here');
    expect(a.room.members.map(({ presence }) => presence)).toEqual(['here', 'here', 'removed']);
    expect(entries(b).at(-3)).toMatchObject({ kind: 'removed' });
    for (const state of c.shown) {
      if (state.at === 'room') expect(state.entries.length).toBeLessThanOrEqual(6);
    }
    expect(JSON.stringify(c.session.rooms.getRooms())).not.toContain('after');
  });

  it('finds the door shut, with what it has kept and as somebody new', async () => {
    const world = newWorld(2);
    const { people: [a, b, c], old } = await removal(world);
    await world.clock.until(() => c.state.at === 'failed');
    await world.clock.until(() => b.room.invitation.code !== old);
    await world.clock.advance(10_000);
    // With the same device but nothing kept, so that the room has to tell.
    const again = world.person({ uid: c.uid, device: c.device });
    expect(await refused(world, again, old)).toBe('removed');
    expect(await refused(world, world.person(), old), '[R10] the old code lets in nobody new').toBe('room_locked');
    await allTalk(world, [a, b], 'undisturbed');
    expect([present(a), present(b)]).toEqual([2, 2]);
  });

  it('hears nothing of the new code', async () => {
    const world = newWorld(3);
    const frames = overheard(world);
    const { people: [a, b], old } = await removal(world);
    await world.clock.until(() => b.room.invitation.code !== old);
    const { code } = a.room.invitation;
    const told = frames.filter((frame) => frame.includes(code));
    expect(told.length, 'each member is told by who knows it').toBeGreaterThan(0);
    // A to B, and perhaps B back to A: nobody else is told.
    expect(told.length).toBeLessThanOrEqual(2);
  });

  it('is removed by the founder alone, who cannot remove themselves', async () => {
    const world = newWorld(4);
    const [a, b] = await twoInRoom(world);
    expect(verbs(b).remove(memberOf(b, a).id)).toEqual({ ok: false, why: 'not_yours' });
    const me = a.room.members.find(({ self }) => self);
    if (me === undefined) throw new Error('nobody');
    expect(verbs(a).remove(me.id)).toEqual({ ok: false, why: 'not_yours' });
    await allTalk(world, [a, b], 'word');
  });

  it('while it is away finds out when it comes back', async () => {
    const world = newWorld(5);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    const old = a.room.invitation.code;
    await allTalk(world, people, 'before');
    const { id } = memberOf(a, c);
    c.session.leave();
    await allHere(world, [a, b]);
    verbs(a).remove(id);
    await world.clock.until(() => b.room.invitation.code !== old);
    await allTalk(world, [a, b], 'after');
    expect(await refused(world, c, old)).toBe('removed');
    for (const state of c.shown) if (state.at === 'room') expect(state.entries.length).toBeLessThanOrEqual(6);
  });
});

describe('[R10] who was away while another one was removed', () => {
  it.each([1, 2, 3, 4])('comes back at the old code and is told the new one (seed %i)', async (seed) => {
    const world = newWorld(seed);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    const d = world.person();
    d.session.enter(a.room.invitation.code);
    await allHere(world, [...people, d]);
    await world.clock.advance(10_000);
    const old = a.room.invitation.code;
    b.session.leave();
    await allHere(world, [a, c, d]);
    verbs(a).remove(memberOf(a, c).id);
    await world.clock.until(() => c.state.at === 'failed');
    await world.clock.until(() => d.room.invitation.code !== old);
    await world.clock.advance(10_000);
    b.session.enter(old);
    await allHere(world, [a, b, d]);
    await world.clock.until(() => b.room.invitation.code === a.room.invitation.code);
    expect(b.room.invitation).toEqual(a.room.invitation);
    await allTalk(world, [a, b, d], 'together');
    // And from then on by the new one, also in the list of rooms.
    const { id } = b.room;
    b.session.leave();
    await allHere(world, [a, d]);
    b.session.rooms.openRoom(id);
    await allHere(world, [a, b, d]);
  });

  it('comes back by the new code, when somebody has given it to them', async () => {
    const world = newWorld(6);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    const old = a.room.invitation.code;
    await allTalk(world, people, 'before');
    b.session.leave();
    await allHere(world, [a, c]);
    verbs(a).remove(memberOf(a, c).id);
    await world.clock.until(() => a.room.invitation.code !== old);
    await world.clock.advance(5000);
    b.session.enter(a.room.invitation.code);
    await allHere(world, [a, b]);
    await allTalk(world, [a, b], 'after');
    expect(texts(b)).toHaveLength(5);
    // One room in the list, not two.
    expect(b.session.rooms.getRooms()).toHaveLength(1);
  });
});

describe('[R8] two removals', () => {
  it('one after the other move the room twice', async () => {
    const world = newWorld(7);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    const codes = new Set<RoomCode | string>([a.room.invitation.code]);
    for (const one of [b, c]) {
      verbs(a).remove(memberOf(a, one).id);
      await world.clock.until(() => one.state.at === 'failed');
      await world.clock.advance(2000);
      codes.add(a.room.invitation.code);
    }
    expect(codes.size).toBe(3);
    const d = world.person();
    d.session.enter(a.room.invitation.code);
    await allHere(world, [a, d]);
    await allTalk(world, [a, d], 'word');
  });
});

describe('[R9] who leaves', () => {
  it('is away at once, by a word and not by a silence', async () => {
    const world = newWorld(8);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    c.session.leave();
    expect(c.state).toEqual({ at: 'start' });
    await world.clock.advance(1000);
    expect([present(a), present(b)]).toEqual([2, 2]);
    expect(memberOf(a, b).presence).toBe('here');
    expect(a.room.members.map(({ presence }) => presence)).toEqual(['here', 'here', 'away']);
    says(a, 'you missed this');
    await allRead(world, [a, b], 1);
  });

  it('has said what was said just before', async () => {
    const world = newWorld(10);
    const [a, b] = await twoInRoom(world);
    says(b, 'goodbye');
    b.session.leave();
    await world.clock.until(() => present(a) === 1);
    expect(texts(a)).toEqual(['goodbye']);
    expect(b.session.rooms.getRooms()).toMatchObject([{ is: 'closed', last: { text: 'goodbye' } }]);
  });

  it('by closing the page leaves no document behind', async () => {
    const world = newWorld(9);
    const [a, b] = await twoInRoom(world);
    await world.clock.advance(10_000);
    expect(world.db.members.size).toBe(2);
    const gone = b.session.dispose();
    await world.clock.advance(2000);
    await gone;
    expect(world.db.members.size).toBe(1);
    expect(present(a)).toBe(1);
  });
});

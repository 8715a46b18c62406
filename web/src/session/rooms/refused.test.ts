/** Rooms that one does not come into (SPEC K1, K3, R1, R4, R9). */
import { describe, expect, it } from 'vitest';
import { newRoomCode } from '../../protocol/room-code';
import {
  allHere, allTalk, comes, createsRoom, ends, failed, present, threeInRoom, twoInRoom, verbs,
} from '../testing/rooms';
import { newWorld } from '../testing/world';

describe('a room that cannot be entered', () => {
  it('[K1] a broken link asks nothing of the store', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.enter('https://parley.example/#r=AQABAgM');
    expect(a.state).toEqual(failed('link_broken', null));
    await world.clock.advance(1000);
    expect(world.db.billed).toEqual({ reads: 0, writes: 0, deletes: 0 });
  });

  it('[K1] a broken link is no reason to leave a room', async () => {
    const world = newWorld();
    const [a] = await twoInRoom(world);
    a.session.enter('nonsense');
    expect(present(a)).toBe(2);
  });

  it('[K3] absent', async () => {
    const world = newWorld();
    const a = await comes(world, newRoomCode((length) => new Uint8Array(length)));
    expect(a.state).toEqual(failed('room_not_found'));
    expect(world.db.members.size).toBe(0);
  });

  it('[K3] over', async () => {
    const world = newWorld();
    const a = world.person();
    const code = await createsRoom(world, a);
    a.session.leave();
    await world.clock.advance(24 * 3_600_000);
    expect((await comes(world, code)).state).toEqual(failed('room_over', null));
  });

  it('[R1] [R4] full, until somebody leaves', async () => {
    const world = newWorld(5);
    world.limit = 3;
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    const { code } = a.room.invitation;
    const d = await comes(world, code);
    expect(d.state).toEqual(failed('room_full'));
    await allTalk(world, people, 'word');
    expect(a.room.members).toHaveLength(3);
    c.session.leave();
    await allHere(world, [a, b]);
    d.session.retry();
    await allHere(world, [a, b, d]);
    await allTalk(world, [a, b, d], 'more');
    // Who was a member counts no more than others.
    c.session.enter(code);
    await world.clock.until(() => c.state.at === 'failed');
    expect(c.state).toEqual(failed('room_full'));
  });

  it('[R4] locked: nobody new, and who was let in comes back', async () => {
    const world = newWorld(6);
    const [a, b] = await twoInRoom(world);
    const { code } = a.room.invitation;
    expect(verbs(b).arrange({ locked: true })).toEqual({ ok: false, why: 'not_yours' });
    verbs(a).arrange({ locked: true });
    await world.clock.until(() => b.room.settings.locked);
    for (let i = 0; i < 5; i++) expect((await comes(world, code)).state).toEqual(failed('room_locked'));
    expect(a.room.members).toHaveLength(2);
    b.session.leave();
    await allHere(world, [a]);
    b.session.enter(code);
    await allHere(world, [a, b]);
    await allTalk(world, [a, b], 'word');
  });

  it('[R9] where only the founder invites, another one tells newcomers so', async () => {
    const world = newWorld(7);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    const { code } = a.room.invitation;
    verbs(a).arrange({ invite: 'founder' });
    await world.clock.until(() => [b, c].every((one) => one.room.settings.invite === 'founder'));
    await world.clock.advance(10_000);
    const d = await comes(world, code);
    if (d.state.at === 'room') await allHere(world, [...people, d]);
    else expect(d.state).toEqual(failed('room_locked'));
    a.session.leave();
    await world.clock.until(() => present(b) < people.length);
    expect((await comes(world, code)).state).toEqual(failed('room_locked'));
  });

  it('without WebCrypto', async () => {
    const world = newWorld();
    const a = world.person({ subtle: null });
    a.session.createRoom();
    await ends(world, a);
    expect(a.state).toEqual(failed('browser_too_old', null));
  });
});

/** Who enters a room and meets nobody who knows it (SPEC R4). */
import { describe, expect, it } from 'vitest';
import { allHere, allTalk, comes, createsRoom, present, says, stories } from '../testing/rooms';
import { newWorld, type Person, type World } from '../testing/world';

/** The code of a room that its founder has left. @param kept - they can come back to it. */
async function left(world: World, kept: boolean): Promise<{ readonly founder: Person; readonly code: string }> {
  const founder = world.person();
  const code = await createsRoom(world, founder);
  if (!kept) founder.session.room?.keep(false);
  await world.clock.advance(2000);
  await world.crash(founder);
  return { founder, code };
}

describe('[R4] a room that nobody is in', () => {
  it('says what it waits for, and goes on when somebody who knows it comes back', async () => {
    const world = newWorld(1);
    const { founder, code } = await left(world, true);
    const b = await comes(world, code);
    expect(b.state, stories([b])).toMatchObject({ at: 'room', waits: 'for anyone', line: 'alone', members: [] });
    expect(b.session.room?.say('anybody?')).toEqual({ ok: false, why: 'not_in' });
    const c = await comes(world, code);
    await world.clock.until(() => [b, c].every((one) => one.state.at === 'room' && one.room.line === 'here'));
    expect([b.room.waits, c.room.waits]).toEqual(['for someone who knows', 'for someone who knows']);
    c.session.leave();
    await world.clock.until(() => b.room.waits === 'for anyone');
    expect(b.room.waits).toBe('for anyone');
    const again = world.person({ uid: founder.uid, device: founder.device });
    again.session.enter(code);
    await allHere(world, [again, b], 120_000);
    expect([again.room.waits, b.room.waits]).toEqual([null, null]);
    await allTalk(world, [again, b], 'word');
  });

  it('is left for a new one, which waits for nobody', async () => {
    const world = newWorld(2);
    const { code } = await left(world, false);
    const b = await comes(world, code);
    expect(b.room).toMatchObject({ waits: 'for anyone', founder: false });
    b.session.createRoom();
    await world.clock.until(() => b.state.at === 'room' && b.room.founder);
    expect(b.room).toMatchObject({ waits: null, line: 'alone', founder: true });
    expect(b.room.invitation.code).not.toBe(code);
    says(b, 'here it is');
    const c = await comes(world, b.room.invitation.code);
    await allHere(world, [b, c]);
    expect(present(c)).toBe(2);
  });
});

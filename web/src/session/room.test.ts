import { describe, expect, it } from 'vitest';
import { newRoomCode, parseRoomCode } from '../protocol/room-code';
import { roomOf, twoInRoom } from './testing/rooms';
import { bothTalk, newWorld, wordsBothWays } from './testing/world';

describe('a link room', () => {
  it('[K1] shows its code and the link that has it in the fragment', async () => {
    const world = newWorld();
    const a = world.person();
    const code = await roomOf(world, a);
    expect(a.state).toMatchObject({ again: false, invitation: { code, url: `https://parley.example/#r=${code}` } });
    expect(parseRoomCode(code)).toBe(code);
  });

  it('[K4] the two talk, and both can invite; the joiner called', async () => {
    const world = newWorld();
    const [a, b, code] = await twoInRoom(world);
    await wordsBothWays(world, a, b);
    expect([a.talk.invitation?.code, b.talk.invitation?.code]).toEqual([code, code]);
    expect(a.talk.for).toBe('room');
    expect([...world.db.members.keys()].map((key) => key.slice(28)).toSorted()).toEqual([a.uid, b.uid]);
    await world.clock.advance(1000);
    expect(world.db.links.size).toBe(0);
  });

  it.each(Array.from({ length: 30 }, (_, i) => i + 1))('[K4] enters in any order of events (seed %i)', async (seed) => {
    const world = newWorld(seed);
    const [a, b] = await twoInRoom(world);
    await wordsBothWays(world, a, b);
  });

  it('[K5] refuses a third, who may try again when one has left', async () => {
    const world = newWorld(5);
    const [a, b, code] = await twoInRoom(world);
    const c = world.person();
    c.session.enter(code);
    await world.clock.until(() => c.state.at === 'failed');
    expect(c.state).toEqual({ at: 'failed', for: 'room', failure: 'room_full', retry: 'enter' });
    await wordsBothWays(world, a, b);
    expect([...world.db.members.keys()].some((key) => key.endsWith(c.uid))).toBe(false);
    b.session.leave();
    await world.clock.advance(1000);
    expect(a.talk.peer).toBe('left');
    c.session.retry();
    await bothTalk(world, a, c);
    expect(a.talk.messages).toEqual([]);
    await wordsBothWays(world, a, c);
  });

  it('[K5] three at once: two talk, one is told that it is full', async () => {
    for (let seed = 1; seed <= 15; seed++) {
      const world = newWorld(seed);
      const a = world.person();
      const code = await roomOf(world, a);
      const [b, c] = [world.person(), world.person()];
      b.session.enter(code);
      c.session.enter(code);
      await world.clock.advance(45_000);
      const all = [a, b, c];
      const stories = JSON.stringify(all.map((one) => one.story));
      expect(all.filter((one) => one.state.at === 'talking'), `seed ${seed} ${stories}`).toHaveLength(2);
      expect(all.find((one) => one.state.at !== 'talking')?.state, stories).toMatchObject({ failure: 'room_full' });
    }
  });

  it('[K5] who reloads takes their own place, and the words stay', async () => {
    const world = newWorld(6);
    const [a, b, code] = await twoInRoom(world);
    await wordsBothWays(world, a, b);
    // The old page ends without a word; the new one is the same person.
    const reloaded = world.person({ uid: b.uid, device: b.device });
    reloaded.session.enter(code);
    const before = a.talk.safety.signs;
    await bothTalk(world, a, reloaded);
    await world.clock.advance(2000);
    expect(a.heard).toEqual(['from b']);
    // [H7] Who has reloaded knows of no signs but the new ones.
    expect(a.talk.safety.signs).toEqual(reloaded.talk.safety.signs);
    expect(a.talk.safety.signs).not.toEqual(before);
    await wordsBothWays(world, a, reloaded);
    expect(a.heard).toEqual(['from b', 'from b']);
  });

  it('[K6] waits on when the other leaves, and shows that somebody was here', async () => {
    const world = newWorld(7);
    const [a, b, code] = await twoInRoom(world);
    await wordsBothWays(world, a, b);
    b.session.leave();
    await world.clock.advance(1000);
    expect(a.talk).toMatchObject({ peer: 'left' });
    expect([...world.db.members.keys()].map((key) => key.slice(28))).toEqual([a.uid]);
    a.session.enter(code);
    expect(a.state).toMatchObject({ at: 'waiting', for: 'room', again: true });
    b.session.enter(code);
    await bothTalk(world, a, b);
    await wordsBothWays(world, a, b);
  });

  it('[K6] after the other was lost, either comes back by entering again', async () => {
    const world = newWorld(8);
    const [a, b] = await twoInRoom(world);
    world.ether.paths = false;
    world.ether.cut();
    await world.clock.until(() => a.talk.peer === 'lost' && b.talk.peer === 'lost', 400_000);
    world.ether.paths = true;
    b.session.retry();
    await bothTalk(world, a, b);
    await wordsBothWays(world, a, b);
  });

  it('[M4] sends again what never arrived, when the same person is back', async () => {
    const world = newWorld(8);
    const [a, b] = await twoInRoom(world);
    world.ether.paths = false;
    world.ether.cut();
    a.session.send('did this arrive');
    await world.clock.until(() => a.talk.peer === 'lost' && b.talk.peer === 'lost', 400_000);
    expect(a.talk.messages[0]?.status).toBe('failed');
    world.ether.paths = true;
    b.session.retry();
    await bothTalk(world, a, b);
    await world.clock.advance(1000);
    expect(a.talk.messages.map((one) => one.status)).toEqual(['sent']);
    expect(b.heard).toEqual(['did this arrive']);
  });

  it('[K4] a member who crashed long ago costs 10 s, then one waits', async () => {
    const world = newWorld(9);
    const a = world.person();
    const code = await roomOf(world, a);
    const [[key, member]] = [...world.db.members] as [[string, (typeof world.db.members extends Map<string, infer M> ? M : never)]];
    a.session.leave();
    await world.clock.advance(2000);
    world.db.members.set(key, member);
    const b = world.person();
    b.session.enter(code);
    await world.clock.advance(9000);
    expect(b.state).toMatchObject({ at: 'connecting', step: 'exchanging', slow: true });
    await world.clock.until(() => b.state.at === 'waiting');
    expect(b.state).toMatchObject({ at: 'waiting', for: 'room', again: false });
    await world.clock.advance(1000);
    expect([...world.db.links.values()].every((link) => link.state === 'closed')).toBe(true);
    const c = world.person();
    c.session.enter(code);
    await bothTalk(world, b, c);
  });

  it('[K4] who does not answer is called again, more and more seldom, and without a word', async () => {
    const world = newWorld(10);
    const a = world.person();
    const code = await roomOf(world, a);
    const members = new Map(world.db.members);
    a.session.leave();
    await world.clock.advance(2000);
    for (const [key, member] of members) world.db.members.set(key, member);
    const b = world.person();
    b.session.enter(code);
    const calls: number[] = [];
    for (const seconds of [12, 20, 10, 40, 10, 80, 10, 160, 10, 300, 10, 3600]) {
      await world.clock.advance(seconds * 1000);
      calls.push(world.db.links.size);
    }
    expect(calls).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 6]);
    expect(b.state).toMatchObject({ at: 'waiting', for: 'room' });
    expect(b.story.filter((one) => one === 'connecting/exchanging')).toHaveLength(1);
  });

  it('two that come back at the same moment find each other', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const world = newWorld(seed);
      const [a, b] = await twoInRoom(world);
      for (const one of world.ether.connections.values()) one.change('failed', 'failed');
      a.session.retry();
      b.session.retry();
      await world.clock.advance(40_000);
      expect([a.state.at, b.state.at], `seed ${seed} ${JSON.stringify([a.story, b.story])}`).toEqual(['talking', 'talking']);
      expect([a.talk.peer, b.talk.peer]).toEqual(['here', 'here']);
      await wordsBothWays(world, a, b);
    }
  });
});

describe('a room that cannot be entered', () => {
  it('[K1] a broken link asks nothing of the store', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.enter('https://parley.example/#r=AQABAgM');
    expect(a.state).toEqual({ at: 'failed', for: 'room', failure: 'link_broken', retry: null });
    await world.clock.advance(1000);
    expect(world.db.billed).toEqual({ reads: 0, writes: 0, deletes: 0 });
  });

  it('[K1] a broken link is no reason to lose a conversation', async () => {
    const world = newWorld();
    const [a] = await twoInRoom(world);
    a.session.enter('nonsense');
    expect(a.talk.peer).toBe('here');
  });

  it('[K3] absent', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.enter(newRoomCode((length) => new Uint8Array(length)));
    await world.clock.until(() => a.state.at === 'failed');
    expect(a.state).toEqual({ at: 'failed', for: 'room', failure: 'room_not_found', retry: 'enter' });
    expect(world.db.members.size).toBe(0);
  });

  it('[K3] over, before and while inside', async () => {
    const world = newWorld();
    const [a, b] = [world.person(), world.person()];
    const code = await roomOf(world, a);
    a.session.leave();
    b.session.enter(code);
    await world.clock.until(() => b.state.at === 'waiting');
    for (const [id, room] of world.db.rooms) world.db.rooms.set(id, { ...room, state: 'closed' });
    world.db.changed();
    await world.clock.until(() => b.state.at === 'failed');
    const over = { at: 'failed', for: 'room', failure: 'room_over', retry: null };
    expect(b.state).toEqual(over);
    a.session.enter(code);
    await world.clock.until(() => a.state.at === 'failed');
    expect(a.state).toEqual(over);
  });

  it('without WebCrypto', async () => {
    const world = newWorld();
    const a = world.person({ subtle: null });
    a.session.createRoom();
    await world.clock.until(() => a.state.at === 'failed');
    expect(a.state).toMatchObject({ failure: 'browser_too_old', retry: null });
  });

  it('while the store is gone; one click when it is back', async () => {
    const world = newWorld();
    const a = world.person();
    world.db.down = true;
    a.session.createRoom();
    await world.clock.until(() => a.state.at === 'failed');
    expect(a.state).toMatchObject({ failure: 'store_unavailable', retry: 'enter' });
    world.db.down = false;
    a.session.retry();
    expect(await world.clock.until(() => a.state.at === 'waiting')).toBe(true);
  });

  it('without the function a room still works: two devices in one network need no relay', async () => {
    const world = newWorld();
    const { Failure } = await import('../protocol/failures');
    world.apiDown = new Failure('function_unavailable');
    const [a, b] = await twoInRoom(world);
    await wordsBothWays(world, a, b);
  });
});

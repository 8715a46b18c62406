/** Conversations that outlive their connection (SPEC section 11). */
import { describe, expect, it } from 'vitest';
import { roomIdOf, parseRoomCode } from '../protocol/room-code';
import { parseFrame } from '../protocol/message';
import { bothTalk, newWorld, twoTalk, type Person, type World } from './testing/world';

const strangers = async (world: World): Promise<[Person, Person]> => {
  const both = await twoTalk(world);
  // The caller's hello, which says where they find each other again, is on its way.
  await world.clock.advance(1000);
  return both;
};

/** What somebody said, and whether they know that it arrived. */
const said = (one: Person) => one.talk.messages.filter((line) => line.from === 'me').map(({ text, status }) => [text, status]);

describe('two strangers', () => {
  it('find each other again, and what was written meanwhile arrives once, in order', async () => {
    const world = newWorld(11);
    const [a, b] = await strangers(world);
    a.session.send('a1');
    b.session.send('b1');
    world.ether.cut();
    expect([a.talk.peer, b.talk.peer]).toEqual(['reconnecting', 'reconnecting']);
    for (const text of ['a2', 'a3']) expect(a.session.send(text)).toEqual({ ok: true });
    b.session.send('b2');
    await bothTalk(world, a, b);
    a.session.send('a4');
    await world.clock.advance(2000);
    expect([a.heard, b.heard]).toEqual([['b1', 'b2'], ['a1', 'a2', 'a3', 'a4']]);
    expect(said(a)).toEqual([['a1', 'sent'], ['a2', 'sent'], ['a3', 'sent'], ['a4', 'sent']]);
  });

  it('find each other again and again, and leave nothing behind', async () => {
    const world = newWorld(12);
    const [a, b] = await strangers(world);
    const signs = JSON.stringify(a.talk.safety.signs);
    for (let i = 0; i < 4; i++) {
      world.ether.cut();
      a.session.send(`a${i}`);
      await bothTalk(world, a, b);
      await world.clock.advance(5000);
    }
    // [H7] Those that the two may just be comparing.
    for (const one of [a, b]) expect(JSON.stringify(one.talk.safety.signs)).toBe(signs);
    expect(b.heard).toEqual(['a0', 'a1', 'a2', 'a3']);
    expect(world.ether.open).toBe(2);
    expect([...world.db.links.values()]).toEqual([]);
    expect(world.db.members.size).toBe(0);
    a.session.leave();
    await world.clock.advance(1000);
    expect(b.talk.peer).toBe('left');
  });

  it('[M7] restart ICE over the channel when it takes a moment, and when the network changes', async () => {
    const world = newWorld(19);
    const [a, b] = await strangers(world);
    const live = [...world.ether.connections.values()].filter((one) => one.connectionState === 'connected');
    const restarts = () => live.reduce((sum, one) => sum + one.restarts, 0);
    for (const one of live) one.change('disconnected', 'disconnected');
    await world.clock.advance(2900);
    expect([a.talk.peer, b.talk.peer, restarts()]).toEqual(['here', 'here', 1]);
    for (const one of [a, b]) {
      one.goOnline();
      await world.clock.advance(2000);
    }
    expect(restarts()).toBe(3);
    a.session.send('the same line');
    await world.clock.advance(60_000);
    expect(b.heard).toEqual(['the same line']);
    expect(world.ether.open).toBe(2);
  });

  it('[M9] begin while ICE still looks, and nobody sees a break', async () => {
    const world = newWorld(13);
    const [a, b] = await strangers(world);
    world.ether.stalled = true;
    const before = [...world.ether.connections.values()].filter((one) => one.connectionState === 'connected');
    for (const one of before) one.change('disconnected', 'disconnected');
    expect([a.talk.peer, b.talk.peer]).toEqual(['unsteady', 'unsteady']);
    await world.clock.advance(2500);
    world.ether.stalled = false;
    await bothTalk(world, a, b);
    expect([...a.story, ...b.story]).not.toContain('talking/reconnecting');
    await world.clock.advance(5000);
    expect(before.map((one) => one.connectionState)).toEqual(['closed', 'closed']);
    expect(world.ether.open).toBe(2);
  });

  it('[M9] stay where they are when ICE finds the other by itself', async () => {
    const world = newWorld(14);
    const [a, b] = await strangers(world);
    const made = world.ether.connections.size;
    const live = [...world.ether.connections.values()].filter((one) => one.connectionState === 'connected');
    world.ether.stalled = true;
    for (const one of live) one.change('disconnected', 'disconnected');
    await world.clock.advance(2900);
    world.ether.stalled = false;
    for (const one of live) one.change('connected', 'connected');
    await world.clock.advance(60_000);
    expect([a.talk.peer, b.talk.peer, world.ether.connections.size]).toEqual(['here', 'here', made]);
  });

  it('wait for the store, and for a path', async () => {
    const world = newWorld(15);
    const [a, b] = await strangers(world);
    world.db.down = true;
    world.ether.paths = false;
    world.ether.cut();
    await world.clock.advance(60_000);
    world.db.down = false;
    await world.clock.advance(60_000);
    expect([a.talk.peer, b.talk.peer]).toEqual(['reconnecting', 'reconnecting']);
    b.session.send('still here');
    world.ether.paths = true;
    await bothTalk(world, a, b);
    await world.clock.advance(1000);
    expect(a.heard).toEqual(['still here']);
  });

  it('try at once when the network is there again', async () => {
    const world = newWorld(16);
    const [a, b] = await strangers(world);
    world.ether.paths = false;
    world.ether.cut();
    await world.clock.advance(200_000);
    world.ether.paths = true;
    for (const one of [a, b]) one.goOnline();
    expect(await world.clock.until(() => a.talk.peer === 'here' && b.talk.peer === 'here', 25_000)).toBe(true);
  });

  it('[M9] give up after 5 minutes; the words stay', async () => {
    const world = newWorld(17);
    const [a, b] = await strangers(world);
    world.ether.paths = false;
    world.ether.cut();
    a.session.send('anybody?');
    await world.clock.advance(299_000);
    expect([a.talk.peer, b.talk.peer]).toEqual(['reconnecting', 'reconnecting']);
    await world.clock.advance(30_000);
    expect([a.talk.peer, b.talk.peer]).toEqual(['lost', 'lost']);
    expect(said(a)).toEqual([['anybody?', 'failed']]);
    expect(a.session.send('hello?')).toEqual({ ok: false, why: 'not_connected' });
    const made = world.ether.connections.size;
    await world.clock.advance(600_000);
    expect(world.ether.connections.size).toBe(made);
  });

  it('who leaves meanwhile is not looked for again by themselves', async () => {
    const world = newWorld(18);
    const [a, b] = await strangers(world);
    world.ether.paths = false;
    world.ether.cut();
    await world.clock.advance(5000);
    a.session.leave();
    world.ether.paths = true;
    await world.clock.advance(310_000);
    expect(a.state).toEqual({ at: 'start' });
    expect(b.talk.peer).toBe('lost');
  });

  it.each(Array.from({ length: 25 }, (_, i) => i + 1))('lose nothing and hear nothing twice, whatever breaks (seed %i)', async (seed) => {
    const world = newWorld(seed);
    const [a, b] = await strangers(world);
    const told: [string[], string[]] = [[], []];
    for (let i = 0; i < 40; i++) {
      for (const [k, one] of [a, b].entries()) {
        if (world.random() < 0.6 && one.session.send(`${k} ${i}`).ok) told[k]?.push(`${k} ${i}`);
      }
      if (world.random() < 0.15) world.ether.cut();
      if (world.random() < 0.1) [...world.ether.connections.values()].at(-1)?.lose();
      if (world.random() < 0.1) world.db.down = !world.db.down;
      if (world.random() < 0.1) world.ether.paths = !world.ether.paths;
      await world.clock.advance(Math.floor(world.random() ** 3 * 6000));
    }
    world.db.down = false;
    world.ether.paths = true;
    await bothTalk(world, a, b, 90_000);
    await world.clock.until(() => [...said(a), ...said(b)].every(([, status]) => status === 'sent'));
    expect([a.heard, b.heard]).toEqual([told[1], told[0]]);
  });
});

describe('the room of a reunion', () => {
  it('[M8] lets nobody else in, whoever knows of it', async () => {
    const world = newWorld(21);
    const frames: string[] = [];
    world.ether.overhear = (frame) => frames.push(frame);
    const [a, b] = await strangers(world);
    const [code] = frames.flatMap((frame) => {
      const one = parseFrame(frame);
      return one.t === 'hello' && one.reunion !== null ? [one.reunion] : [];
    });
    world.ether.paths = false;
    world.ether.cut();
    await world.clock.advance(3000);
    const roomId = await roomIdOf(parseRoomCode(code ?? ''), crypto.subtle);
    expect(world.db.rooms.has(roomId)).toBe(true);
    const c = world.person();
    world.ether.paths = true;
    c.session.enter(code ?? '');
    await world.clock.advance(60_000);
    expect(c.story).not.toContain('talking/here');
    expect([a.talk.peer, b.talk.peer]).toEqual(['here', 'here']);
    a.session.send('between us');
    await world.clock.advance(1000);
    expect(b.heard).toEqual(['between us']);
  });
});

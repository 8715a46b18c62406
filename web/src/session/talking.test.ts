import { describe, expect, it } from 'vitest';
import { bothTalk, newWorld, settingsWith, twoTalk, wordsBothWays } from './testing/world';

/** The fake connections in the order they were made. */
const connections = (world: ReturnType<typeof newWorld>) => [...world.ether.connections.values()];

describe('talking', () => {
  it('[C3] refuses what is no message, and says why', async () => {
    const world = newWorld();
    const alone = world.person();
    expect(alone.session.send('hello')).toEqual({ ok: false, why: 'not_connected' });
    const [a] = await twoTalk(world);
    expect(a.session.send('')).toEqual({ ok: false, why: 'empty' });
    expect(a.session.send('x'.repeat(10_001))).toEqual({ ok: false, why: 'too_long' });
    expect(a.session.send('\ud800')).toEqual({ ok: false, why: 'not_well_formed' });
    expect(a.session.send('😀'.repeat(10_000))).toEqual({ ok: true });
    expect(a.talk.messages.map((one) => one.status)).toEqual(['sending']);
    await world.clock.advance(1000);
    expect(a.talk.messages.map((one) => one.status)).toEqual(['sent']);
  });

  it('[C6] a thousand messages in a burst arrive once, in order', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    for (let i = 0; i < 1000; i++) expect(a.session.send(`message ${i}`).ok).toBe(true);
    await world.clock.advance(60_000);
    expect(b.heard).toEqual(Array.from({ length: 1000 }, (_, i) => `message ${i}`));
  });

  it('[C6] [M6] on a slow line messages wait, sending says when it is full, and all arrive in the end', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    world.ether.stalled = true;
    const text = 'x'.repeat(10_000);
    let accepted = 0;
    let refusal = a.session.send(text);
    while (refusal.ok) {
      accepted++;
      refusal = a.session.send(text);
    }
    expect(refusal).toEqual({ ok: false, why: 'queue_full' });
    expect(accepted).toBe(104);
    expect(a.talk.messages.filter((one) => one.status === 'sending')).toHaveLength(104);
    world.ether.stalled = false;
    for (const one of connections(world)) one.release();
    await world.clock.advance(5000);
    expect(b.heard).toHaveLength(104);
    expect(a.talk.messages.every((one) => one.status === 'sent')).toBe(true);
    expect(a.session.send(text).ok).toBe(true);
  });

  it('[C5] who leaves says bye: the other reads it as left', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    await wordsBothWays(world, a, b);
    a.session.leave();
    expect(a.state).toEqual({ at: 'start' });
    await world.clock.advance(1000);
    expect(b.talk.peer).toBe('left');
    expect(b.heard).toEqual(['from a']);
    expect(b.session.send('too late')).toEqual({ ok: false, why: 'not_connected' });
  });

  it('[C5] a channel that closes without bye was lost, and is found again', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    await world.clock.advance(1000);
    connections(world).find((one) => one.connectionState === 'connected')?.change('failed', 'failed');
    expect(await world.clock.until(() => [a, b].some((one) => one.talk.peer === 'reconnecting'))).toBe(true);
    await bothTalk(world, a, b);
  });

  it('says bye at the end of the page', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    a.hide();
    await world.clock.advance(1000);
    expect(b.talk.peer).toBe('left');
  });

  it('is unsteady while ICE looks for the other, and looks elsewhere when it gives up', async () => {
    const world = newWorld();
    const [a] = await twoTalk(world);
    await world.clock.advance(1000);
    const live = connections(world).filter((one) => one.connectionState === 'connected');
    for (const one of live) one.change('disconnected', 'disconnected');
    expect(a.talk.peer).toBe('unsteady');
    for (const one of live) one.change('connected', 'connected');
    expect(a.talk.peer).toBe('here');
    for (const one of live) one.change('failed', 'failed');
    expect(a.talk.peer).toBe('reconnecting');
  });

  it('find() says bye first, then looks for another', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    a.session.find();
    expect(a.state.at).toBe('connecting');
    await world.clock.until(() => a.state.at === 'waiting');
    await world.clock.advance(1000);
    expect(b.talk.peer).toBe('left');
    const c = world.person();
    c.session.find();
    await bothTalk(world, a, c);
    expect(a.talk.messages).toEqual([]);
    await wordsBothWays(world, a, c);
    expect(b.talk.messages).toEqual([]);
  });

  it('[C4] a frame against the rules is dropped, the channel stays open', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    const [toB] = connections(world).filter((one) => one.connectionState === 'connected');
    for (const frame of ['', 'null', '{"t":1}', '{"t":"chat","text":""}', '{"t":"typing"}']) toB?.inject(frame);
    await world.clock.advance(100);
    await wordsBothWays(world, a, b);
    expect(a.talk.messages).toHaveLength(2);
  });
});

describe('the session', () => {
  it('gives the same state object until it changes, and tells of every change', () => {
    const world = newWorld();
    const a = world.person();
    const before = a.session.getState();
    expect(a.session.getState()).toBe(before);
    let told = 0;
    const unsubscribe = a.session.subscribe(() => told++);
    a.session.find();
    expect(told).toBeGreaterThan(0);
    unsubscribe();
    const heard = told;
    a.session.leave();
    expect(told).toBe(heard);
  });

  it('does nothing for a verb that makes no sense, and nothing at all once disposed', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.retry();
    a.session.leave();
    expect(a.shown).toEqual([]);
    a.session.find();
    await world.clock.until(() => a.state.at === 'waiting');
    a.session.find();
    expect(world.apiCalls.filter((one) => one === 'quick-match')).toHaveLength(1);
    const shown = a.shown.length;
    const disposed = a.session.dispose();
    a.session.find();
    a.session.createRoom();
    a.session.enter('nonsense');
    await world.clock.advance(10_000);
    await disposed;
    await a.session.dispose();
    expect(a.shown).toHaveLength(shown);
    expect(world.tickets).toEqual([]);
  });

  it('counts new settings from the next connection on', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.configure(settingsWith(true));
    const b = world.person();
    a.session.find();
    b.session.find();
    await bothTalk(world, a, b);
    a.session.configure(settingsWith(false));
    await world.clock.advance(500);
    expect(a.talk.path).toBe('relayed');
  });
});

describe('the line', () => {
  it('is measured when somebody asks, on both sides of a relay', async () => {
    const world = newWorld();
    const [a, b] = [world.person(), world.person()];
    expect(await a.session.line()).toBeNull();
    a.session.configure(settingsWith(true));
    a.session.find();
    b.session.find();
    await bothTalk(world, a, b);
    expect(await a.session.line()).toEqual({ path: 'relayed', ownRelay: true, carrier: 'udp', roundTripMs: 40 });
    expect(await b.session.line()).toEqual({ path: 'relayed', ownRelay: false, carrier: null, roundTripMs: 40 });
    a.session.leave();
    await world.clock.advance(1000);
    expect(await b.session.line()).toBeNull();
  });

  it('that is found to be another one is shown', async () => {
    const world = newWorld();
    const [a] = await twoTalk(world);
    await world.clock.advance(10_000);
    for (const one of connections(world)) one.relayed = true;
    await a.session.line();
    expect(a.talk.path).toBe('relayed');
  });
});

describe('leaving at any moment', () => {
  const moments = Array.from({ length: 60 }, (_, i) => i * 9);
  it.each(moments)('%i ms after both began: what was under way changes nothing, and the other meets a third', async (ms) => {
    const world = newWorld(ms + 1);
    const [a, b, c] = [world.person(), world.person(), world.person()];
    a.session.find();
    b.session.find();
    await world.clock.advance(ms);
    a.session.leave();
    const shown = a.shown.length;
    await world.clock.advance(35_000);
    expect(a.state).toEqual({ at: 'start' });
    expect(a.shown).toHaveLength(shown);
    const over = b.state.at === 'talking' && b.state.peer !== 'here';
    // Left between the last packet of signaling and the first of the channel: that looks like no path.
    const noPath = b.state.at === 'failed' && b.state.failure === 'connection_failed';
    expect(b.state.at === 'waiting' || over || noPath, JSON.stringify(b.story)).toBe(true);
    b.session.find();
    c.session.find();
    await bothTalk(world, b, c);
    await wordsBothWays(world, b, c);
  });

  it.each(moments)('%i ms after both began, and looking again at once', async (ms) => {
    const world = newWorld(ms + 1);
    const [a, b] = [world.person(), world.person()];
    a.session.find();
    b.session.find();
    await world.clock.advance(ms);
    a.session.leave();
    a.session.find();
    const here = () => b.state.at === 'talking' && b.state.peer === 'here';
    await world.clock.advance(35_000);
    if (!here()) b.session.find();
    await bothTalk(world, a, b);
    await wordsBothWays(world, a, b);
  });
});

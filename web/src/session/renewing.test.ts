/** Conversations over a relay that outlive its credentials (SPEC M11). */
import { describe, expect, it } from 'vitest';
import { newWorld, twoTalk, type Person, type World } from './testing/world';

/** The relay's credentials are good for a minute, and it ends with them. */
function brief(seed: number): World {
  const world = newWorld(seed);
  world.credentialsSeconds = 60;
  return world;
}

/** Two who hide their addresses. */
async function relayed(world: World): Promise<readonly [Person, Person]> {
  world.relayOnly = true;
  const [a, b] = await twoTalk(world);
  await world.clock.advance(1000);
  expect([a.talk.path, b.talk.path]).toEqual(['relayed', 'relayed']);
  return [a, b];
}

/** Both write every ten seconds for ten minutes; all of it arrives once, and nobody sees a break. */
async function talkOn(world: World, a: Person, b: Person): Promise<void> {
  const told = Array.from({ length: 60 }, (_, i) => `word ${i}`);
  for (const text of told) {
    for (const one of [a, b]) expect(one.session.send(text)).toEqual({ ok: true });
    await world.clock.advance(10_000);
  }
  expect([a.heard, b.heard]).toEqual([told, told]);
  for (const one of [a, b]) {
    expect(one.story.slice(one.story.indexOf('talking/here'))).toEqual(['talking/here']);
    expect(one.talk.messages.every(({ status }) => status === 'sent')).toBe(true);
  }
}

const restarts = (world: World) => [...world.ether.connections.values()].map((one) => one.restarts);

describe('[M11] two over a relay', () => {
  it.each([31, 32, 33, 34, 35, 36])('go on by restarts with new credentials, over one connection (seed %i)', async (seed) => {
    const world = brief(seed);
    const [a, b] = await relayed(world);
    const made = world.ether.connections.size;
    await talkOn(world, a, b);
    expect(world.ether.connections.size).toBe(made);
    expect(Math.max(...restarts(world))).toBeGreaterThanOrEqual(600 / 40 - 1);
  });

  it.each([31, 32, 33, 34, 35, 36])('go on over one connection after the other where ICE cannot be restarted (seed %i)', async (seed) => {
    const world = brief(seed);
    world.ether.alter = (frame) => frame.replace(',"restart":true', '');
    const [a, b] = await relayed(world);
    const made = world.ether.connections.size;
    await talkOn(world, a, b);
    expect(world.ether.connections.size).toBeGreaterThan(made + 10);
    expect(world.ether.open).toBe(2);
    expect(Math.max(...restarts(world))).toBe(0);
  });

  it('go on when the function is out of order for a while', async () => {
    const world = brief(33);
    const [a, b] = await relayed(world);
    await world.clock.advance(30_000);
    world.apiDown = new Error('down');
    await world.clock.advance(15_000);
    world.apiDown = null;
    await talkOn(world, a, b);
  });

  it('lose each other for a moment when it is out of order for too long, and no word', async () => {
    const world = brief(34);
    const [a, b] = await relayed(world);
    world.apiDown = new Error('down');
    await world.clock.advance(70_000);
    expect([a.talk.peer, b.talk.peer]).toEqual(['reconnecting', 'reconnecting']);
    a.session.send('are you there?');
    world.apiDown = null;
    await world.clock.advance(60_000);
    expect([a.talk.peer, b.talk.peer, b.heard]).toEqual(['here', 'here', ['are you there?']]);
  });
});

describe('[M11] who has no relay', () => {
  it('does nothing about credentials', async () => {
    const world = brief(35);
    const [a, b] = await twoTalk(world);
    const asked = world.apiCalls.length;
    await talkOn(world, a, b);
    expect([world.apiCalls.length, Math.max(...restarts(world))]).toEqual([asked, 0]);
  });
});

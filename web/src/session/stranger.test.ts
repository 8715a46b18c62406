import { describe, expect, it } from 'vitest';
import { Failure } from '../protocol/failures';
import { RequestUsedUp } from '../signaling/api';
import { bothTalk, newWorld, settingsWith, twoTalk, wordsBothWays, type Person } from './testing/world';

describe('a ticket that has ended', () => {
  it('[A7] is followed by another one, without a word', async () => {
    const world = newWorld();
    const [a, b] = [world.person(), world.person()];
    a.session.find();
    await world.clock.advance(1000);
    expect(a.state.at).toBe('waiting');
    // As after a long sleep: the ticket was paired and forgotten, and renewing it finds that out.
    const [old] = world.tickets.splice(0);
    world.apiDown = new RequestUsedUp();
    await world.clock.advance((world.leaseSeconds / 3) * 1000);
    world.apiDown = null;
    expect(await world.clock.until(() => world.tickets.length === 1)).toBe(true);
    expect(world.tickets[0]?.request.requestId).not.toBe(old?.request.requestId);
    b.session.find();
    await bothTalk(world, a, b);
  });
});

describe('two tabs of one person', () => {
  it('[A5] the newer takes over the ticket; what comes for it is no lie to the older', async () => {
    const world = newWorld();
    const older = world.person();
    const newer = world.person({ uid: older.uid });
    const b = world.person();
    for (const one of [older, newer]) {
      one.session.find();
      await world.clock.until(() => one.state.at === 'waiting');
    }
    b.session.find();
    await bothTalk(world, newer, b);
    expect(older.story).not.toContain('failed/tampered');
    expect(await world.clock.until(() => older.state.at === 'waiting')).toBe(true);
  });
});

describe('two strangers', () => {
  it('meet and talk; each sees the steps in their order', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    await wordsBothWays(world, a, b);
    expect(a.talk).toMatchObject({ for: 'stranger', path: 'direct' });
    expect(a.story).toEqual([
      'connecting/signing-in',
      'connecting/asking',
      'waiting',
      'connecting/exchanging',
      'connecting/checking',
      'connecting/opening',
      'talking/here',
    ]);
    expect(b.story).toEqual(a.story.filter((one) => one !== 'waiting'));
  });

  it('[D11] leave nothing in the store, and write nothing while connected', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    await world.clock.advance(1000);
    // A batch that the caller did not hear of may outlive its link, until its time is up.
    expect(world.db.links.size).toBe(0);
    const before = { ...world.db.billed };
    await wordsBothWays(world, a, b);
    await world.clock.advance(120_000);
    expect(world.db.billed).toEqual(before);
    expect(world.apiCalls.filter((one) => one === 'quick-match')).toHaveLength(2);
  });

  // Whether the caller's listener is told of the room before the offer is in it is chance here, and one read more; how
  // often that is with the real SDK is in `parley bench setup`.
  it('need at most seven writes, and seven reads or one more, the function’s included', async () => {
    const reads: number[] = [];
    for (let seed = 1; seed <= 61; seed++) {
      const world = newWorld(seed);
      await twoTalk(world);
      await world.clock.advance(5000);
      expect(world.db.billed.writes, `seed ${seed}`).toBeLessThanOrEqual(7);
      reads.push(world.db.billed.reads);
    }
    const sorted = reads.toSorted((a, b) => a - b);
    expect(sorted[20]).toBeLessThanOrEqual(7);
    expect(sorted[55]).toBeLessThanOrEqual(8);
  });

  it.each(Array.from({ length: 40 }, (_, i) => i + 1))('meet in any order of events (seed %i)', async (seed) => {
    const world = newWorld(seed);
    const people = [world.person(), world.person(), world.person(), world.person()];
    for (const one of people) {
      one.session.find();
      await world.clock.advance(Math.floor(world.random() * 300));
    }
    expect(await world.clock.until(() => people.every((one) => one.state.at === 'talking'))).toBe(true);
    for (const one of people) one.session.send(`I am ${one.uid}`);
    await world.clock.advance(1000);
    const partner = new Map(people.map((one) => [one.uid as string, one.heard.join().replace('I am ', '')]));
    for (const [uid, other] of partner) {
      expect(other, JSON.stringify([...partner])).not.toBe(uid);
      expect(partner.get(other)).toBe(uid);
    }
  });

  it('use the relay alone when one hides their address', async () => {
    const world = newWorld();
    const [a, b] = [world.person({ settings: settingsWith(true) }), world.person()];
    a.session.find();
    b.session.find();
    await bothTalk(world, a, b);
    await world.clock.advance(500);
    expect([a.talk.path, b.talk.path]).toEqual(['relayed', 'relayed']);
  });
});

describe('[S4] nobody there', () => {
  it.each(['caller', 'callee'] as const)('the %s never came: after 10 s the other asks again and meets a third', async (as) => {
    const world = newWorld(3);
    const a = world.person();
    await ghost(world, as, a);
    await world.clock.advance(9000);
    expect(a.state).toMatchObject({ at: 'connecting', step: 'exchanging', slow: true });
    expect(await world.clock.until(() => a.state.at === 'waiting', 5000)).toBe(true);
    const c = world.person();
    c.session.find();
    await bothTalk(world, a, c);
  });

  it('[A7] the other cancels after pairing: the first goes on at once', async () => {
    const world = newWorld(4);
    const [a, b, c] = [world.person(), world.person(), world.person()];
    a.session.find();
    await world.clock.until(() => a.state.at === 'waiting');
    b.session.find();
    await world.clock.until(() => world.db.links.size === 1);
    b.session.leave();
    const from = world.clock.now();
    expect(await world.clock.until(() => a.story.at(-1) === 'waiting' && a.story.filter((one) => one === 'waiting').length === 2, 9000)).toBe(true);
    expect(world.clock.now() - from).toBeLessThan(2000);
    c.session.find();
    await bothTalk(world, a, c);
    expect(b.state).toEqual({ at: 'start' });
  });
});

describe('[S6] the caller never saw the answer and gives up', () => {
  it('the callee asks after 3 s, and looks on when the caller has gone', async () => {
    const world = newWorld();
    world.ether.paths = false;
    const [a, b, c] = [world.person(), world.person(), world.person()];
    a.session.find();
    await world.clock.until(() => a.state.at === 'waiting');
    b.session.find();
    await world.clock.until(() => a.state.at === 'connecting' && a.state.step === 'checking');
    await world.clock.advance(5000);
    b.session.leave();
    world.ether.paths = true;
    expect(await world.clock.until(() => a.state.at === 'waiting', 2000)).toBe(true);
    c.session.find();
    await bothTalk(world, a, c);
  });

  it('[D11] a link that is gone by then is no error', async () => {
    const world = newWorld();
    world.ether.paths = false;
    const [a, b] = [world.person(), world.person()];
    a.session.find();
    await world.clock.until(() => a.state.at === 'waiting');
    b.session.find();
    await world.clock.until(() => a.state.at === 'connecting' && a.state.step === 'checking');
    world.db.links.clear();
    world.db.changed();
    await world.clock.advance(15_000);
    expect(a.state).toMatchObject({ at: 'connecting', step: 'checking' });
  });
});

describe('[S5] no path', () => {
  it('ends as connection_failed for both, 20 s after both descriptions, and one click tries again', async () => {
    const world = newWorld();
    world.ether.paths = false;
    const [a, b] = [world.person(), world.person()];
    a.session.find();
    b.session.find();
    await world.clock.until(() => a.state.at === 'connecting' && a.state.step === 'checking');
    await world.clock.advance(18_000);
    expect(a.state.at).toBe('connecting');
    const failed = { at: 'failed', for: 'stranger', failure: 'connection_failed', retry: 'find' };
    expect(await world.clock.until(() => a.state.at === 'failed' && b.state.at === 'failed', 4000)).toBe(true);
    expect([a.state, b.state]).toEqual([failed, failed]);
    await world.clock.advance(1000);
    expect([...world.db.links.values()].map((link) => [link.state, link.reason])).toEqual([['closed', 'failed']]);
    world.ether.paths = true;
    a.session.retry();
    b.session.retry();
    await bothTalk(world, a, b);
  });
});

describe('waiting', () => {
  it('[A6] renews the lease each third of it', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.find();
    await world.clock.until(() => a.state.at === 'waiting');
    await world.clock.advance(61_000);
    expect(world.apiCalls.filter((one) => one === 'quick-match').length).toBeGreaterThanOrEqual(6);
    const b = world.person();
    b.session.find();
    await bothTalk(world, a, b);
    expect(a.shown.filter((one) => one.at === 'waiting')).toHaveLength(1);
  });

  it('outlives a function that is away for a while', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.find();
    await world.clock.until(() => a.state.at === 'waiting');
    world.apiDown = new Failure('function_unavailable');
    await world.clock.advance(40_000);
    world.apiDown = null;
    await world.clock.advance(11_000);
    const b = world.person();
    b.session.find();
    await bothTalk(world, a, b);
  });

  it('ends when the function stays away', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.find();
    await world.clock.until(() => a.state.at === 'waiting');
    world.apiDown = new Failure('function_unavailable');
    await world.clock.advance(90_000);
    expect(a.state).toEqual({ at: 'failed', for: 'stranger', failure: 'function_unavailable', retry: 'find' });
  });

  it('[A7] is ended by the page’s end, and found anew when the page comes back', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.find();
    await world.clock.until(() => a.state.at === 'waiting');
    a.hide();
    expect(world.apiCalls).toContain('end at page end');
    expect(world.tickets).toHaveLength(0);
    a.restore();
    expect(await world.clock.until(() => a.state.at === 'waiting')).toBe(true);
    expect(world.tickets).toHaveLength(1);
  });

  it('says that it is slow after 5 s of connecting', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.find();
    expect(a.state).toMatchObject({ at: 'connecting', step: 'signing-in', slow: false });
    world.ether.paths = false;
    const b = world.person();
    b.session.find();
    await world.clock.until(() => a.state.at === 'connecting' && a.state.step === 'checking');
    expect(a.state).toMatchObject({ slow: false });
    await world.clock.advance(5000);
    expect(a.state).toMatchObject({ at: 'connecting', slow: true });
  });
});

describe('what goes wrong has a name', () => {
  it('offline before: nothing is asked of anybody', async () => {
    const world = newWorld();
    const a = world.person();
    a.page.online = false;
    a.session.find();
    await world.clock.advance(100);
    expect(a.state).toEqual({ at: 'failed', for: 'stranger', failure: 'offline', retry: 'find' });
    expect(world.apiCalls).toEqual([]);
    a.page.online = true;
    a.session.retry();
    expect(await world.clock.until(() => a.state.at === 'waiting')).toBe(true);
  });

  it('offline meanwhile; and while talking it is ICE that decides', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    a.goOffline();
    expect(a.talk.peer).toBe('here');
    b.session.leave();
    const c = world.person();
    c.session.find();
    await world.clock.until(() => c.state.at === 'waiting');
    c.goOffline();
    expect(c.state).toEqual({ at: 'failed', for: 'stranger', failure: 'offline', retry: 'find' });
  });

  it('sign-in, function, and the same while offline', async () => {
    const world = newWorld();
    world.signInFails = true;
    const a = world.person();
    a.session.find();
    await world.clock.advance(1000);
    expect(a.state).toMatchObject({ failure: 'sign_in_failed', retry: 'find' });
    world.signInFails = false;
    world.apiDown = new Failure('function_unavailable');
    a.session.retry();
    await world.clock.until(() => a.state.at === 'failed');
    expect(a.state).toMatchObject({ failure: 'function_unavailable', retry: 'find' });
    a.session.retry();
    a.page.online = false;
    await world.clock.until(() => a.state.at === 'failed');
    expect(a.state).toMatchObject({ failure: 'offline' });
  });

  it('the store is gone while waiting', async () => {
    const world = newWorld();
    const a = world.person();
    world.db.down = true;
    a.session.find();
    await world.clock.until(() => a.state.at === 'failed');
    expect(a.state).toMatchObject({ failure: 'store_unavailable', retry: 'find' });
  });

  it('[P4] an offer against the rules', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.find();
    await world.clock.until(() => a.state.at === 'waiting');
    const b = world.person();
    b.session.find();
    await world.clock.until(() => world.db.links.size === 1);
    for (const [key, link] of world.db.links) world.db.links.set(key, { ...link, offer: Uint8Array.of(1, 2, 3) });
    world.db.changed();
    await world.clock.until(() => a.state.at === 'failed');
    expect(a.state).toMatchObject({ failure: 'protocol_error', retry: 'find' });
  });
});

/** Somebody who is paired and then does nothing more, as a tab that is closed at the wrong moment. */
async function ghost(world: ReturnType<typeof newWorld>, as: 'caller' | 'callee', other: Person): Promise<void> {
  const gone = world.person();
  const first = as === 'callee' ? gone : other;
  const second = as === 'callee' ? other : gone;
  first.session.find();
  await world.clock.until(() => first.state.at === 'waiting');
  second.session.find();
  await world.clock.until(() => world.db.links.size === 1);
  // Gone without a word: its session ends, and nothing that it does then reaches anybody.
  world.tickets.splice(world.tickets.findIndex((one) => one.uid === gone.uid), 1);
  world.db.links.forEach((link, key) => world.db.links.set(key, { ...link, [as]: 'nobody' }));
  void gone.session.dispose();
}

/** A store that does not carry what it was given (SPEC L3–L6, H6). The peers are the real ones, and so is the cipher. */
import { describe, expect, it } from 'vitest';
import { keyFromBytes, newLinkId, parseUid, type Key, type RoomId } from '../protocol/ids';
import { encodeOffer, parseOffer, type Offer } from '../protocol/payload';
import { placeOf, type LinkPlace } from '../protocol/place';
import { parseRoomCode, roomIdOf } from '../protocol/room-code';
import { newOwnKey, pairSuite } from '../protocol/seal';
import { without } from '../protocol/testing/older-browser';
import type { Link } from '../signaling/documents';
import { roomOf, twoInRoom } from './testing/rooms';
import { bothTalk, newWorld, wordsBothWays, type Person, type World } from './testing/world';

/** Lets the store change links before anybody hears of them. */
function meddle(world: World, change: (link: Link, key: string) => Link): void {
  const { links } = world.db;
  const set = links.set.bind(links);
  links.set = (key, link) => set(key, change(link, key));
}

const flip = (payload: Uint8Array | null) => payload?.map((byte, i) => (i === 100 ? byte ^ 1 : byte)) ?? null;

/** The first waits, the second is the caller. */
async function meet(world: World): Promise<[Person, Person]> {
  const [a, b] = [world.person(), world.person()];
  a.session.find();
  expect(await world.clock.until(() => a.state.at === 'waiting')).toBe(true);
  b.session.find();
  return [a, b];
}

const failure = (one: Person) => (one.state.at === 'failed' ? one.state.failure : one.state.at);

/** Nobody has seen a word, or a face to compare. */
function nothingShown(...people: Person[]): void {
  for (const one of people) expect(one.shown.some((state) => state.at === 'talking' || state.at === 'changed')).toBe(false);
}

describe('[L5] what was changed on the way', () => {
  it('an offer: the callee says so', async () => {
    const world = newWorld();
    meddle(world, (link) => (link.answer === null ? { ...link, offer: flip(link.offer) } : link));
    const [a, b] = await meet(world);
    await world.clock.until(() => a.state.at === 'failed');
    expect(a.state).toEqual({ at: 'failed', for: 'stranger', failure: 'tampered', retry: 'find' });
    nothingShown(a, b);
  });

  it('an answer: the caller says so', async () => {
    const world = newWorld();
    meddle(world, (link) => ({ ...link, answer: flip(link.answer) }));
    const [a, b] = await meet(world);
    await world.clock.until(() => b.state.at === 'failed');
    expect(failure(b)).toBe('tampered');
    nothingShown(a, b);
  });

  it('in a room, an offer and an answer', async () => {
    for (const part of ['offer', 'answer'] as const) {
      const world = newWorld();
      const [a, b] = [world.person(), world.person()];
      const code = await roomOf(world, a);
      meddle(world, (link) => ({ ...link, [part]: part === 'offer' && link.answer !== null ? link.offer : flip(link[part]) }));
      b.session.enter(code);
      const deceived = part === 'offer' ? a : b;
      await world.clock.until(() => deceived.state.at === 'failed');
      expect(failure(deceived), part).toBe('tampered');
      nothingShown(a, b);
    }
  });

  it('[L3] an offer of another room', async () => {
    const world = newWorld();
    let first: Uint8Array | null = null;
    meddle(world, (link) => {
      first ??= link.offer;
      return { ...link, offer: link.offer === null ? null : first };
    });
    const [a, b] = await meet(world);
    await bothTalk(world, a, b);
    const [c, d] = await meet(world);
    await world.clock.until(() => c.state.at === 'failed');
    expect(failure(c)).toBe('tampered');
    nothingShown(c, d);
  });

  it('[P1] [L4] what is of another version or suite is against the rules', async () => {
    for (const head of [[0], [2], [1, 1]]) {
      const world = newWorld();
      meddle(world, (link) => ({ ...link, offer: link.offer?.map((byte, i) => head[i] ?? byte) ?? null }));
      const [a] = await meet(world);
      await world.clock.until(() => a.state.at === 'failed');
      expect(failure(a), head.join()).toBe('protocol_error');
    }
  });
});

describe('[P4] batches', () => {
  it('are sealed, and connect who has found nothing before', async () => {
    const world = newWorld();
    world.ether.gatherMs = 2000;
    const [a, b] = await meet(world);
    await bothTalk(world, a, b);
    expect(world.db.batches.size).toBeGreaterThan(0);
    for (const batch of world.db.batches.values()) expect([...batch.subarray(0, 2), batch.length]).toEqual([1, 2, 512]);
    await wordsBothWays(world, a, b);
  });

  it('come after the link that they belong to', async () => {
    const world = newWorld();
    world.ether.described = false;
    const [a, b] = await twoInRoom(world);
    await wordsBothWays(world, a, b);
    expect(world.db.batches.size).toBeGreaterThan(0);
  });

  it('that were changed are left out', async () => {
    const world = newWorld();
    world.ether.gatherMs = 2000;
    const { batches } = world.db;
    const set = batches.set.bind(batches);
    batches.set = (key, batch) => set(key, flip(batch) ?? batch);
    const [a, b] = await meet(world);
    expect(await world.clock.until(() => a.state.at === 'failed' && b.state.at === 'failed')).toBe(true);
    expect([failure(a), failure(b)]).toEqual(['connection_failed', 'connection_failed']);
  });
});

describe('[L6] calls that are shown again', () => {
  it('are not answered again', async () => {
    const world = newWorld();
    const calls = new Map<string, Link>();
    meddle(world, (link, key) => {
      if (link.state === 'paired' && link.answer === null) calls.set(key, link);
      return link;
    });
    const [a, b] = await twoInRoom(world);
    b.session.leave();
    await world.clock.advance(2000);
    a.session.retry();
    const answers = world.ether.connections.size;
    for (const [key, link] of calls) world.db.links.set(key, link);
    world.db.changed();
    await world.clock.advance(30_000);
    expect(world.ether.connections.size).toBe(answers);
    expect(a.state.at).toBe('waiting');
  });

  it('from an earlier stay concern nobody', async () => {
    const world = newWorld();
    const calls = new Map<string, Link>();
    meddle(world, (link, key) => {
      if (link.state === 'paired' && link.answer === null) calls.set(key, link);
      return link;
    });
    const [a, b, code] = await twoInRoom(world);
    a.session.leave();
    b.session.leave();
    await world.clock.advance(2000);
    a.session.enter(code);
    await world.clock.until(() => a.state.at === 'waiting');
    for (const [key, link] of calls) world.db.links.set(key, link);
    world.db.changed();
    await world.clock.advance(2000);
    expect(a.state.at).toBe('waiting');
  });
});

describe('[K5] calls that the store makes up', () => {
  it('take no conversation away', async () => {
    const world = newWorld();
    const calls: Link[] = [];
    meddle(world, (link) => {
      if (link.offer !== null && link.answer === null) calls.push(link);
      return link;
    });
    const [a, b, code] = await twoInRoom(world);
    await wordsBothWays(world, a, b);
    const [call] = calls as [Link];
    const room = await roomIdOf(parseRoomCode(code), crypto.subtle);
    const forged: [string, Link][] = [
      ['[L3] the same elsewhere', call],
      ['[L5] one bit changed', { ...call, offer: flip(call.offer) }],
      ['[L3] from another key', { ...call, callerKey: keyFromBytes(new Uint8Array(32)) }],
      ['[K5] from somebody else', { ...call, caller: parseUid('somebody else') }],
    ];
    for (const [i, [name, link]] of forged.entries()) {
      world.db.links.set(`${room}/${newLinkId((length) => new Uint8Array(length).fill(i))}`, link);
      world.db.changed();
      await world.clock.advance(25_000);
      expect([a.talk.peer, b.talk.peer], name).toEqual(['here', 'here']);
      await wordsBothWays(world, a, b);
    }
    expect(a.heard).toHaveLength(forged.length + 1);
  });
});

/**
 * A store between two strangers, with a key of its own for each: it opens what they seal for it, changes the offer, and
 * seals for the other.
 */
async function standBetween(world: World, change: (offer: Offer) => Offer): Promise<void> {
  const suite = pairSuite();
  const [toCaller, toCallee] = [await newOwnKey(suite), await newOwnKey(suite)];
  world.keyTold = toCaller.key;
  const { links } = world.db;
  const [set, get] = [links.set.bind(links), links.get.bind(links)];
  const callers = new Map<string, Key>();
  links.set = (name, link) => {
    const before = get(name);
    const callerKey = callers.get(name) ?? link.callerKey;
    callers.set(name, callerKey);
    const place = { suite: 2, room: name.slice(0, -1) as RoomId, link: null } as const;
    const near: LinkPlace = { ...place, callerKey, calleeKey: toCaller.key };
    const far: LinkPlace = { ...place, callerKey: toCallee.key, calleeKey: link.calleeKey };
    const carry = async () => {
      if (link.offer !== null && before?.offer == null) {
        const offer = change(parseOffer(await toCaller.sealer.open(placeOf(near, 'caller', 'offer'), link.offer)));
        return { ...link, offer: await toCallee.sealer.seal(placeOf(far, 'caller', 'offer'), encodeOffer(offer)) };
      }
      if (link.answer === null || before?.answer != null) return link;
      const answer = await toCallee.sealer.open(placeOf(far, 'callee', 'answer'), link.answer);
      return { ...link, answer: await toCaller.sealer.seal(placeOf(near, 'callee', 'answer'), answer) };
    };
    void world.clock.track(carry().then((carried) => {
      set(name, { ...carried, callerKey: toCallee.key });
      world.db.changed();
    }));
    return links;
  };
}

describe('[H6] somebody stands between strangers', () => {
  const other = Array.from({ length: 32 }, () => 'EE').join(':');
  it.each([
    ['gives one of them another certificate', (sdp: string) => sdp.replace(/sha-256 \S+/u, `sha-256 ${other}`)],
    ['only reads what they say to each other', (sdp: string) => sdp],
  ])('and %s: their proofs do not hold, and no word is shown', async (_, change) => {
    const world = newWorld();
    await standBetween(world, (offer) => ({ ...offer, sdp: change(offer.sdp) }));
    const [a, b] = await meet(world);
    expect(await world.clock.until(() => a.state.at === 'failed' && b.state.at === 'failed')).toBe(true);
    // Both got as far as an open channel: it is the proofs that tell.
    for (const one of [a, b]) expect(one.story).toContain('connecting/opening');
    expect([failure(a), failure(b)]).toContain('tampered');
    nothingShown(a, b);
  });
});

describe('older browsers', () => {
  it.each([['Ed25519'], ['X25519']])('without %s meet newer ones, and strangers', async (missing) => {
    const world = newWorld();
    const older = world.person({ subtle: without(missing) });
    const newer = world.person();
    older.session.find();
    newer.session.find();
    await bothTalk(world, older, newer);
    await wordsBothWays(world, older, newer);
    expect(older.talk.safety.signs).toEqual(newer.talk.safety.signs);
    const [host, guest] = [world.person({ subtle: without(missing) }), world.person()];
    guest.session.enter(await roomOf(world, host));
    await bothTalk(world, host, guest);
    expect(host.talk.safety).toEqual(guest.talk.safety);
  });

  it('that cannot seal say so', async () => {
    for (const act of ['find', 'createRoom'] as const) {
      const world = newWorld();
      const a = world.person({ subtle: without('AES-GCM') });
      a.session[act]();
      await world.clock.until(() => a.state.at === 'failed');
      expect(a.state).toMatchObject({ failure: 'browser_too_old', retry: null });
    }
  });
});

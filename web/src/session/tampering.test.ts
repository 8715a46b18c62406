/** A store that does not carry what it was given (SPEC L3–L6, H6). The peers are the real ones, and so is the cipher. */
import { describe, expect, it } from 'vitest';
import type { Key, RoomId } from '../protocol/ids';
import { encodeOffer, parseOffer, type Offer } from '../protocol/payload';
import { placeOf, type LinkPlace } from '../protocol/place';
import { newOwnKey, pairSuite } from '../protocol/seal';
import { without } from '../protocol/testing/older-browser';
import { flip, meddle } from './testing/meddling';
import { allTalk, roomOf } from './testing/rooms';
import { bothTalk, newWorld, wordsBothWays, type Person, type World } from './testing/world';

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
  for (const one of people) expect(one.shown.some((state) => state.at === 'talking')).toBe(false);
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
  it.each([['Ed25519'], ['X25519']])('without %s meet newer ones, strangers and in rooms', async (missing) => {
    const world = newWorld();
    const older = world.person({ subtle: without(missing) });
    const newer = world.person();
    older.session.find();
    newer.session.find();
    await bothTalk(world, older, newer);
    await wordsBothWays(world, older, newer);
    expect(older.talk.safety.signs).toEqual(newer.talk.safety.signs);
    const people = await roomOf(world, world.person({ subtle: without(missing) }), world.person());
    await allTalk(world, people, 'word');
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

/** A store between the members of a room that does not carry what it was given (SPEC L3 to L6, H6, O8, R3). */
import { describe, expect, it } from 'vitest';
import { keyFromBytes, newLinkId, parseUid, type LinkId, type RoomId } from '../../protocol/ids';
import { encodeOffer, parseOffer } from '../../protocol/payload';
import { placeOf } from '../../protocol/place';
import { parseRoomCode, roomIdOf } from '../../protocol/room-code';
import { roomSealer } from '../../protocol/seal';
import type { Link } from '../../signaling/documents';
import { flip, meddle } from '../testing/meddling';
import { allHere, allTalk, present, texts, threeInRoom, twoInRoom, verbs } from '../testing/rooms';
import { newWorld, type Person, type World } from '../testing/world';

/**
 * Somebody new finds nobody, or is told that what came was not right, and those who are there have seen nothing of it and
 * go on.
 */
async function comesInVain(world: World, people: readonly Person[]): Promise<Person> {
  const one = world.person();
  one.session.enter(people[0]?.room.invitation.code ?? '');
  await world.clock.until(() => one.state.at === 'room' || one.state.at === 'failed');
  await world.clock.advance(30_000);
  if (one.state.at === 'room') expect(one.room).toMatchObject({ line: 'alone', members: [] });
  else expect(one.state).toMatchObject({ failure: 'tampered', retry: 'enter' });
  expect(one.shown.every((state) => state.at !== 'room' || state.entries.length === 0)).toBe(true);
  for (const each of people) expect([present(each), each.room.members.length]).toEqual([people.length, people.length]);
  await allTalk(world, people, 'word');
  return one;
}

/** Talk before the store turns hostile. */
async function talking(world: World): Promise<[Person, Person]> {
  const people = await twoInRoom(world);
  await allTalk(world, people, 'before');
  await world.clock.advance(10_000);
  return people;
}

describe('[L5] [L3] a store that changes', () => {
  let other: Uint8Array | null = null;
  const changes: [string, (link: Link) => Link][] = [
    ['a bit of offers', (link) => (link.answer === null ? { ...link, offer: flip(link.offer) } : link)],
    ['a bit of answers', (link) => ({ ...link, answer: flip(link.answer) })],
    ['offers for what another one said', (link) => {
      other ??= link.offer;
      return link.answer === null ? { ...link, offer: link.offer === other ? flip(link.offer) : other } : link;
    }],
    ['answers for what another one said', (link) => ({ ...link, answer: link.answer === null ? null : link.offer })],
    ['the key that is called', (link) => ({ ...link, calleeKey: keyFromBytes(new Uint8Array(32)) })],
    ['the key that calls', (link) => ({ ...link, callerKey: keyFromBytes(new Uint8Array(32).fill(1)) })],
    ['the version', (link) => ({ ...link, offer: link.offer?.with(0, 0) ?? null })],
    ['the suite', (link) => ({ ...link, offer: link.offer?.with(1, 2) ?? null })],
  ];
  it.each(changes)('%s: who comes finds nobody, and nobody is harmed', async (_, change) => {
    const world = newWorld();
    const people = await talking(world);
    other = null;
    meddle(world, change);
    await comesInVain(world, people);
  });

  it('the keys of doors: who comes finds nobody', async () => {
    const world = newWorld();
    const people = await talking(world);
    const { members } = world.db;
    const set = members.set.bind(members);
    members.set = (name, member) => set(name, { ...member, key: keyFromBytes(new Uint8Array(32)) });
    for (const [name, member] of members) members.set(name, member);
    await comesInVain(world, people);
  });

  it('and comes to its senses: they find each other', async () => {
    const world = newWorld();
    const people = await talking(world);
    let hostile = true;
    meddle(world, (link) => (hostile && link.answer === null ? { ...link, offer: flip(link.offer) } : link));
    const one = await comesInVain(world, people);
    hostile = false;
    one.session.retry();
    await allHere(world, [...people, one], 120_000);
    await allTalk(world, [...people, one], 'together');
  });
});

describe('[H6] a store that knows the code', () => {
  it('and gives another certificate: the proofs do not hold', async () => {
    const world = newWorld();
    const people = await talking(world);
    const { links } = world.db;
    const sealer = await roomSealer(parseRoomCode(people[0].room.invitation.code), crypto.subtle, (count) => new Uint8Array(count));
    const certificate = `sha-256 ${Array.from({ length: 32 }, () => 'EE').join(':')}`;
    const set = links.set.bind(links);
    links.set = (name, link) => {
      if (link.offer === null || link.answer !== null) return set(name, link);
      const [room, id] = name.split('/') as [RoomId, LinkId];
      const { callerKey, calleeKey } = link;
      const place = placeOf({ suite: 1, room, link: id, callerKey, calleeKey }, 'caller', 'offer');
      const carry = async (sealed: Uint8Array) => {
        const offer = parseOffer(await sealer.open(place, sealed));
        const sdp = offer.sdp.replace(/sha-256 \S+/u, certificate);
        set(name, { ...link, offer: await sealer.seal(place, encodeOffer({ ...offer, sdp })) });
        world.db.changed();
      };
      void world.clock.track(carry(link.offer));
      return links;
    };
    const one = await comesInVain(world, people);
    // It got as far as an open channel: it is the proofs that tell.
    expect(one.story).toContain('connecting/opening');
  });
});

describe('[L6] calls that the store makes up', () => {
  it('are no calls, whatever they are made of', async () => {
    const world = newWorld();
    const calls: Link[] = [];
    meddle(world, (link) => {
      if (link.offer !== null && link.answer === null) calls.push(link);
      return link;
    });
    const people = await talking(world);
    const room = await roomIdOf(parseRoomCode(people[0].room.invitation.code), crypto.subtle);
    const [call] = calls as [Link];
    const forged: [string, Link][] = [
      ['[L3] the same elsewhere', call],
      ['[L5] one bit changed', { ...call, offer: flip(call.offer) }],
      ['[L3] from another key', { ...call, callerKey: keyFromBytes(new Uint8Array(32)) }],
      ['from somebody else', { ...call, caller: parseUid('somebody else') }],
    ];
    for (const [i, [name, link]] of forged.entries()) {
      world.db.links.set(`${room}/${newLinkId((length) => new Uint8Array(length).fill(i))}`, link);
      world.db.changed();
      await world.clock.advance(25_000);
      expect(people.map(present), name).toEqual([2, 2]);
      await allTalk(world, people, name);
    }
  });

  it('are not answered again when they are shown again, nor by a later stay', async () => {
    const world = newWorld();
    const calls = new Map<string, Link>();
    meddle(world, (link, key) => {
      if (link.state === 'paired' && link.answer === null) calls.set(key, link);
      return link;
    });
    const [a, b] = await talking(world);
    const { code } = a.room.invitation;
    b.session.leave();
    await allHere(world, [a]);
    const made = world.ether.connections.size;
    const again = async () => {
      for (const [key, link] of calls) world.db.links.set(key, link);
      world.db.changed();
      await world.clock.advance(30_000);
      expect(world.ether.connections.size).toBe(made);
      for (const key of calls.keys()) world.db.links.delete(key);
    };
    await again();
    a.session.leave();
    await world.clock.advance(2000);
    a.session.enter(code);
    await world.clock.until(() => a.state.at === 'room' && a.room.line === 'alone');
    await again();
  });
});

describe('that calls were tampered with', () => {
  it('is told to who is a door, once, and to nobody when nothing was', async () => {
    const world = newWorld();
    let hostile = false;
    meddle(world, (link) => (hostile && link.answer === null ? { ...link, offer: flip(link.offer) } : link));
    const [a, b] = await talking(world);
    expect([a.room.tampered, b.room.tampered]).toEqual([false, false]);
    hostile = true;
    const c = await comesInVain(world, [a, b]);
    const told = [a, b].filter((one) => one.room.tampered);
    expect(told.length).toBeGreaterThan(0);
    for (const one of told) {
      verbs(one).heed();
      await world.clock.until(() => !one.room.tampered);
      expect(one.room.tampered).toBe(false);
    }
    c.session.retry();
    await world.clock.advance(60_000);
    expect(told.map((one) => one.room.tampered), 'once').toEqual(told.map(() => false));
  });
});

describe('[P4] batches', () => {
  it('come after the link that they belong to', async () => {
    const world = newWorld();
    world.ether.described = false;
    world.ether.gatherMs = 2000;
    const { batches } = world.db;
    const set = batches.set.bind(batches);
    let written = 0;
    batches.set = (key, batch) => {
      written++;
      return set(key, batch);
    };
    const people = await twoInRoom(world);
    expect(written).toBeGreaterThan(0);
    await allTalk(world, people, 'word');
  });
});

describe('[O8] a member between two others', () => {
  it.each([
    ['changes what they seal for each other', (frame: string) => frame.replace(/"sealed":"(.{200})./u, '"sealed":"$1_')],
    ['keeps it to itself', (frame: string) => (frame.includes('"t":"introduce"') ? '{"t":"nothing"}' : frame)],
  ])('and %s: they find each other by the doors', async (_, alter) => {
    const world = newWorld(3);
    const [a, b] = await twoInRoom(world);
    await world.clock.advance(10_000);
    const c = world.person();
    world.ether.alter = alter;
    c.session.enter(a.room.invitation.code);
    await allHere(world, [a, b, c]);
    await world.clock.advance(60_000);
    expect(world.ether.open, 'a link of each with each').toBe(6);
    await allTalk(world, [a, b, c], 'word');
    for (const one of [a, b, c]) expect(texts(one)).toHaveLength(3);
  });

  it('has no part in it when they do not ask: three are linked each to each', async () => {
    const world = newWorld(4);
    const people = await threeInRoom(world);
    await world.clock.advance(10_000);
    expect(world.ether.open).toBe(6);
    await allTalk(world, people, 'word');
  });
});

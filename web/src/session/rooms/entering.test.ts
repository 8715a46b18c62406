/** Coming into a room of many (SPEC K1, R2 to R4, O2). */
import { describe, expect, it } from 'vitest';
import { parseRoomCode } from '../../protocol/room-code';
import {
  allHere, allRead, allTalk, comes, createsRoom, ends, memberOf, present, says, stories, texts, threeInRoom, twoInRoom, verbs,
} from '../testing/rooms';
import { newWorld, type Person } from '../testing/world';

const seeds = Array.from({ length: 30 }, (_, i) => i + 1);

describe('a room that somebody creates', () => {
  it('[K1] shows its code and the link that has it in the fragment', async () => {
    const world = newWorld();
    const a = world.person();
    const code = await createsRoom(world, a);
    expect(a.room).toMatchObject({ founder: true, line: 'alone', invitation: { code, url: `https://parley.example/#r=${code}` } });
    expect(parseRoomCode(code)).toBe(code);
    expect(present(a)).toBe(1);
  });

  it('is there once, however often one clicks', async () => {
    const world = newWorld();
    const a = world.person();
    a.session.createRoom();
    a.session.createRoom();
    await ends(world, a);
    await world.clock.advance(2000);
    expect(world.db.rooms.size).toBe(1);
  });
});

describe('people who come', () => {
  it.each(seeds)('[R3] two talk, in any order of events (seed %i)', async (seed) => {
    const world = newWorld(seed);
    const people = await twoInRoom(world);
    expect(people.map((one) => one.room.invitation.code)).toEqual(people.map(() => people[0].room.invitation.code));
    await allTalk(world, people, 'word');
    await world.clock.advance(1000);
    expect([...world.db.links.values()], '[D11] connected, nothing of it stays').toEqual([]);
  });

  it.each(seeds)('[R3] two come to a third at once, and all talk (seed %i)', async (seed) => {
    const world = newWorld(seed);
    const [a, b, c] = [world.person(), world.person(), world.person()];
    const code = await createsRoom(world, a);
    b.session.enter(code);
    await world.clock.advance(Math.floor(world.random() * 400));
    c.session.enter(code);
    await allHere(world, [a, b, c]);
    await allTalk(world, [a, b, c], 'word');
  });

  it('[R4] are let in once, each by one admission, and come again without another', async () => {
    const world = newWorld();
    const people = await threeInRoom(world);
    const [a, b] = people;
    const came = () => Array.from({ length: a.room.entries.length }, (_, i) => a.room.entries.at(i).kind);
    await world.clock.advance(5000);
    expect(came()).toEqual(['begun', 'came', 'came']);
    const { code } = b.room.invitation;
    b.session.leave();
    await world.clock.until(() => present(a) === 2);
    b.session.enter(code);
    await allHere(world, people);
    await world.clock.advance(20_000);
    expect(came()).toEqual(['begun', 'came', 'came']);
  });

  it('[R4] say what they want to be called, and another name is another admission', async () => {
    const world = newWorld();
    const [a, b] = await twoInRoom(world);
    expect(memberOf(a, b).name).toBe('');
    verbs(b).rename('Bea');
    await world.clock.until(() => memberOf(a, b).name === 'Bea');
    expect(a.room.entries.at(a.room.entries.length - 1)).toMatchObject({ kind: 'renamed', name: 'Bea' });
    // And in a room that is entered afterwards at once.
    const c = world.person();
    const code = await createsRoom(world, c);
    b.session.enter(code);
    await allHere(world, [b, c]);
    expect(memberOf(c, b).name).toBe('Bea');
  });

  it('[R2] [R3] cost the store the same, whoever is there already', async () => {
    const world = newWorld(2);
    const people = [world.person()];
    const code = await createsRoom(world, people[0] as Person);
    const costs: number[] = [];
    for (let i = 0; i < 5; i++) {
      const before = world.db.billed.writes;
      people.push(await comes(world, code));
      await allHere(world, people);
      await world.clock.advance(100);
      costs.push(world.db.billed.writes - before);
    }
    expect(Math.max(...costs), JSON.stringify(costs)).toBeLessThanOrEqual(Math.min(...costs) + 2);
    await world.clock.advance(20_000);
    expect(world.db.members.size).toBe(2);
  });

  it('[R3] come by whoever is there when the founder has gone', async () => {
    const world = newWorld(3);
    const [a, b, c] = await threeInRoom(world);
    const { code } = a.room.invitation;
    await world.clock.advance(10_000);
    a.session.leave();
    await allHere(world, [b, c]);
    const d = await comes(world, code);
    await allHere(world, [b, c, d]);
    await allTalk(world, [b, c, d], 'word');
  });

  it('[R3] who is the first of all back is alone, and is found by who comes next', async () => {
    const world = newWorld(4);
    const [a, b] = await twoInRoom(world);
    const { code } = a.room.invitation;
    says(a, 'before');
    await allRead(world, [a, b], 1);
    a.session.leave();
    b.session.leave();
    await world.clock.advance(3000);
    b.session.enter(code);
    await ends(world, b);
    expect(b.room).toMatchObject({ line: 'alone' });
    expect(texts(b)).toEqual(['before']);
    const c = await comes(world, code);
    await allHere(world, [b, c]);
    await allRead(world, [b, c], 1);
  });
});

describe('doors that do not answer', () => {
  it('[R3] nobody: after 10 s one is alone, and a door', async () => {
    const world = newWorld(9);
    const a = world.person();
    const code = await createsRoom(world, a);
    await world.crash(a);
    const b = world.person();
    const before = world.clock.now();
    b.session.enter(code);
    await world.clock.advance(9000);
    expect(b.state).toMatchObject({ at: 'connecting', step: 'exchanging', slow: true });
    await ends(world, b);
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(10_000);
    expect(b.room).toMatchObject({ line: 'alone' });
    // [R4] Of two who know nothing of the room neither lets in the other: they wait for somebody who does.
    const c = world.person();
    c.session.enter(code);
    await world.clock.advance(30_000);
    expect([b, c].map((one) => one.session.room?.say('anybody?') ?? null)).not.toContainEqual({ ok: true });
    const again = world.person({ uid: a.uid, device: a.device });
    again.session.enter(code);
    await allHere(world, [again, b, c], 120_000);
    await allTalk(world, [again, b, c], 'word');
  });

  it('[R3] one of two: the other is called after 3 s', async () => {
    const took: number[] = [];
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const world = newWorld(seed);
      const [a, b] = await twoInRoom(world);
      const { code } = a.room.invitation;
      await world.clock.advance(10_000);
      expect(world.db.members.size).toBe(2);
      await world.crash(b);
      const before = world.clock.now();
      const c = await comes(world, code);
      expect(c.state.at, stories([c])).toBe('room');
      took.push(world.clock.now() - before);
      await world.clock.until(() => present(a) === 2);
      await allTalk(world, [a, c], 'word');
    }
    expect(Math.max(...took)).toBeGreaterThanOrEqual(3000);
    expect(Math.max(...took)).toBeLessThan(5000);
    expect(Math.min(...took)).toBeLessThan(2000);
  });

  it('[O2] who crashed is not there any more, and comes back to their place', async () => {
    const world = newWorld(6);
    const [a, b] = await twoInRoom(world);
    const { code } = a.room.invitation;
    says(a, 'before');
    await allRead(world, [a, b], 1);
    await world.crash(b);
    says(a, 'meanwhile');
    expect(await world.clock.until(() => present(a) === 1, 130_000)).toBe(true);
    const again = world.person({ uid: b.uid, device: b.device });
    again.session.enter(code);
    await allHere(world, [a, again]);
    await allRead(world, [a, again], 2);
    expect(a.room.members).toHaveLength(2);
    says(again, 'back');
    await allRead(world, [a, again], 3);
  });

  it('who loads the page again takes their own place before the old one is found to be gone', async () => {
    const world = newWorld(7);
    const [a, b] = await twoInRoom(world);
    const { code } = a.room.invitation;
    await world.crash(b);
    const again = world.person({ uid: b.uid, device: b.device });
    again.session.enter(code);
    expect(await world.clock.until(() => again.state.at === 'room', 5000), stories([again])).toBe(true);
    await allTalk(world, [a, again], 'word');
    await world.clock.advance(120_000);
    expect([present(a), present(again)]).toEqual([2, 2]);
  });
});

import { describe, expect, it } from 'vitest';
import { guessStepMs, maxGuesses } from '../protocol/limits';
import type { Guess } from '../signaling/code-documents';
import type { ShortCode } from './model';
import { allHere, allTalk, createsRoom, memberOf, roomOf, verbs } from './testing/rooms';
import { newWorld, type Person, type World } from './testing/world';

const shownBy = (person: Person): ShortCode => person.room.code;

/** Somebody in a room of theirs, with a code on the screen. */
async function withCode(world: World, person = world.person()): Promise<[creator: Person, code: string, room: string]> {
  const room = await createsRoom(world, person);
  return [person, await makeCode(world, person), room];
}

async function makeCode(world: World, person: Person): Promise<string> {
  person.session.makeCode();
  await world.clock.until(() => shownBy(person).is === 'making');
  await world.clock.until(() => shownBy(person).is !== 'making');
  const code = shownBy(person);
  if (code.is !== 'ready') throw new Error(`no code: ${code.is}`);
  return code.text;
}

const wrong = (code: string) => `${code.split('-')[0]}-${code.endsWith('zoo-zoo') ? 'apple-apple' : 'zoo-zoo'}`;

/** Somebody new guesses; resolves to what they see in the end. */
async function guess(world: World, typed: string, person = world.person()): Promise<Person> {
  person.session.enter(typed);
  await world.clock.until(() => person.state.at === 'failed' || person.state.at === 'room');
  return person;
}

describe('a short code', () => {
  it.each(Array.from({ length: 10 }, (_, i) => i + 1))('[N3] leads into the room (seed %i)', async (seed) => {
    const world = newWorld(seed);
    const [a, code] = await withCode(world);
    expect(code).toMatch(/^[1-9]\d\d-[a-z]+-[a-z]+$/u);
    const b = world.person();
    b.session.enter(` ${code.toUpperCase().replaceAll('-', ' ')} `);
    await allHere(world, [a, b]);
    await allTalk(world, [a, b], 'word');
    expect(b.story[0]).toBe('connecting/signing-in');
    expect(b.story.filter((one) => one === 'connecting/signing-in'), 'steps go one way').toHaveLength(1);
    expect([world.db.codes.size, world.db.guesses.size], '[N5] it is used up and deleted').toEqual([0, 0]);
    expect((await guess(world, code)).state).toMatchObject({ failure: 'code_over', retry: null });
  });

  it('[N2] lasts for its time', async () => {
    const world = newWorld();
    const [a, code] = await withCode(world);
    const shown = shownBy(a);
    if (shown.is !== 'ready') throw new Error(shown.is);
    await world.clock.advance(shown.until - world.clock.now() - 1000);
    expect(shownBy(a).is).toBe('ready');
    await world.clock.advance(1000);
    expect(shownBy(a)).toEqual({ is: 'over', why: 'time' });
    expect((await guess(world, code)).state).toMatchObject({ failure: 'code_over' });
    await world.clock.advance(1000);
    expect(world.db.codes.size).toBe(0);
    expect(await makeCode(world, a), 'another one').not.toBe(code);
  });

  it('[N5] stands two wrong guesses', async () => {
    const world = newWorld();
    const [a, code] = await withCode(world);
    const b = world.person();
    for (let i = 1; i < maxGuesses; i++) {
      await guess(world, wrong(code), b);
      expect(b.state).toEqual({ at: 'failed', for: 'room', failure: 'code_wrong', retry: null });
    }
    expect(shownBy(a).is).toBe('ready');
    b.session.enter(code);
    await allHere(world, [a, b]);
  });

  it('[N5] is used up by three', async () => {
    const world = newWorld();
    const [a, code] = await withCode(world);
    for (let i = 0; i < maxGuesses; i++) await guess(world, wrong(code));
    await world.clock.advance(1000);
    expect(shownBy(a)).toEqual({ is: 'over', why: 'guesses' });
    expect([world.db.codes.size, world.db.guesses.size]).toEqual([0, 0]);
    expect((await guess(world, code)).state).toMatchObject({ failure: 'code_over' });
  });

  it('[N5] counts guesses that do not go on, and answers three whatever the store shows', async () => {
    const world = newWorld();
    const [a, code] = await withCode(world);
    const [[slot, document] = []] = [...world.db.codes];
    if (document === undefined) throw new Error('no code');
    // A group element that nobody knows the secret of: the generator.
    const share = Uint8Array.from(Buffer.from('e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76', 'hex'));
    const { creator, codeId, expireAt } = document;
    const planted: Guess = {
      joiner: world.person().uid, creator, nonce: new Uint8Array(16), share, expireAt, answer: null, tag: null, secret: null,
    };
    let answers = 0;
    for (let round = 0; round < 3; round++) {
      for (let number = 0; number < maxGuesses; number++) world.db.guesses.set(`${slot}/${codeId}-${number}`, planted);
      world.db.changed();
      await world.clock.advance(2000);
      answers += [...world.db.guesses.values()].filter((one) => one.answer !== null).length;
    }
    expect(answers).toBe(maxGuesses);
    expect((await guess(world, code)).state).toMatchObject({ failure: 'code_over' });
    await world.clock.advance(guessStepMs);
    expect(shownBy(a)).toEqual({ is: 'over', why: 'guesses' });
  });

  it('[N4] a share that is none is a failed guess', async () => {
    const world = newWorld();
    const [a] = await withCode(world);
    const [[slot, document] = []] = [...world.db.codes];
    if (document === undefined) throw new Error('no code');
    const { creator, codeId, expireAt } = document;
    for (let number = 0; number < maxGuesses; number++) {
      world.db.guesses.set(`${slot}/${codeId}-${number}`, {
        joiner: world.person().uid, creator, nonce: new Uint8Array(16), share: new Uint8Array(32), expireAt,
        answer: null, tag: null, secret: null,
      });
    }
    world.db.changed();
    await world.clock.advance(1000);
    expect(shownBy(a)).toEqual({ is: 'over', why: 'guesses' });
  });

  it('[N6] a creator who is gone is waited for so long', async () => {
    const world = newWorld();
    const [a, code] = await withCode(world);
    const document = [...world.db.codes];
    a.session.leave();
    await world.clock.advance(1000);
    for (const [slot, one] of document) world.db.codes.set(slot, one);
    const before = world.clock.now();
    expect((await guess(world, code)).state).toMatchObject({ failure: 'code_over' });
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(guessStepMs);
  });

  it.each([
    ['[N6] another answer', 'code_wrong', (one: Guess) => ({ ...one, answer: one.answer && { ...one.answer, share: one.share } })],
    ['[N6] another tag', 'code_wrong', (one: Guess) => ({ ...one, answer: one.answer && { ...one.answer, tag: new Uint8Array(64) } })],
    ['[N4] an answer that is none', 'tampered', (one: Guess) => ({ ...one, answer: one.answer && { ...one.answer, share: new Uint8Array(32) } })],
    ['[N7] another secret', 'tampered', (one: Guess) => ({ ...one, secret: one.secret && new Uint8Array(44) })],
  ])('%s of the store is found out', async (_, failure, lie) => {
    const world = newWorld();
    const [, code] = await withCode(world);
    const set = world.db.guesses.set.bind(world.db.guesses);
    world.db.guesses.set = (key, one) => set(key, lie(one));
    expect((await guess(world, code)).state).toMatchObject({ failure });
  });

  it('is taken back when its creator leaves, and stays when somebody comes in by the link', async () => {
    const world = newWorld();
    const [a, code, room] = await withCode(world);
    const [b, c] = [world.person(), world.person()];
    b.session.enter(room);
    await allHere(world, [a, b]);
    c.session.enter(code);
    await allHere(world, [a, b, c]);
    await makeCode(world, a);
    a.session.leave();
    await world.clock.advance(1000);
    expect(world.db.codes.size).toBe(0);
  });

  it('can be made by any member, and stays while another room is on the screen', async () => {
    const world = newWorld();
    const [a, b] = await roomOf(world, world.person(), world.person());
    const code = await makeCode(world, b);
    b.session.rooms.goHome();
    const c = await guess(world, code);
    await world.clock.until(() => a.room.members.length === 3);
    await allTalk(world, [a, c], 'word');
  });

  it('[R8] is taken back when the room moves to another code', async () => {
    const world = newWorld();
    const [a, b] = await roomOf(world, world.person(), world.person());
    const code = await makeCode(world, a);
    verbs(a).remove(memberOf(a, b).id);
    await world.clock.advance(1000);
    expect(shownBy(a)).toEqual({ is: 'none' });
    expect((await guess(world, code)).state).toMatchObject({ failure: 'code_over' });
    const c = await guess(world, await makeCode(world, a));
    await allHere(world, [a, c]);
  });

  it('is not made twice, nor where there is no room', async () => {
    const world = newWorld();
    const [a, code] = await withCode(world);
    a.session.makeCode();
    await world.clock.advance(1);
    expect(shownBy(a)).toMatchObject({ is: 'ready', text: code });
    const b = world.person();
    b.session.makeCode();
    b.session.find();
    await world.clock.until(() => b.state.at === 'waiting');
    b.session.makeCode();
    await world.clock.advance(1000);
    expect(world.db.codes.size).toBe(1);
  });

  it('fails by name when it is none, and when the store is gone', async () => {
    const world = newWorld();
    for (const typed of ['417-apple-parley', '41-apple-river', '417 apple', '417']) {
      expect((await guess(world, typed)).state, typed).toMatchObject({ failure: 'link_broken', retry: null });
    }
    world.db.down = true;
    const b = await guess(world, '417-apple-river');
    expect(b.state).toMatchObject({ failure: 'store_unavailable', retry: 'enter' });
    world.db.down = false;
    b.session.retry();
    await world.clock.until(() => b.state.at === 'failed');
    expect(b.state).toMatchObject({ failure: 'code_over' });
  });

  it('that cannot be made says so, and can be asked for again', async () => {
    const world = newWorld();
    const a = world.person();
    await createsRoom(world, a);
    world.db.down = true;
    a.session.makeCode();
    await world.clock.until(() => shownBy(a).is === 'failed');
    world.db.down = false;
    await world.clock.advance(20_000);
    await makeCode(world, a);
  });

  it('[N1] finds a slot when others have them all', async () => {
    const world = newWorld();
    const taken = { creator: world.person().uid, codeId: 'x' as never, nonce: new Uint8Array(16), expireAt: Number.MAX_SAFE_INTEGER };
    for (let slot = 100; slot < 10_000; slot++) world.db.codes.set(String(slot), taken);
    const [, code] = await withCode(world);
    expect(code).toMatch(/^[1-9]\d{4}-/u);
  });

  it('one guess for an impatient finger', async () => {
    const world = newWorld();
    const [a, code] = await withCode(world);
    const b = world.person();
    b.session.enter(code);
    b.session.enter(code);
    await world.clock.advance(50);
    b.session.enter(code);
    await allHere(world, [a, b]);
    expect(b.story.filter((one) => one === 'connecting/signing-in')).toHaveLength(1);
  });
});

/** What is said in a room, who got it, and what one can do with it (SPEC E11, R7, E13). */
import { describe, expect, it } from 'vitest';
import type { RoomEntry } from '../room-model';
import { allHere, allRead, allTalk, entries, entryOf, memberOf, roomOf, says, texts, threeInRoom, twoInRoom, verbs } from '../testing/rooms';
import { newWorld, settingsWith, type Person } from '../testing/world';

type Text = Extract<RoomEntry, { kind: 'text' }>;

/** The entry with this text, as somebody sees it. */
function shown(one: Person, text: string): Text {
  const id = entryOf(one, text);
  return entries(one).find((entry) => entry.id === id) as Text;
}

describe('[R7] typing', () => {
  it('is told, holds for a moment, and is over with the words', async () => {
    const world = newWorld(1);
    const [a, b] = await twoInRoom(world);
    await world.clock.advance(1000);
    verbs(a).typing();
    await world.clock.until(() => memberOf(b, a).typing, 1000);
    expect([memberOf(b, a).typing, memberOf(a, b).typing]).toEqual([true, false]);
    await world.clock.advance(6500);
    expect(memberOf(b, a).typing).toBe(false);
    verbs(a).typing();
    await world.clock.until(() => memberOf(b, a).typing, 1000);
    says(a, 'done');
    await allRead(world, [a, b], 1);
    expect(memberOf(b, a).typing).toBe(false);
  });

  it('is told, or not, from the moment on at which the person says so', async () => {
    const world = newWorld(19);
    const [a, b] = await twoInRoom(world);
    await world.clock.advance(1000);
    const types = async (tellTyping: boolean) => {
      a.session.configure({ ...settingsWith(false), tellTyping });
      verbs(a).typing();
      await world.clock.advance(1000);
      const told = memberOf(b, a).typing;
      await world.clock.advance(7000);
      return told;
    };
    expect([await types(false), await types(true), await types(false)]).toEqual([false, true, false]);
  });

  it('is not told by who has switched it off', async () => {
    const world = newWorld(2);
    const settings = { ...settingsWith(false), tellTyping: false };
    const [a, b] = await roomOf(world, world.person({ settings }), world.person());
    const frames: string[] = [];
    world.ether.overhear = (frame) => frames.push(frame);
    for (let i = 0; i < 10; i++) {
      verbs(a).typing();
      await world.clock.advance(500);
    }
    expect(memberOf(b, a).typing).toBe(false);
    expect(frames.filter((frame) => frame.includes('typing'))).toEqual([]);
  });
});

const delivery = (one: Person, text: string) => shown(one, text).delivery;

describe('[R7] got and read', () => {
  it('go from waiting over delivered to read, as far as all who are here tell', async () => {
    const world = newWorld(3);
    const [a, b, c] = await threeInRoom(world);
    await world.clock.advance(5000);
    says(a, 'hello');
    await world.clock.advance(0);
    expect(delivery(a, 'hello')).toEqual({ is: 'waiting', have: 0, read: 0, of: 2 });
    await allRead(world, [a, b, c], 1);
    await world.clock.advance(1000);
    expect(delivery(a, 'hello')).toEqual({ is: 'delivered', have: 2, read: 0, of: 2 });
    expect(delivery(b, 'hello')).toBeNull();
    verbs(b).seen(entryOf(b, 'hello'));
    await world.clock.advance(1000);
    expect(delivery(a, 'hello')).toEqual({ is: 'delivered', have: 2, read: 1, of: 2 });
    expect(verbs(a).receiptsOf(entryOf(a, 'hello')).filter(({ read }) => read)).toEqual([{ member: memberOf(a, b).id, read: true }]);
    verbs(c).seen(entryOf(c, 'hello'));
    await world.clock.advance(1000);
    expect(delivery(a, 'hello')).toEqual({ is: 'read', have: 2, read: 2, of: 2 });
  });

  it('wait while nobody else is there, and come later', async () => {
    const world = newWorld(4);
    const [a, b] = await twoInRoom(world);
    const { code } = a.room.invitation;
    b.session.leave();
    await allHere(world, [a]);
    says(a, 'for later');
    await world.clock.advance(1000);
    expect(delivery(a, 'for later')).toMatchObject({ is: 'waiting', have: 0 });
    b.session.enter(code);
    await allRead(world, [a, b], 1);
    await world.clock.advance(2000);
    expect(delivery(a, 'for later')).toMatchObject({ is: 'delivered', have: 1 });
  });

  it('reading is not told by who has switched it off', async () => {
    const world = newWorld(5);
    const settings = { ...settingsWith(false), tellRead: false };
    const [a, b] = await roomOf(world, world.person(), world.person({ settings }));
    says(a, 'hello');
    await allRead(world, [a, b], 1);
    verbs(b).seen(entryOf(b, 'hello'));
    await world.clock.advance(5000);
    expect(delivery(a, 'hello')).toMatchObject({ is: 'delivered', read: 0 });
    // From the moment on at which they switch it on, in the room that is open.
    b.session.configure(settingsWith(false));
    await world.clock.advance(5000);
    expect(delivery(a, 'hello')).toMatchObject({ is: 'read', read: 1 });
  });
});

describe('what can be done with texts', () => {
  it('[E11] answered, reacted to, changed and taken back, the same for all', async () => {
    const world = newWorld(6);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    says(a, 'first');
    await allRead(world, people, 1);
    verbs(b).say('an answer', entryOf(b, 'first'));
    verbs(c).react(entryOf(c, 'first'), '👍', true);
    verbs(b).react(entryOf(b, 'first'), '👍', true);
    await allRead(world, people, 2);
    await world.clock.advance(1000);
    expect(shown(c, 'an answer').reply).toMatchObject({ text: 'first', author: memberOf(c, a).id });
    expect(shown(c, 'first').reactions).toMatchObject([{ emoji: '👍', mine: true }]);
    expect(shown(a, 'first').reactions.flatMap(({ members, mine }) => [members.length, mine])).toEqual([2, false]);
    verbs(a).edit(entryOf(a, 'first'), 'changed');
    verbs(c).react(entryOf(c, 'first'), '👍', false);
    await world.clock.until(() => texts(c)[0] === 'changed');
    await world.clock.advance(1000);
    expect(shown(c, 'changed')).toMatchObject({ edited: true, reactions: [{ mine: false }] });
    expect(shown(c, 'an answer').reply?.text).toBe('changed');
    expect(verbs(b).edit(entryOf(b, 'changed'), 'mine now')).toEqual({ ok: false, why: 'not_yours' });
    expect(verbs(b).unsay(entryOf(b, 'changed'))).toEqual({ ok: false, why: 'not_yours' });
    verbs(a).unsay(entryOf(a, 'changed'));
    await world.clock.until(() => texts(c).length === 1);
    expect(entries(c).find((one) => one.kind === 'text')).toMatchObject({ is: 'deleted', text: '' });
    expect(shown(c, 'an answer').reply?.text).toBeNull();
  });

  it('[E11] not any more after a day', async () => {
    const world = newWorld(7);
    const a = world.person();
    await roomOf(world, a);
    says(a, 'old');
    await world.clock.until(() => texts(a).length === 1);
    const { code } = a.room.invitation;
    a.session.leave();
    await world.clock.advance(24 * 3_600_000 + 1000);
    a.session.enter(code);
    await world.clock.until(() => a.state.at === 'room');
    expect(verbs(a).edit(entryOf(a, 'old'), 'new')).toEqual({ ok: false, why: 'too_late' });
    expect(verbs(a).unsay(entryOf(a, 'old'))).toEqual({ ok: false, why: 'too_late' });
  });

  it('not said at all when they are none', async () => {
    const world = newWorld(8);
    const [a] = await twoInRoom(world);
    expect(verbs(a).say('')).toEqual({ ok: false, why: 'empty' });
    expect(verbs(a).say('x'.repeat(10_001))).toEqual({ ok: false, why: 'too_long' });
    expect(verbs(a).say('\ud800')).toEqual({ ok: false, why: 'not_well_formed' });
    const { room } = a.session;
    a.session.leave();
    expect(a.session.room).toBeNull();
    await world.clock.advance(1000);
    expect(room?.say('too late')).toEqual({ ok: false, why: 'not_in' });
  });

  it('hidden on this device alone', async () => {
    const world = newWorld(9);
    const [a, b] = await twoInRoom(world);
    verbs(a).hide(memberOf(a, b).id, true);
    await world.clock.advance(1000);
    expect([memberOf(a, b).hidden, memberOf(b, a).hidden]).toEqual([true, false]);
    verbs(a).hide(memberOf(a, b).id, false);
    await world.clock.advance(1);
    expect(memberOf(a, b).hidden).toBe(false);
  });
});

describe('settings', () => {
  it('[E8] are the founder\'s, and reach everybody', async () => {
    const world = newWorld(10);
    const people = await threeInRoom(world);
    const [a, b] = people;
    expect(verbs(b).arrange({ name: 'Mine' })).toEqual({ ok: false, why: 'not_yours' });
    verbs(a).arrange({ name: 'Books' });
    await world.clock.advance(100);
    verbs(a).arrange({ topic: 'Which one next?' });
    await world.clock.until(() => people.every((one) => one.room.settings.topic !== ''));
    for (const one of people) expect(one.room.settings).toMatchObject({ name: 'Books', topic: 'Which one next?' });
    expect(entries(b).at(-1)).toMatchObject({ kind: 'settings', before: { name: 'Books', topic: '' } });
    expect(b.session.rooms.getRooms()).toMatchObject([{ name: 'Books' }]);
  });

  it('[E13] who comes later sees nothing of before where the room says so', async () => {
    const world = newWorld(11);
    const [a, b] = await twoInRoom(world);
    verbs(a).arrange({ history: 'joined' });
    await allTalk(world, [a, b], 'secret');
    const c = world.person();
    c.session.enter(a.room.invitation.code);
    await allHere(world, [a, b, c]);
    says(c, 'what was here?');
    await world.clock.until(() => [a, b].every((one) => texts(one).length === 3));
    await world.clock.advance(60_000);
    expect(texts(c)).toEqual(['what was here?']);
    expect(entries(c).filter((one) => one.kind === 'text' && one.is === 'gone')).toHaveLength(2);
  });

  it('[E13] what has disappeared is gone everywhere', async () => {
    const world = newWorld(12);
    const people = await twoInRoom(world);
    verbs(people[0]).arrange({ keepSeconds: 60 });
    await world.clock.until(() => people.every((one) => one.room.settings.keepSeconds === 60));
    await allTalk(world, people, 'soon gone');
    await world.clock.advance(62_000);
    expect(people.map(texts)).toEqual([[], []]);
    await allTalk(world, people, 'and on');
  });
});

describe('looking for words, and saving them', () => {
  it('finds texts that hold all words, the latest first, in any case', async () => {
    const world = newWorld(13);
    const a = world.person();
    await roomOf(world, a);
    for (const text of ['A red apple', 'a green Apple', 'red wine', 'nothing']) says(a, text);
    await world.clock.until(() => texts(a).length === 4);
    const search = async (words: string) => {
      const found = verbs(a).search(words);
      await world.clock.advance(1000);
      return (await found).map((id) => entries(a).find((one) => one.id === id)).map((one) => (one as Text).text);
    };
    expect(await search('APPLE')).toEqual(['a green Apple', 'A red apple']);
    expect(await search(' red  apple ')).toEqual(['A red apple']);
    expect(await search('pear')).toEqual([]);
    expect(await search('  ')).toEqual([]);
  });

  it('saves all that there is to read', async () => {
    const world = newWorld(14);
    const people = await twoInRoom(world);
    const [a, b] = people;
    verbs(b).rename('Bea');
    await world.clock.until(() => memberOf(a, b).name === 'Bea');
    verbs(a).arrange({ name: 'Books', topic: 'Which one?' });
    await allTalk(world, people, 'word');
    const json = JSON.parse(await (await verbs(a).save('json')).text()) as { room: unknown; messages: { text: string; name: string }[] };
    expect(json.room).toEqual({ name: 'Books', topic: 'Which one?' });
    expect(json.messages.map(({ text }) => text)).toEqual(texts(a));
    expect(json.messages.some(({ name }) => name === 'Bea')).toBe(true);
    const text = await (await verbs(a).save('text')).text();
    expect(text.split('\n').slice(0, 2)).toEqual(['Books', 'Which one?']);
    expect(text).toMatch(/^\S+Z {2}Bea: word 1$/mu);
  });
});

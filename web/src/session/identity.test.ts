/** Who is known again in a room, and who is not (SPEC H8, H9). */
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from '../protocol/base64url';
import type { IdentityKey, RoomId } from '../protocol/ids';
import { findPrimitives } from '../protocol/primitives';
import { without } from '../protocol/testing/older-browser';
import { deviceSigner } from './device-key';
import { mostKept, pageStore } from './device-store';
import type { Safety } from './model';
import { People } from './people';
import { roomOf, twoInRoom } from './testing/rooms';
import { bothTalk, newWorld, twoTalk, wordsBothWays, type Person, type World } from './testing/world';

const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const newIdentity = () => encodeBase64url(random(32)) as IdentityKey;
const room = (i: number) => `room ${i}` as RoomId;

/** The same person, whose page was loaded anew; or somebody with the same code on another device. */
async function comesBack(world: World, a: Person, code: string, who: Pick<Person, 'uid'> & Partial<Pick<Person, 'device'>>) {
  const again = world.person(who);
  again.session.enter(code);
  await world.clock.until(() => again.state.at === 'talking' && (a.state.at === 'changed' || a.state.at === 'talking'));
  await world.clock.advance(2000);
  return again;
}

/** A room in which a has verified b. */
async function verifiedRoom(world: World): Promise<[Person, Person, string]> {
  const [a, b, code] = await twoInRoom(world);
  a.session.verify(true);
  await world.clock.advance(1);
  return [a, b, code];
}

const safetyOf = (one: Person): Safety => {
  if (one.state.at !== 'talking' && one.state.at !== 'changed') throw new Error(one.state.at);
  return one.state.safety;
};

describe('what people compare', () => {
  it('[H7] strangers see the same seven signs, others each time, and no number', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    expect(a.talk.safety).toEqual(b.talk.safety);
    expect(a.talk.safety).toMatchObject({ number: null, verified: 'no', newDevice: false });
    expect(a.talk.safety.signs).toHaveLength(7);
    const first = a.talk.safety.signs;
    b.session.leave();
    a.session.find();
    b.session.find();
    await bothTalk(world, a, b);
    expect(a.talk.safety.signs).not.toEqual(first);
  });

  it('[H8] in a room there is a number too, the same at the next meeting of these devices', async () => {
    const world = newWorld();
    const [a, b, code] = await twoInRoom(world);
    const { number, signs } = a.talk.safety;
    expect(number).toMatch(/^\d{5}( \d{5}){11}$/u);
    expect(b.talk.safety).toEqual(a.talk.safety);
    const again = await comesBack(world, a, code, b);
    expect(again.talk.safety.number).toBe(number);
    expect(again.talk.safety.signs).not.toEqual(signs);
  });

  it('verified is said until it is taken back, of strangers too', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    a.session.verify(true);
    expect([a.talk.safety.verified, b.talk.safety.verified]).toEqual(['now', 'no']);
    a.session.verify(false);
    expect(a.talk.safety.verified).toBe('no');
  });
});

describe('[H9] somebody comes back', () => {
  it('who was not verified is not', async () => {
    const world = newWorld();
    const [a, b, code] = await twoInRoom(world);
    await comesBack(world, a, code, b);
    expect(a.talk.safety).toMatchObject({ verified: 'no', newDevice: false });
  });

  it('on the device that was verified', async () => {
    const world = newWorld();
    const [a, b, code] = await verifiedRoom(world);
    await wordsBothWays(world, a, b);
    const again = await comesBack(world, a, code, b);
    expect(a.talk.safety).toMatchObject({ verified: 'before', newDevice: false });
    expect(a.heard).toEqual(['from b']);
    await wordsBothWays(world, a, again);
    // And after the one who verified has loaded the page anew.
    const anew = await comesBack(world, again, code, a);
    expect(anew.talk.safety.verified).toBe('before');
    expect(again.talk.safety.verified).toBe('no');
  });

  it('the device that was verified is known in other rooms too', async () => {
    const world = newWorld();
    const [a, b] = await verifiedRoom(world);
    a.session.leave();
    b.session.leave();
    b.session.enter(await roomOf(world, a));
    await bothTalk(world, a, b);
    expect(a.talk.safety).toMatchObject({ verified: 'before', newDevice: false });
  });

  it('what was taken back is forgotten', async () => {
    const world = newWorld();
    const [a, b, code] = await verifiedRoom(world);
    a.session.verify(false);
    await comesBack(world, a, code, b);
    expect(a.talk.safety.verified).toBe('no');
    await comesBack(world, a, code, { uid: b.uid });
    expect(a.talk.safety).toMatchObject({ verified: 'no', newDevice: true });
  });

  it('another device is said to be new, once', async () => {
    const world = newWorld();
    const [a, b, code] = await twoInRoom(world);
    const other = await comesBack(world, a, code, { uid: b.uid });
    expect(a.talk.safety).toMatchObject({ verified: 'no', newDevice: true });
    expect(a.talk.messages).toEqual([]);
    await comesBack(world, a, code, other);
    expect(a.talk.safety).toMatchObject({ newDevice: false });
  });
});

describe('[H9] another device comes to the room of one that was verified', () => {
  it('nothing is shown or sent before the person has agreed; then all that was said is', async () => {
    const world = newWorld();
    const [a, b, code] = await verifiedRoom(world);
    await wordsBothWays(world, a, b);
    const verifiedAt = world.clock.now();
    const other = await comesBack(world, a, code, { uid: b.uid });
    expect(a.state).toMatchObject({ at: 'changed', for: 'room', safety: { verified: 'no', newDevice: false } });
    expect(a.state.at === 'changed' && a.state.verifiedAt).toBeLessThanOrEqual(verifiedAt);
    expect(safetyOf(a).signs).toEqual(other.talk.safety.signs);
    other.session.send('it is me, really');
    expect(a.session.send('who are you?')).toEqual({ ok: false, why: 'not_connected' });
    a.session.verify(true);
    await world.clock.advance(5000);
    expect(a.state).toMatchObject({ at: 'changed', safety: { verified: 'no' } });
    expect(other.heard).toEqual([]);
    a.session.talkAnyway();
    expect(a.heard).toEqual(['it is me, really']);
    expect(a.talk.safety).toMatchObject({ verified: 'no' });
    await wordsBothWays(world, a, other);
    const again = await comesBack(world, a, code, other);
    expect(a.talk.safety).toMatchObject({ verified: 'no', newDevice: false });
    await wordsBothWays(world, a, again);
  });

  it('who leaves it says no more than bye, and will be warned again', async () => {
    const world = newWorld();
    const [a, b, code] = await verifiedRoom(world);
    const other = await comesBack(world, a, code, { uid: b.uid });
    a.session.leave();
    expect(a.state).toEqual({ at: 'start' });
    await world.clock.advance(1000);
    expect(other.talk).toMatchObject({ peer: 'left', messages: [] });
    a.session.enter(code);
    expect(await world.clock.until(() => a.state.at === 'changed')).toBe(true);
  });

  it('who goes away again leaves nothing, and the one who was verified comes back as such', async () => {
    const world = newWorld();
    const [a, b, code] = await verifiedRoom(world);
    const other = await comesBack(world, a, code, { uid: b.uid });
    other.session.send('let me in');
    other.session.leave();
    expect(await world.clock.until(() => a.state.at === 'waiting')).toBe(true);
    expect(a.state).toMatchObject({ for: 'room', again: true });
    a.session.talkAnyway();
    expect(a.state.at).toBe('waiting');
    b.session.leave();
    await world.clock.advance(1000);
    b.session.enter(code);
    await bothTalk(world, a, b);
    expect(a.talk).toMatchObject({ messages: [], safety: { verified: 'before', newDevice: false } });
  });

  it('a link that is broken is no reason to leave the warning', async () => {
    const world = newWorld();
    const [a, b, code] = await verifiedRoom(world);
    await comesBack(world, a, code, { uid: b.uid });
    a.session.enter('nonsense');
    a.session.enter(code);
    a.session.retry();
    expect(a.state.at).toBe('changed');
  });
});

describe('the device', () => {
  it('[H1] has one key, also when two tabs make one at once', async () => {
    const store = pageStore();
    const primitives = await findPrimitives(crypto.subtle, random);
    const [one, other] = await Promise.all([deviceSigner(store, primitives), deviceSigner(store, primitives)]);
    expect(other?.identity).toBe(one?.identity);
    expect((await deviceSigner(store, primitives)).identity).toBe(one?.identity);
  });

  it('makes another key when the one it has is of no use', async () => {
    const store = pageStore();
    const before = await deviceSigner(store, await findPrimitives(crypto.subtle, random));
    // As after going back to an older browser.
    const older = await findPrimitives(without('Ed25519'), random);
    const now = await deviceSigner(store, older);
    expect(now.identity).not.toBe(before.identity);
    expect((await deviceSigner(store, older)).identity).toBe(now.identity);
    expect((await deviceSigner(store, await findPrimitives(crypto.subtle, random))).identity).toBe(now.identity);
  });

  it('remembers a thousand rooms, and forgets the oldest', async () => {
    const people = new People(pageStore(), () => 1);
    const [bea, eve] = [newIdentity(), newIdentity()];
    for (let i = 0; i <= mostKept; i++) await people.meet(room(i), bea);
    expect((await people.meet(room(mostKept), eve)).newDevice).toBe(true);
    expect((await people.meet(room(1), eve)).newDevice).toBe(true);
    expect((await people.meet(room(0), eve)).newDevice).toBe(false);
  });
});

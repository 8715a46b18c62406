/** Who is known again, and who is not (SPEC H7 to H9). */
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from '../protocol/base64url';
import type { IdentityKey } from '../protocol/ids';
import { findPrimitives } from '../protocol/primitives';
import { without } from '../protocol/testing/older-browser';
import { deviceSigner } from './device-key';
import { mostKept, pageStore } from './device-store';
import type { Safety } from './model';
import { People } from './people';
import { allHere, memberOf, roomOf, threeInRoom, twoInRoom, verbs } from './testing/rooms';
import { bothTalk, newWorld, twoTalk, type Person, type World } from './testing/world';

const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const newIdentity = () => encodeBase64url(random(32)) as IdentityKey;

/** The number that somebody can compare with another, and the signs. */
async function compares(world: World, one: Person, other: Person): Promise<Safety> {
  const safety = await world.clock.track(verbs(one).safetyOf(memberOf(one, other).id));
  if (safety === null) throw new Error('nothing to compare');
  return safety;
}

/** The same person, whose page is loaded anew. */
async function comesBack(world: World, one: Person, others: readonly Person[]): Promise<Person> {
  const { code } = one.room.invitation;
  one.session.leave();
  await allHere(world, others);
  const again = world.person({ uid: one.uid, device: one.device });
  again.session.enter(code);
  await allHere(world, [...others, again]);
  return again;
}

describe('what people compare', () => {
  it('[H7] strangers see the same seven signs, others each time, and no number', async () => {
    const world = newWorld();
    const [a, b] = await twoTalk(world);
    expect(a.talk.safety).toEqual(b.talk.safety);
    expect(a.talk.safety).toMatchObject({ verified: 'no' });
    expect(a.talk.safety.signs).toHaveLength(7);
    const first = a.talk.safety.signs;
    b.session.leave();
    a.session.find();
    b.session.find();
    await bothTalk(world, a, b);
    expect(a.talk.safety.signs).not.toEqual(first);
  });

  it('[H8] members of a room see the same signs and a number, which is the same at the next meeting of these devices', async () => {
    const world = newWorld();
    const [a, b] = await twoInRoom(world);
    const { number, signs } = await compares(world, a, b);
    expect(number).toMatch(/^\d{5}( \d{5}){11}$/u);
    expect(signs).toHaveLength(7);
    expect(await compares(world, b, a)).toEqual(await compares(world, a, b));
    const again = await comesBack(world, b, [a]);
    const anew = await compares(world, again, a);
    expect(anew.number).toBe(number);
    expect(anew.signs).not.toEqual(signs);
    expect((await compares(world, a, again)).signs).toEqual(anew.signs);
  });

  it('[H8] with each member there is another number, and with nobody else any', async () => {
    const world = newWorld();
    const [a, b, c] = await threeInRoom(world);
    const all = [await compares(world, a, b), await compares(world, a, c), await compares(world, b, c)];
    expect(new Set(all.map(({ number }) => number)).size).toBe(3);
    expect(await world.clock.track(verbs(a).safetyOf(newIdentity()))).toBeNull();
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

describe('[H9] a member that was compared with', () => {
  it('is verified until that is taken back', async () => {
    const world = newWorld();
    const [a, b] = await twoInRoom(world);
    expect((await compares(world, a, b)).verified).toBe('no');
    verbs(a).verifyMember(memberOf(a, b).id, true);
    await world.clock.advance(1);
    expect([memberOf(a, b).verified, memberOf(b, a).verified]).toEqual([true, false]);
    expect((await compares(world, a, b)).verified).toBe('now');
    verbs(a).verifyMember(memberOf(a, b).id, false);
    await world.clock.advance(1);
    expect(memberOf(a, b).verified).toBe(false);
  });

  it('is known again, also after either has loaded the page anew', async () => {
    const world = newWorld();
    const [a, b] = await twoInRoom(world);
    verbs(a).verifyMember(memberOf(a, b).id, true);
    const b2 = await comesBack(world, b, [a]);
    expect(memberOf(a, b2).verified).toBe(true);
    const a2 = await comesBack(world, a, [b2]);
    expect([memberOf(a2, b2).verified, memberOf(b2, a2).verified]).toEqual([true, false]);
    expect((await compares(world, a2, b2)).verified).toBe('before');
  });

  it('is known in other rooms too, and forgotten there when it is taken back', async () => {
    const world = newWorld();
    const [a, b] = await twoInRoom(world);
    verbs(a).verifyMember(memberOf(a, b).id, true);
    await roomOf(world, a, b);
    expect(memberOf(a, b).verified).toBe(true);
    verbs(a).verifyMember(memberOf(a, b).id, false);
    await roomOf(world, b, a);
    expect(memberOf(a, b).verified).toBe(false);
  });

  it('on another device is another member', async () => {
    const world = newWorld();
    const [a, b] = await twoInRoom(world);
    const { code } = a.room.invitation;
    verbs(a).verifyMember(memberOf(a, b).id, true);
    b.session.leave();
    await allHere(world, [a]);
    const other = world.person({ uid: b.uid });
    other.session.enter(code);
    await allHere(world, [a, other]);
    expect(a.room.members.map(({ verified, presence }) => [verified, presence])).toEqual([
      [false, 'here'], [true, 'away'], [false, 'here'],
    ]);
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

  it('remembers a thousand that were verified, and forgets the oldest', async () => {
    const people = new People(pageStore(), () => 1);
    const identities = Array.from({ length: mostKept + 1 }, newIdentity);
    for (const one of identities) await people.verify(one, true);
    const known = await Promise.all(identities.map((one) => people.isVerified(one)));
    expect(known).toEqual(identities.map((_, i) => i > 0));
  });
});

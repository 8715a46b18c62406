import { deleteDoc, doc, getDoc, serverTimestamp, setDoc, updateDoc, writeBatch } from 'firebase/firestore';
import { describe } from 'vitest';
import { CALLEE, CALLER, inMinutes, key, member, meshRoom, newId, STRANGER, without } from './documents.ts';
import { allows, denies, openWorld } from './world.ts';

const { as, asNobody, given } = openWorld('mesh-room');
const OWNER = CALLEE;

/** A mesh room that exists, with these changes; resolves to its path. */
const room = (change = {}) => given(`rooms/${newId()}`, meshRoom(change));

describe('creating a mesh room', () => {
  const create = (data: object, id = newId(), uid = OWNER) => setDoc(doc(as(uid), `rooms/${id}`), data);
  allows('[D3] its first member', () => create(meshRoom()));
  allows('[D3][D4] its first member, entering in the same commit', () => {
    const id = newId();
    const commit = writeBatch(as(OWNER));
    commit.set(doc(as(OWNER), `rooms/${id}`), meshRoom());
    commit.set(doc(as(OWNER), `rooms/${id}/members/${OWNER}`), member());
    return commit.commit();
  });
  denies('[D3] nobody signed in', () => setDoc(doc(asNobody(), `rooms/${newId()}`), meshRoom()));
  denies('[D3] for another owner', () => create(meshRoom(), newId(), STRANGER));
  denies('[D3] of another kind', () => create(meshRoom({ kind: 'disco' })));
  denies('[D3] that is closed already', () => create(meshRoom({ state: 'closed' })));
  denies('[D3] over one that exists', async () => setDoc(doc(as(OWNER), await room()), meshRoom()));
  const over = (change: object) => room({ expireAt: inMinutes(-1), ...change });
  const renew = async (path: string, change: object = {}) => setDoc(doc(as(OWNER), path), meshRoom(change));
  allows('[D3] in the place of one whose time is over', async () => renew(await over({ owner: STRANGER })));
  allows('[D3] in the place of a closed one whose time is over', async () => renew(await over({ state: 'closed' })));
  denies('[D3] in the place of a closed one', async () => renew(await room({ state: 'closed' })));
  denies("[D3] somebody else's, in the place of one whose time is over", async () =>
    renew(await over({}), { owner: STRANGER }));
  denies('[D2] in the place of a pair room whose time is over', async () => renew(await over({ kind: 'pair' })));
  denies('[D3] with a field that no rule names', () => create(meshRoom({ name: 'ours' })));
  for (const field of ['kind', 'state', 'owner', 'createdAt', 'expireAt']) {
    denies(`[D3] without ${field}`, () => create(without(meshRoom(), field)));
  }
  denies('[D3] made at a time of the client', () => create(meshRoom({ createdAt: inMinutes(0) })));
  denies('[D3] that has expired', () => create(meshRoom({ expireAt: inMinutes(-1) })));
  denies('[D3] that lives over 24 hours', () => create(meshRoom({ expireAt: inMinutes(24 * 60 + 0.5) })));
  allows('[D3] that lives nearly 24 hours', () => create(meshRoom({ expireAt: inMinutes(24 * 60 - 0.5) })));
  denies('[D3] whose expireAt is a number', () => create(meshRoom({ expireAt: Date.now() + 60_000 })));
  for (const [why, id] of [
    ['of 26 characters', `${'a'.repeat(25)}A`],
    ['of 28 characters', `${'a'.repeat(27)}A`],
    ['with a character outside base64url', `+${'a'.repeat(25)}A`],
    ['whose trailing bits are not zero', `${'a'.repeat(26)}B`],
  ] as const) {
    denies(`[V2] under an id ${why}`, () => create(meshRoom(), id));
  }
});

describe('reading a mesh room', () => {
  allows('[D9] any signed-in uid that knows its id', async () => getDoc(doc(as(STRANGER), await room())));
  allows('[K3] when it is closed', async () => getDoc(doc(as(STRANGER), await room({ state: 'closed' }))));
  allows('[K3] when it has expired', async () => getDoc(doc(as(STRANGER), await room({ expireAt: inMinutes(-1) }))));
  denies('[D9] nobody signed in', async () => getDoc(doc(asNobody(), await room())));
});

describe('changing a mesh room', () => {
  const update = (uid: string, path: string, change: object) => updateDoc(doc(as(uid), path), change);
  allows('[D3] its owner closes it', async () => update(OWNER, await room(), { state: 'closed' }));
  denies('[D3] another closes it', async () => update(CALLER, await room(), { state: 'closed' }));
  denies('[D3] the owner opens it again', async () => update(OWNER, await room({ state: 'closed' }), { state: 'waiting' }));
  denies('[D3] the owner puts it into another state', async () => update(OWNER, await room(), { state: 'paired' }));
  denies('[D3] the owner closes and prolongs it', async () =>
    update(OWNER, await room(), { state: 'closed', expireAt: inMinutes(24 * 60) }));
  denies('[D3] the owner gives it away', async () => update(OWNER, await room(), { owner: STRANGER }));
  denies('[D3] the owner makes it young again', async () => update(OWNER, await room(), { createdAt: serverTimestamp() }));
  denies('[D3] the owner closes it after it expired', async () =>
    update(OWNER, await room({ expireAt: inMinutes(-1) }), { state: 'closed' }));
  denies('[D2] a pair room is not closed like this', async () =>
    update(OWNER, await room({ kind: 'pair' }), { state: 'closed' }));
  denies('[D3] its owner deletes it', async () => deleteDoc(doc(as(OWNER), await room())));
});

describe('members: entering', () => {
  const enter = (path: string, data: object, uid = CALLER, asUid = CALLER) =>
    setDoc(doc(as(asUid), `${path}/members/${uid}`), data);
  allows('[D4] as oneself', async () => enter(await room(), member()));
  allows('[D4] again, anew', async () => {
    const path = await room();
    await enter(path, member());
    return enter(path, member());
  });
  denies('[D4] as somebody else', async () => enter(await room(), member(), CALLER, STRANGER));
  denies('[D4] nobody signed in', async () => setDoc(doc(asNobody(), `${await room()}/members/${CALLER}`), member()));
  denies('[D4] with a field that no rule names', async () => enter(await room(), member({ name: 'Ann' })));
  for (const field of ['key', 'joinedAt', 'expireAt']) {
    denies(`[D4] without ${field}`, async () => enter(await room(), without(member(), field)));
  }
  denies('[V4] with a key of 31 bytes', async () => enter(await room(), member({ key: key(31) })));
  denies('[V4] with a key of 33 bytes', async () => enter(await room(), member({ key: key(33) })));
  denies('[V4] with a key that is text', async () => enter(await room(), member({ key: 'k'.repeat(32) })));
  denies('[D4] at a time of the client', async () => enter(await room(), member({ joinedAt: inMinutes(0) })));
  denies('[D4] expired', async () => enter(await room(), member({ expireAt: inMinutes(-1) })));
  denies('[D4] for over 24 hours', async () => enter(await room(), member({ expireAt: inMinutes(24 * 60 + 0.5) })));
  allows('[D4] for nearly 24 hours', async () => enter(await room(), member({ expireAt: inMinutes(24 * 60 - 0.5) })));
  denies('[D4] changing the key and keeping the time', async () => {
    const path = await given(`${await room()}/members/${CALLER}`, member({ joinedAt: inMinutes(-1) }));
    return updateDoc(doc(as(CALLER), path), { key: key(32), expireAt: inMinutes(60) });
  });
  denies('[K3] a room that does not exist', () => enter(`rooms/${newId()}`, member()));
  denies('[D3] a closed room', async () => enter(await room({ state: 'closed' }), member()));
  denies('[D3] an expired room', async () => enter(await room({ expireAt: inMinutes(-1) }), member()));
  denies('[D4] a pair room', async () => enter(await room({ kind: 'pair' }), member()));
});

describe('members: leaving', () => {
  const inside = async () => given(`${await room()}/members/${CALLER}`, member());
  allows('[D4] oneself', async () => deleteDoc(doc(as(CALLER), await inside())));
  denies('[D4] somebody else', async () => deleteDoc(doc(as(STRANGER), await inside())));
  denies('[D4] somebody else, as the owner', async () => deleteDoc(doc(as(OWNER), await inside())));
  denies('[D4] nobody signed in', async () => deleteDoc(doc(asNobody(), await inside())));
});

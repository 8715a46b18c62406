import { collection, deleteDoc, doc, getDoc, getDocs, limit, query, setDoc, updateDoc, where } from 'firebase/firestore';
import { describe } from 'vitest';
import {
  badPayloads, CALLEE, CALLER, inMinutes, key, newId, PAIR, pairRoom, payload, SIZES, STRANGER,
} from './documents.ts';
import { allows, denies, openWorld } from './world.ts';

const { as, asNobody, given } = openWorld('pair-room');

/** A pair room that exists, with these changes; resolves to its path. */
const room = (change = {}) => given(`rooms/${newId()}`, pairRoom(change));
const offered = (change = {}) => room({ offer: payload(PAIR), ...change });
const get = (uid: string, path: string) => getDoc(doc(as(uid), path));
const update = (uid: string, path: string, change: object) => updateDoc(doc(as(uid), path), change);

describe('reading a pair room', () => {
  allows('[D9] the caller reads it', async () => get(CALLER, await room()));
  allows('[D9] the callee reads it', async () => get(CALLEE, await room()));
  allows('[D9] a peer reads it when it is closed', async () => get(CALLEE, await room({ state: 'closed' })));
  allows('[D9] anyone signed in listens while it does not exist', () => get(STRANGER, `rooms/${newId()}`));
  denies('[D9] another uid', async () => get(STRANGER, await room()));
  denies('[D9] nobody signed in', async () => getDoc(doc(asNobody(), await room())));
  denies('[D9] nobody signed in, while it does not exist', () => getDoc(doc(asNobody(), `rooms/${newId()}`)));
  denies('[D1] a peer, after it expired', async () => get(CALLER, await room({ expireAt: inMinutes(-1) })));

  const list = (uid: string, field: string) =>
    getDocs(query(collection(as(uid), 'rooms'), where(field, '==', uid), limit(1)));
  denies('[D9] nobody lists rooms: own calls', () => list(CALLER, 'caller'));
  denies('[D9] nobody lists rooms: calls to oneself', () => list(CALLEE, 'callee'));
  denies('[D9] nobody lists rooms: own mesh rooms', () => list(CALLEE, 'owner'));
});

describe('creating a pair room', () => {
  const create = (uid: string, change = {}) => setDoc(doc(as(uid), `rooms/${newId()}`), pairRoom(change));
  denies('[D2] its caller', () => create(CALLER));
  denies('[D2] its callee', () => create(CALLEE));
  denies('[D2] its caller, with the offer in it', () => create(CALLER, { offer: payload(PAIR) }));
});

describe('the offer', () => {
  allows('[D7] the caller writes it', async () => update(CALLER, await room(), { offer: payload(PAIR) }));
  for (const size of SIZES) {
    allows(`[L2] of ${size} bytes`, async () => update(CALLER, await room(), { offer: payload(PAIR, size) }));
  }
  for (const [why, offer] of badPayloads(PAIR, SIZES)) {
    denies(why, async () => update(CALLER, await room(), { offer }));
  }
  denies('[D7] by the callee', async () => update(CALLEE, await room(), { offer: payload(PAIR) }));
  denies('[D7] by another uid', async () => update(STRANGER, await room(), { offer: payload(PAIR) }));
  denies('[D7] by nobody signed in', async () => updateDoc(doc(asNobody(), await room()), { offer: payload(PAIR) }));
  denies('[D7] a second time', async () => update(CALLER, await offered(), { offer: payload(PAIR, 1_024) }));
  denies('[D7] with the answer', async () => update(CALLER, await room(), { offer: payload(PAIR), answer: payload(PAIR) }));
  denies('[D7] with another key', async () => update(CALLER, await room(), { offer: payload(PAIR), callerKey: key(31) }));
  denies('[D7] with a longer life', async () =>
    update(CALLER, await room(), { offer: payload(PAIR), expireAt: inMinutes(30) }));
  denies('[D6] after the room was closed', async () =>
    update(CALLER, await room({ state: 'closed' }), { offer: payload(PAIR) }));
  denies('[D1] after the room expired', async () =>
    update(CALLER, await room({ expireAt: inMinutes(-1) }), { offer: payload(PAIR) }));
  denies('[D3] into a mesh room, which is no link', async () =>
    update(CALLER, await room({ kind: 'mesh' }), { offer: payload(PAIR) }));
});

describe('the answer', () => {
  allows('[D7] the callee writes it', async () => update(CALLEE, await offered(), { answer: payload(PAIR) }));
  for (const size of SIZES) {
    allows(`[L2] of ${size} bytes`, async () => update(CALLEE, await offered(), { answer: payload(PAIR, size) }));
  }
  for (const [why, answer] of badPayloads(PAIR, SIZES)) {
    denies(why, async () => update(CALLEE, await offered(), { answer }));
  }
  denies('[D7] before the offer', async () => update(CALLEE, await room(), { answer: payload(PAIR) }));
  denies('[D7] by the caller', async () => update(CALLER, await offered(), { answer: payload(PAIR) }));
  denies('[D7] by another uid', async () => update(STRANGER, await offered(), { answer: payload(PAIR) }));
  denies('[D7] a second time', async () =>
    update(CALLEE, await offered({ answer: payload(PAIR) }), { answer: payload(PAIR, 1_024) }));
  denies('[D7] with another offer', async () => update(CALLEE, await offered(), { answer: payload(PAIR), offer: payload(PAIR, 1_024) }));
  denies('[D6] after the room was closed', async () =>
    update(CALLEE, await offered({ state: 'closed' }), { answer: payload(PAIR) }));
  denies('[D1] after the room expired', async () =>
    update(CALLEE, await offered({ expireAt: inMinutes(-1) }), { answer: payload(PAIR) }));
});

describe('closing a pair room', () => {
  const closed = (reason: unknown) => ({ state: 'closed', reason });
  for (const reason of ['full', 'left', 'failed']) {
    allows(`[D6] the caller, with «${reason}»`, async () => update(CALLER, await room(), closed(reason)));
    allows(`[D6] the callee, with «${reason}»`, async () => update(CALLEE, await offered(), closed(reason)));
  }
  denies('[D6] with another reason', async () => update(CALLER, await room(), closed('bored')));
  denies('[D6] without a reason', async () => update(CALLER, await room(), { state: 'closed' }));
  denies('[D6] a reason without closing', async () => update(CALLER, await room(), { reason: 'left' }));
  denies('[D6] into another state', async () => update(CALLER, await room(), { state: 'connected', reason: 'left' }));
  denies('[D6] by another uid', async () => update(STRANGER, await room(), closed('left')));
  denies('[D6] with another change', async () => update(CALLER, await room(), { ...closed('left'), callee: STRANGER }));
  denies('[D6] a second time', async () =>
    update(CALLER, await room({ state: 'closed', reason: 'left' }), closed('failed')));
  denies('[D6] opening it again', async () =>
    update(CALLER, await room({ state: 'closed', reason: 'left' }), { state: 'paired' }));
  denies('[D1] after it expired', async () => update(CALLER, await room({ expireAt: inMinutes(-1) }), closed('left')));
});

describe('deleting a pair room', () => {
  const remove = (uid: string, path: string) => deleteDoc(doc(as(uid), path));
  allows('[D6][D11] the caller', async () => remove(CALLER, await room()));
  allows('[D6] the callee', async () => remove(CALLEE, await room()));
  allows('[D6] a peer, after it expired', async () => remove(CALLER, await room({ expireAt: inMinutes(-1) })));
  denies('[D6] another uid', async () => remove(STRANGER, await room()));
  denies('[D6] nobody signed in', async () => deleteDoc(doc(asNobody(), await room())));
});

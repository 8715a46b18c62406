import { deleteDoc, doc, getDoc, setDoc, updateDoc } from 'firebase/firestore';
import { describe } from 'vitest';
import {
  badPayloads, CALLEE, CALLER, inMinutes, key, link, MESH, meshRoom, newId, payload, SIZES, STRANGER, without,
} from './documents.ts';
import { allows, denies, openWorld } from './world.ts';

const { as, asNobody, given } = openWorld('links');

const room = (change = {}) => given(`rooms/${newId()}`, meshRoom(change));
/** A link that exists, in a room that does; resolves to its path. */
const called = async (change = {}) => given(`${await room()}/links/${newId()}`, link(change));

describe('calling', () => {
  const call = async (change = {}, { path = room(), id = newId(), uid = CALLER } = {}) =>
    setDoc(doc(as(uid), `${await path}/links/${id}`), link(change));
  allows('[D5] the caller creates the link whole', () => call());
  denies('[D5] the callee creates it', () => call({}, { uid: CALLEE }));
  denies('[D5] another uid creates it', () => call({}, { uid: STRANGER }));
  denies('[D5] nobody signed in', async () => setDoc(doc(asNobody(), `${await room()}/links/${newId()}`), link()));
  denies('[D5] over one that exists', async () => setDoc(doc(as(CALLER), await called()), link()));
  denies('[D5] with a field that no rule names', () => call({ note: 'hi' }));
  denies('[D7] with the answer', () => call({ answer: payload(MESH) }));
  for (const field of Object.keys(link())) {
    denies(`[D1][D5] without ${field}`, async () =>
      setDoc(doc(as(CALLER), `${await room()}/links/${newId()}`), without(link(), field)));
  }
  denies('[D1] oneself', () => call({ callee: CALLER }));
  denies('[V5] a uid without a character', () => call({ callee: '' }));
  allows('[V5] a uid of one character', () => call({ callee: 'b' }));
  allows('[V5] a uid of 128 characters', () => call({ callee: 'b'.repeat(128) }));
  denies('[V5] a uid of 129 characters', () => call({ callee: 'b'.repeat(129) }));
  denies('[V5] a uid that is a list', () => call({ callee: [CALLEE] }));
  for (const field of ['callerKey', 'calleeKey']) {
    denies(`[V4] with a ${field} of 31 bytes`, () => call({ [field]: key(31) }));
    denies(`[V4] with a ${field} of 33 bytes`, () => call({ [field]: key(33) }));
    denies(`[V4] with a ${field} that is text`, () => call({ [field]: 'k'.repeat(32) }));
  }
  for (const size of SIZES) allows(`[L2] with an offer of ${size} bytes`, () => call({ offer: payload(MESH, size) }));
  for (const [why, offer] of badPayloads(MESH, SIZES)) denies(`${why}: the offer`, () => call({ offer }));
  denies('[D5] closed from the start', () => call({ state: 'closed' }));
  denies('[D1] made at a time of the client', () => call({ createdAt: inMinutes(0) }));
  denies('[D5] that has expired', () => call({ expireAt: inMinutes(-1) }));
  denies('[D5] that lives over an hour', () => call({ expireAt: inMinutes(60.5) }));
  allows('[D5] that lives nearly an hour', () => call({ expireAt: inMinutes(59.5) }));
  denies('[V2] under an id whose trailing bits are not zero', () => call({}, { id: `${'a'.repeat(26)}B` }));
  denies('[D5] in a room that does not exist', () => call({}, { path: Promise.resolve(`rooms/${newId()}`) }));
  denies('[D3] in a closed room', () => call({}, { path: room({ state: 'closed' }) }));
  denies('[D3] in an expired room', () => call({}, { path: room({ expireAt: inMinutes(-1) }) }));
  denies('[D5] in a pair room', () => call({}, { path: room({ kind: 'pair' }) }));
});

describe('reading a link', () => {
  const get = (uid: string, path: string) => getDoc(doc(as(uid), path));
  allows('[D9] the caller', async () => get(CALLER, await called()));
  allows('[D9] the callee', async () => get(CALLEE, await called()));
  denies('[D9] another uid', async () => get(STRANGER, await called()));
  denies('[D9] nobody signed in', async () => getDoc(doc(asNobody(), await called())));
  allows('[D9] anyone signed in, while it does not exist', async () => get(STRANGER, `${await room()}/links/${newId()}`));
  denies('[D9] nobody signed in, while it does not exist', async () =>
    getDoc(doc(asNobody(), `${await room()}/links/${newId()}`)));
  denies('[D1] a peer, after it expired', async () => get(CALLEE, await called({ expireAt: inMinutes(-1) })));
});

describe('answering and closing a link', () => {
  const update = (uid: string, path: string, change: object) => updateDoc(doc(as(uid), path), change);
  allows('[D7] the callee answers', async () => update(CALLEE, await called(), { answer: payload(MESH) }));
  for (const size of SIZES) {
    allows(`[L2] the callee answers with ${size} bytes`, async () =>
      update(CALLEE, await called(), { answer: payload(MESH, size) }));
  }
  for (const [why, answer] of badPayloads(MESH, SIZES)) {
    denies(`${why}: the answer`, async () => update(CALLEE, await called(), { answer }));
  }
  denies('[D7] the caller answers', async () => update(CALLER, await called(), { answer: payload(MESH) }));
  denies('[D7] the callee answers twice', async () =>
    update(CALLEE, await called({ answer: payload(MESH) }), { answer: payload(MESH, 1_024) }));
  denies('[D7] the caller changes the offer', async () => update(CALLER, await called(), { offer: payload(MESH, 1_024) }));
  denies('[D7] the caller writes the offer later', async () => {
    const path = await given(`${await room()}/links/${newId()}`, without(link(), 'offer'));
    return update(CALLER, path, { offer: payload(MESH) });
  });
  denies('[D6] an answer after it was closed', async () =>
    update(CALLEE, await called({ state: 'closed' }), { answer: payload(MESH) }));
  denies('[D1] an answer after it expired', async () =>
    update(CALLEE, await called({ expireAt: inMinutes(-1) }), { answer: payload(MESH) }));
  allows('[D6][K5] the callee closes it as full', async () =>
    update(CALLEE, await called(), { state: 'closed', reason: 'full' }));
  allows('[D6][K4] the caller closes it as left', async () =>
    update(CALLER, await called(), { state: 'closed', reason: 'left' }));
  denies('[D6] another uid closes it', async () =>
    update(STRANGER, await called(), { state: 'closed', reason: 'left' }));
  denies('[D6] closing it twice', async () =>
    update(CALLER, await called({ state: 'closed', reason: 'full' }), { state: 'closed', reason: 'left' }));
});

describe('deleting a link', () => {
  const remove = (uid: string, path: string) => deleteDoc(doc(as(uid), path));
  allows('[D6][D11] the caller', async () => remove(CALLER, await called()));
  allows('[D6] the callee', async () => remove(CALLEE, await called()));
  allows('[D6] a peer, after it was closed', async () => remove(CALLEE, await called({ state: 'closed' })));
  denies('[D6] another uid', async () => remove(STRANGER, await called()));
  denies('[D6] nobody signed in', async () => deleteDoc(doc(asNobody(), await called())));
});

import { deleteDoc, doc, type DocumentData, getDoc, setDoc, updateDoc } from 'firebase/firestore';
import { describe } from 'vitest';
import { CALLEE, CALLER, code, inMinutes, key, newId, newSlot, STRANGER, without } from './documents.ts';
import { allows, denies, openWorld } from './world.ts';

const { as, asNobody, given } = openWorld('codes');
const CREATOR = CALLEE;
const JOINER = CALLER;

/** A code that exists, with these changes; resolves to its path. */
const made = (change: DocumentData = {}) => given(`codes/${newSlot()}`, code(change));

describe('making a short code', () => {
  const make = (data: object, path = `codes/${newSlot()}`, uid = CREATOR) => setDoc(doc(as(uid), path), data);
  allows('[N2] whoever is signed in', () => make(code()));
  denies('[N2] nobody signed in', () => setDoc(doc(asNobody(), `codes/${newSlot()}`), code()));
  denies('[N2] for another creator', () => make(code(), undefined, STRANGER));
  denies('[N2] with a field that no rule names', () => make(code({ words: 'apple-river' })));
  for (const field of Object.keys(code())) denies(`[N2] without ${field}`, () => make(without(code(), field)));
  denies('[V2] whose codeId is too short', () => make(code({ codeId: newId().slice(1) })));
  denies('[V2] whose codeId is a list', () => make(code({ codeId: [newId()] })));
  denies('[N2] with a nonce of 15 bytes', () => make(code({ nonce: key(15) })));
  denies('[N2] with a nonce of 17 bytes', () => make(code({ nonce: key(17) })));
  denies('[N2] with a nonce that is text', () => make(code({ nonce: 'n'.repeat(16) })));
  denies('[N2] made at a time of the client', () => make(code({ createdAt: inMinutes(0) })));
  denies('[N2] that has expired', () => make(code({ expireAt: inMinutes(-1) })));
  denies('[N2] that lives over ten minutes', () => make(code({ expireAt: inMinutes(10.5) })));
  allows('[N2] that lives nearly ten minutes', () => make(code({ expireAt: inMinutes(9.5) })));
  for (const slot of ['99', '099', '100000', '1e3', '-100', '1x0', 'apple', '１００']) {
    denies(`[N1] in slot ${slot}`, () => make(code(), `codes/${slot}`));
  }
  for (const slot of ['100', '999', '1000', '99999']) allows(`[N1] in slot ${slot}`, () => make(code(), `codes/${slot}`));
  denies('[N2] in the place of one that lives', async () => make(code({ creator: STRANGER }), await made(), STRANGER));
  denies('[N2] in the place of its own', async () => make(code(), await made()));
  allows('[N2] in the place of one whose time is over', async () =>
    make(code({ creator: STRANGER }), await made({ expireAt: inMinutes(-1) }), STRANGER));
  denies('[N2] changing one whose time is over', async () =>
    updateDoc(doc(as(CREATOR), await made({ expireAt: inMinutes(-1) })), { expireAt: inMinutes(5) }));
});

describe('reading and deleting a short code', () => {
  allows('[N2] whoever is signed in reads it', async () => getDoc(doc(as(STRANGER), await made())));
  allows('[N2] also while it is not there', () => getDoc(doc(as(STRANGER), `codes/${newSlot()}`)));
  denies('[N2] nobody signed in', async () => getDoc(doc(asNobody(), await made())));
  allows('[N2] its creator deletes it', async () => deleteDoc(doc(as(CREATOR), await made())));
  allows('[N2] its creator deletes it when its time is over', async () =>
    deleteDoc(doc(as(CREATOR), await made({ expireAt: inMinutes(-1) }))));
  denies('[N2] another deletes it', async () => deleteDoc(doc(as(JOINER), await made())));
  denies('[N2] nobody signed in deletes it', async () => deleteDoc(doc(asNobody(), await made())));
  for (const change of [{ creator: STRANGER }, { codeId: newId() }, { nonce: key(16) }, { expireAt: inMinutes(9.9) }]) {
    denies(`[N2] its creator changes its ${Object.keys(change)[0]}`, async () =>
      updateDoc(doc(as(CREATOR), await made({ nonce: key(16, 1) })), change));
  }
});

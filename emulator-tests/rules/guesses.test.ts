import {
  collection, collectionGroup, deleteDoc, doc, type DocumentData, type Firestore, getDoc, getDocs, limit, query,
  type QueryConstraint, serverTimestamp, setDoc, type Timestamp, updateDoc, where,
} from 'firebase/firestore';
import { describe } from 'vitest';
import { CALLEE, CALLER, code, inMinutes, key, newId, newSlot, STRANGER, without } from './documents.ts';
import { allows, denies, openWorld } from './world.ts';

const { as, asNobody, given } = openWorld('guesses');
const CREATOR = CALLEE;
const JOINER = CALLER;

/** A code that exists, and where it is. */
async function made(change: DocumentData = {}) {
  const data = { ...code(), ...change };
  return { ...data, path: await given(`codes/${newSlot()}`, data) } as Code;
}
type Code = { readonly path: string; readonly codeId: string; readonly expireAt: Timestamp };

/** [N3] A guess as its joiner creates it. */
const guess = (of: Code, change: DocumentData = {}): DocumentData => ({
  joiner: JOINER,
  creator: CREATOR,
  nonce: key(16),
  share: key(32),
  createdAt: serverTimestamp(),
  expireAt: of.expireAt,
  ...change,
});

const ANSWERED = { answer: key(32), answerTag: key(64) };
const CONFIRMED = { ...ANSWERED, tag: key(64) };
const GIVEN = { ...CONFIRMED, secret: key(44) };

/** A guess that exists, with these changes; resolves to its path. */
async function guessed(change: DocumentData = {}): Promise<string> {
  const of = await made();
  return given(`${of.path}/guesses/${of.codeId}-0`, guess(of, change));
}

describe('guessing', () => {
  const write = async (change: DocumentData = {}, { of = made(), n = '0', uid = JOINER, lacks = '' } = {}) => {
    const parent = await of;
    return setDoc(doc(as(uid), `${parent.path}/guesses/${parent.codeId}-${n}`), without(guess(parent, change), lacks));
  };
  for (const n of ['0', '1', '2']) allows(`[N3] guess ${n}`, () => write({}, { n }));
  for (const n of ['3', '-1', '00', '', 'x']) denies(`[N3] guess ${n}`, () => write({}, { n }));
  denies('[N3] under the id of another code', async () => {
    const of = await made();
    return setDoc(doc(as(JOINER), `${of.path}/guesses/${newId()}-0`), guess(of));
  });
  denies('[N3] over one that exists', async () => {
    const of = await made();
    await given(`${of.path}/guesses/${of.codeId}-0`, guess(of));
    return write({}, { of: Promise.resolve(of) });
  });
  denies('[N3] as another joiner', () => write({}, { uid: STRANGER }));
  denies('[N3] nobody signed in', async () => {
    const of = await made();
    return setDoc(doc(asNobody(), `${of.path}/guesses/${of.codeId}-0`), guess(of));
  });
  denies('[N3] to another creator', () => write({ creator: STRANGER }));
  denies('[N3] the own code', () => write({ joiner: CREATOR }, { uid: CREATOR }));
  denies('[N3] a code that does not exist', () =>
    write({}, { of: Promise.resolve({ path: `codes/${newSlot()}`, codeId: newId(), expireAt: inMinutes(9) }) }));
  denies('[N2] a code whose time is over', () => write({}, { of: made({ expireAt: inMinutes(-1) }) }));
  for (const field of ['joiner', 'creator', 'nonce', 'share', 'createdAt', 'expireAt']) {
    denies(`[N3] without ${field}`, () => write({}, { lacks: field }));
  }
  denies('[N3] with the answer', () => write(ANSWERED));
  denies('[N3] with a field that no rule names', () => write({ words: 'apple-river' }));
  for (const [field, size] of [['nonce', 16], ['share', 32]] as const) {
    denies(`[N3] with a ${field} of ${size - 1} bytes`, () => write({ [field]: key(size - 1) }));
    denies(`[N3] with a ${field} of ${size + 1} bytes`, () => write({ [field]: key(size + 1) }));
    denies(`[N3] with a ${field} that is text`, () => write({ [field]: 'k'.repeat(size) }));
  }
  denies('[N3] made at a time of the client', () => write({ createdAt: inMinutes(0) }));
  denies('[N3] that ends before its code', () => write({ expireAt: inMinutes(5) }));
  denies('[N3] that ends after its code', () => write({ expireAt: inMinutes(9.9) }));
});

describe('the steps after a guess', () => {
  const update = async (uid: string, path: Promise<string>, change: object) =>
    updateDoc(doc(as(uid), await path), change);
  /** Each step: whose it is, what was before it, what it adds. */
  const STEPS = [
    { step: 'the answer', own: CREATOR, other: JOINER, before: {}, adds: ANSWERED },
    { step: 'the tag', own: JOINER, other: CREATOR, before: ANSWERED, adds: { tag: key(64) } },
    { step: 'the secret', own: CREATOR, other: JOINER, before: CONFIRMED, adds: { secret: key(44) } },
  ] as const;
  for (const { step, own, other, before, adds } of STEPS) {
    allows(`[N3] ${step}`, () => update(own, guessed(before), adds));
    denies(`[N3] ${step} by the other`, () => update(other, guessed(before), adds));
    denies(`[N3] ${step} by another uid`, () => update(STRANGER, guessed(before), adds));
    denies(`[N3] ${step} by nobody signed in`, async () => updateDoc(doc(asNobody(), await guessed(before)), adds));
    denies(`[N3] ${step} when its time is over`, () =>
      update(own, guessed({ ...before, expireAt: inMinutes(-1) }), adds));
    denies(`[N3] ${step} with another change`, () => update(own, guessed(before), { ...adds, share: key(32, 1) }));
    denies(`[N3] ${step} with a field that no rule names`, () => update(own, guessed(before), { ...adds, note: 'hi' }));
    for (const [field, value] of Object.entries(adds)) {
      const size = value.toUint8Array().length;
      const others = Object.fromEntries(Object.entries(adds).filter(([name]) => name !== field));
      denies(`[N3] ${step} twice: another ${field}`, () =>
        update(own, guessed({ ...before, ...adds }), { [field]: key(size, 1) }));
      denies(`[N3] ${step}: ${field} of ${size - 1} bytes`, () =>
        update(own, guessed(before), { ...others, [field]: key(size - 1) }));
      denies(`[N3] ${step}: ${field} of ${size + 1} bytes`, () =>
        update(own, guessed(before), { ...others, [field]: key(size + 1) }));
      denies(`[N3] ${step}: ${field} as text`, () =>
        update(own, guessed(before), { ...others, [field]: 'k'.repeat(size) }));
    }
  }
  denies('[N3] the answer without its tag', () => update(CREATOR, guessed(), { answer: key(32) }));
  denies('[N3] the answer a second time, all of it', () =>
    update(CREATOR, guessed(ANSWERED), { answer: key(32, 1), answerTag: key(64, 1) }));
  denies('[N3] the tag before the answer', () => update(JOINER, guessed(), { tag: key(64) }));
  denies('[N3] the secret before the answer', () => update(CREATOR, guessed(), { secret: key(44) }));
  denies('[N3] the secret before the tag', () => update(CREATOR, guessed(ANSWERED), { secret: key(44) }));
  denies('[N3] the answer and the secret at once', () => update(CREATOR, guessed(), { ...ANSWERED, secret: key(44) }));
});

describe('reading and deleting a guess', () => {
  const get = async (uid: string) => getDoc(doc(as(uid), await guessed(GIVEN)));
  allows('[N3] the joiner', () => get(JOINER));
  allows('[N3] the creator', () => get(CREATOR));
  denies('[N3] another uid', () => get(STRANGER));
  denies('[N3] nobody signed in', async () => getDoc(doc(asNobody(), await guessed())));
  allows('[N3] whoever is signed in, while it is not there', async () =>
    getDoc(doc(as(STRANGER), `${(await made()).path}/guesses/${newId()}-0`)));
  denies('[N3] nobody signed in, while it is not there', async () =>
    getDoc(doc(asNobody(), `${(await made()).path}/guesses/${newId()}-0`)));
  for (const [who, uid] of [['joiner', JOINER], ['creator', CREATOR]] as const) {
    allows(`[N3] the ${who} deletes it`, async () => deleteDoc(doc(as(uid), await guessed())));
    allows(`[N3] the ${who} deletes it when its time is over`, async () =>
      deleteDoc(doc(as(uid), await guessed({ expireAt: inMinutes(-1) }))));
  }
  denies('[N3] another deletes it', async () => deleteDoc(doc(as(STRANGER), await guessed())));
  denies('[N3] nobody signed in deletes it', async () => deleteDoc(doc(asNobody(), await guessed())));
});

describe('listing', () => {
  const list = async (db: Firestore, ...constraints: QueryConstraint[]) => {
    const path = await guessed();
    return getDocs(query(collection(db, path.slice(0, path.lastIndexOf('/'))), ...constraints));
  };
  const creatorIs = (uid: string) => where('creator', '==', uid);
  allows('[N3] the creator lists guesses at the own code', () => list(as(CREATOR), creatorIs(CREATOR), limit(32)));
  denies('[D9] 33', () => list(as(CREATOR), creatorIs(CREATOR), limit(33)));
  denies('[D9] without a limit', () => list(as(CREATOR), creatorIs(CREATOR)));
  denies('[N3] all of them', () => list(as(CREATOR), limit(32)));
  denies("[N3] somebody else's", () => list(as(STRANGER), creatorIs(CREATOR), limit(32)));
  denies('[N3] by joiner', () => list(as(JOINER), where('joiner', '==', JOINER), limit(32)));
  denies('[N3] nobody signed in', () => list(asNobody(), creatorIs(CREATOR), limit(32)));
  denies('[N3] across codes', () =>
    getDocs(query(collectionGroup(as(CREATOR), 'guesses'), creatorIs(CREATOR), limit(1))));
  denies('[N2] nobody lists codes', () => getDocs(query(collection(as(STRANGER), 'codes'), limit(1))));
  denies('[N2] nobody lists codes, not even the own', () =>
    getDocs(query(collection(as(CREATOR), 'codes'), creatorIs(CREATOR), limit(1))));
});

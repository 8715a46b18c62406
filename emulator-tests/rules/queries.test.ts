import {
  collection, collectionGroup, doc, type Firestore, getDoc, getDocs, limit, query, type QueryConstraint, where,
} from 'firebase/firestore';
import { describe } from 'vitest';
import { CALLEE, CALLER, link, member, meshRoom, newId, STRANGER } from './documents.ts';
import { allows, denies, openWorld } from './world.ts';

const { as, asNobody, given } = openWorld('queries');

/** A mesh room with the callee inside and one call to them; resolves to its path. */
async function room(): Promise<string> {
  const path = await given(`rooms/${newId()}`, meshRoom());
  await given(`${path}/members/${CALLEE}`, member());
  await given(`${path}/links/${newId()}`, link());
  return path;
}

const list = (db: Firestore, path: string, ...constraints: QueryConstraint[]) =>
  getDocs(query(collection(db, path), ...constraints));

describe('who is in a mesh room', () => {
  const members = async (db: Firestore, ...constraints: QueryConstraint[]) =>
    list(db, `${await room()}/members`, ...constraints);
  allows('[D9] any signed-in uid lists up to 32', () => members(as(STRANGER), limit(32)));
  denies('[D9] 33', () => members(as(STRANGER), limit(33)));
  denies('[D9] without a limit', () => members(as(STRANGER)));
  denies('[D9] nobody signed in', () => members(asNobody(), limit(32)));
  denies('[D9] across rooms', () => getDocs(query(collectionGroup(as(CALLEE), 'members'), limit(1))));
  allows('[D9] any signed-in uid reads one', async () =>
    getDoc(doc(as(STRANGER), `${await room()}/members/${CALLEE}`)));
  denies('[D9] nobody signed in reads one', async () =>
    getDoc(doc(asNobody(), `${await room()}/members/${CALLEE}`)));
});

describe('links of a mesh room', () => {
  const links = async (uid: string, ...constraints: QueryConstraint[]) =>
    list(as(uid), `${await room()}/links`, ...constraints);
  const calleeIs = (uid: string) => where('callee', '==', uid);
  allows('[D9] calls to oneself, up to 32', () => links(CALLEE, calleeIs(CALLEE), limit(32)));
  denies('[D9] 33', () => links(CALLEE, calleeIs(CALLEE), limit(33)));
  denies('[D9] without a limit', () => links(CALLEE, calleeIs(CALLEE)));
  denies('[D9] all of them', () => links(CALLEE, limit(32)));
  denies('[D9] own calls', () => links(CALLER, where('caller', '==', CALLER), limit(32)));
  denies("[D9] somebody else's", () => links(STRANGER, calleeIs(CALLEE), limit(32)));
  denies('[D9] nobody signed in', async () =>
    list(asNobody(), `${await room()}/links`, calleeIs(CALLEE), limit(32)));
  denies('[D9] across rooms', () =>
    getDocs(query(collectionGroup(as(CALLEE), 'links'), calleeIs(CALLEE), limit(1))));
});

import { collection, deleteDoc, doc, getDoc, getDocs, limit, query, setDoc } from 'firebase/firestore';
import { describe } from 'vitest';
import { CALLER, newId } from './documents.ts';
import { allows, denies, openWorld } from './world.ts';

const { as, given } = openWorld('closed-doors');

/** What is not the clients' at all. The uid is its own in the paths that have one. */
const DOORS = [
  ['[D10]', 'queue', 'queue/default'],
  ['[D10]', 'queue slots', 'queue/default/slots/0'],
  ['[D10]', 'tickets', `tickets/${CALLER}`],
  ['[D9]', 'a collection that no rule names', 'inbox/1'],
  ['[D9]', 'something below a room that no rule names', `rooms/${newId()}/notes/1`],
  ['[D9]', 'something below a link that no rule names', `rooms/${newId()}/links/${newId()}/notes/1`],
] as const;

for (const [rule, name, path] of DOORS) {
  describe(`${name}`, () => {
    const there = () => given(path, { uid: CALLER, owner: CALLER, caller: CALLER, callee: CALLER });
    denies(`${rule} reading`, async () => getDoc(doc(as(CALLER), await there())));
    denies(`${rule} reading what is not there`, () => getDoc(doc(as(CALLER), `${path}-not`)));
    denies(`${rule} listing`, () =>
      getDocs(query(collection(as(CALLER), path.slice(0, path.lastIndexOf('/'))), limit(1))));
    denies(`${rule} writing`, () => setDoc(doc(as(CALLER), `${path}-new`), { uid: CALLER }));
    denies(`${rule} overwriting`, async () => setDoc(doc(as(CALLER), await there()), { uid: CALLER }));
    denies(`${rule} deleting`, async () => deleteDoc(doc(as(CALLER), await there())));
  });
}

// So that the denials above cannot come from a broken client.
allows('[D9] the same client reads what is its right', () => getDoc(doc(as(CALLER), `rooms/${newId()}`)));

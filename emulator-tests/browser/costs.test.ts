/** What Firestore would bill for coming into a room: the same, whoever is there. Parley's own emulator counts. */
import { collectionGroup, getDocs } from 'firebase/firestore';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Parley, startParley } from '../harness/parley-run.ts';
import { countAnew, type StoreAddress, storeOf, type Usage, usageOf, withStore } from '../harness/store.ts';
import { keepsChannels } from './line.ts';
import type { Person } from './person.ts';
import { areLinked, sees } from './room.ts';
import { type People, withPeople } from './scenario.ts';

let parley: Parley;
let store: StoreAddress;

beforeAll(async () => {
  const { FIRESTORE_EMULATOR_HOST: _firestore, FIREBASE_AUTH_EMULATOR_HOST: _auth, PARLEY_FIRESTORE: _kind, ...own } =
    process.env;
  parley = await startParley({ env: own });
  store = await storeOf(parley.url, parley.service('firestore').url);
});
afterAll(() => parley.stop());

const counted = test.extend<{ people: People }>({
  people: async ({ task }, use) => {
    await withPeople(parley.url, store, task.name, () => task.result?.state === 'fail', use);
  },
});

counted('[R3] second or sixth, who comes pays the same, and nothing for links to the others', async ({ people }) => {
  const names = ['Ann', 'Ben', 'Cem', 'Dan', 'Eve', 'Fay'];
  const everybody = await Promise.all(names.map((name) => people.prepare(name, { before: keepsChannels })));
  const [ann, ...others] = everybody as [Person, ...Person[]];
  await ann.opens(people.url);
  const { url } = await ann.createsRoom();
  const known = new Set((await usageOf(store)).keys());
  for (const [i, one] of others.entries()) {
    const here = everybody.slice(0, i + 2);
    const before = await doors();
    await countAnew(store);
    await one.opens(url);
    await Promise.all(here.map((each) => sees(each, here.length)));
    const [uid, bill] = newcomer(await usageOf(store), known);
    // The link; and a batch, where candidates come late on a busy machine. What is written is deleted.
    expect(bill.writes, one.name).toBeLessThanOrEqual(2);
    expect(bill.deletes, one.name).toBe(bill.writes);
    // The room, each door, and the link as it is answered: in one piece or, where candidates come late, in two.
    expect(bill.reads, one.name).toBeGreaterThanOrEqual(3 + before);
    expect(bill.reads, one.name).toBeLessThanOrEqual(3 + bill.writes + (await doors()));
    await areLinked(here);
    if (one === others.at(-1)) expect((await usageOf(store)).get(uid)).toEqual(bill);
    known.add(uid);
  }
  expect(await doors(), 'as many as three have a document').toBeLessThanOrEqual(3);
}, 120_000);

/** Who has paid and is not known. */
function newcomer(bills: ReadonlyMap<string, Usage>, known: ReadonlySet<string>): readonly [string, Usage] {
  const found = [...bills].find(([uid]) => !known.has(uid));
  if (!found) throw new Error('nobody new has paid');
  return found;
}

/** How many members have documents. */
const doors = () =>
  withStore(store, async (administrator) => (await getDocs(collectionGroup(administrator, 'members'))).size);

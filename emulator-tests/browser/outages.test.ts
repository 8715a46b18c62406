/** What is gone, and for how long. These tests break a Parley of their own. */
import { afterAll, beforeAll, test } from 'vitest';
import { type Parley, type ServiceName, startParley } from '../harness/parley-run.ts';
import { breakStore, pauseStore, resumeStore, type StoreAddress, storeOf } from '../harness/store.ts';
import { breakOff, keepsChannels } from './line.ts';
import { exchangeWords, words } from './person.ts';
import { type People, withPeople } from './scenario.ts';

let parley: Parley;
let store: StoreAddress;

beforeAll(async () => {
  // Nobody else's emulators: these are going to suffer.
  const { FIRESTORE_EMULATOR_HOST: _firestore, FIREBASE_AUTH_EMULATOR_HOST: _auth, ...own } = process.env;
  parley = await startParley({ env: own });
  store = await storeOf(parley.url, parley.service('firestore').url);
});
afterAll(() => parley.stop());

const outage = test.extend<{ people: People }>({
  people: async ({ task }, use) => {
    await withPeople(parley.url, store, task.name, () => task.result?.state === 'fail', use);
  },
});

/** The service neither answers nor refuses while `during` runs: worse than gone. */
async function frozen(name: ServiceName, during: () => Promise<void>): Promise<void> {
  const { pid } = parley.service(name);
  const stop = () => (pid === undefined ? pauseStore(store) : process.kill(pid, 'SIGSTOP'));
  const go = () => (pid === undefined ? resumeStore(store) : process.kill(pid, 'SIGCONT'));
  await stop();
  try {
    await during();
  } finally {
    await go();
  }
}

/** The service dies and is started again by `parley run`; if it is a part of that, it loses all it has. */
async function killed(name: ServiceName): Promise<void> {
  const { pid } = parley.service(name);
  if (pid === undefined) await breakStore(store);
  else await parley.untilStartedAgain(name, () => process.kill(pid, 'SIGKILL'));
}

outage('the function dies while one waits, is started again, the second arrives, both talk', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await killed('function');
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
});

outage('the function is gone: a clear failure, and one click when it is back', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann', { clock: true }), people.open('Ben')]);
  await frozen('function', async () => {
    const asked = ann.page.waitForRequest((request) => request.url().endsWith('/quick-match'));
    await ann.looksForSomeone();
    await asked;
    await ann.waitsInVain(words.failed.words.function_unavailable.title);
    await ann.meets('function_unavailable');
  });
  await ann.presses(words.failed.retryFind);
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
});

outage('the function is gone: who talks talks on', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await frozen('function', () => exchangeWords(ann, ben));
});

outage('Firestore is gone before signaling: a clear failure, and one click when it is back', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann', { clock: true }), people.open('Ben')]);
  await frozen('firestore', async () => {
    await ann.presses(words.start.create);
    await ann.waitsInVain(words.failed.words.store_unavailable.title);
    await ann.meets('store_unavailable');
  });
  await ann.presses(words.failed.retryEnter);
  const { code } = await ann.isAlone();
  await ben.joins(code);
  await exchangeWords(ann, ben);
});

outage('Firestore is gone during signaling: a clear failure, and one click when it is back', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben', { clock: true })]);
  const { code } = await ann.createsRoom();
  await frozen('firestore', async () => {
    await ben.joins(code);
    await ben.waitsInVain(words.failed.words.store_unavailable.title);
    await ben.meets('store_unavailable');
  });
  await ben.presses(words.failed.retryEnter);
  await exchangeWords(ann, ben);
});

outage('Firestore loses everything while two talk: they talk on, and each finds somebody after', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.open('Ben'), people.open('Cem')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await killed('firestore');
  await exchangeWords(ann, ben);
  await ben.presses(words.talk.leave);
  await ben.page.getByRole('alertdialog').getByRole('button', { name: words.confirm.leave }).click();
  await ann.notices(words.talk.left);
  await ann.presses(words.talk.findAnother);
  await cem.looksForSomeone();
  await exchangeWords(ann, cem);
});

outage('[M8] Firestore is gone while the line breaks: what both wrote arrives when it is back', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann', { before: keepsChannels }), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await frozen('firestore', async () => {
    await breakOff(ann);
    await Promise.all([ann, ben].map((one) => one.notices(words.talk.reconnecting)));
    await ann.writes('Are you there?');
    await ben.writes('Where are you?');
  });
  await Promise.all([ann.hears('Where are you?'), ben.hears('Are you there?')]);
});

outage('everything is gone at once: who talks talks on, and who leaves is heard', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await frozen('function', () =>
    frozen('firestore', async () => {
      await exchangeWords(ann, ben);
      await ben.presses(words.talk.leave);
      await ben.page.getByRole('alertdialog').getByRole('button', { name: words.confirm.leave }).click();
      await ann.notices(words.talk.left);
    }),
  );
});

/** Short codes: made by one, read aloud, typed by the other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBot } from '../harness/bot.ts';
import { type Parley, startParley } from '../harness/parley-run.ts';
import { moveClock, type StoreAddress, storeOf } from '../harness/store.ts';
import { exchangeWords, type Person, words } from './person.ts';
import { sees } from './room.ts';
import { type People, scenario, withPeople } from './scenario.ts';

/** Somebody in a room of theirs with a code on the screen: what they would read aloud. */
async function makesCode(person: Person): Promise<string> {
  await person.createsRoom();
  await person.presses(words.waiting.aloud);
  return codeOf(person);
}

async function codeOf(person: Person): Promise<string> {
  const card = person.page.getByRole('region', { name: words.shortCode.title });
  await card.getByRole('timer').waitFor();
  const code = (await card.locator('[lang=en] [aria-hidden=true]').allTextContents()).join('');
  expect(code, '[N1]').toMatch(/^[1-9]\d{2,4}-[a-z]+-[a-z]+$/);
  return code;
}

/** In the same slot, words that are in the list and not these. */
const wrong = (code: string): string => `${code.split('-')[0]}-${code.endsWith('zoo-zoo') ? 'apple-apple' : 'zoo-zoo'}`;

scenario('[N1] one makes a code, the other types it, and both talk', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  const code = await makesCode(ann);
  await ben.joins(` ${code.toUpperCase().replaceAll('-', ' ')} `);
  await exchangeWords(ann, ben);
  const cem = await people.open('Cem');
  await cem.joins(code);
  await cem.meets('code_over');
});

scenario('[N5] three wrong guesses use it up; two leave the third', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  const code = await makesCode(ann);
  for (let guess = 0; guess < 3; guess++) {
    await ben.joins(wrong(code));
    await ben.meets('code_wrong');
    await ben.presses(words.failed.start);
  }
  await ann.page.getByText(words.shortCode.over.guesses, { exact: true }).waitFor();
  await ben.joins(code);
  await ben.meets('code_over');
  await ben.presses(words.failed.start);
  await ann.presses(words.shortCode.again);
  const next = await codeOf(ann);
  expect(next).not.toBe(code);
  for (let guess = 0; guess < 2; guess++) {
    await ben.joins(wrong(next));
    await ben.meets('code_wrong');
    await ben.presses(words.failed.start);
  }
  await ben.joins(next);
  await exchangeWords(ann, ben);
});

scenario('[N1] words that are none ask nothing of the store', async ({ people }) => {
  const ann = await people.open('Ann');
  await ann.joins('417-apple-parley');
  await ann.meets('link_broken');
});

scenario('[N3] Chromium makes a code, the Go peer enters with it', async ({ people }) => {
  const ann = await people.open('Ann');
  const bot = startBot(people.url, '--code', await makesCode(ann));
  try {
    await sees(ann, 2);
    await ann.writes('Hello');
    await ann.hears('Hello');
  } finally {
    await bot.leaves();
  }
});

scenario('[N3] the Go peer makes a code, Chromium enters with it', async ({ people }) => {
  const ann = await people.open('Ann');
  const bot = startBot(people.url, '--create', '--aloud');
  try {
    const { code = '' } = await bot.tells('code');
    await ann.joins(wrong(code));
    await ann.meets('code_wrong');
    await ann.presses(words.failed.start);
    await ann.joins(code);
    await sees(ann, 2);
    await bot.tells('code_over');
    await ann.writes('Hello');
    await ann.hears('Hello');
  } finally {
    await bot.leaves();
  }
});

scenario('[N2] nine minutes later its maker sees that its time is over', async ({ people }) => {
  const ann = await people.open('Ann', { clock: true });
  await makesCode(ann);
  await ann.page.clock.fastForward('09:01');
  await ann.page.getByText(words.shortCode.over.time, { exact: true }).waitFor();
  await ann.button(words.shortCode.again).waitFor();
});

// What follows moves the clock of a Firestore: Parley's own can, and it is nobody else's.
let parley: Parley;
let store: StoreAddress;

beforeAll(async () => {
  const { FIRESTORE_EMULATOR_HOST: _firestore, FIREBASE_AUTH_EMULATOR_HOST: _auth, PARLEY_FIRESTORE: _kind, ...own } =
    process.env;
  parley = await startParley({ env: own });
  store = await storeOf(parley.url, parley.service('firestore').url);
});
afterAll(() => parley.stop());

const later = test.extend<{ people: People }>({
  people: async ({ task }, use) => {
    await withPeople(parley.url, store, task.name, () => task.result?.state === 'fail', use);
  },
});

later('[N2] ten minutes later it leads nowhere', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  const code = await makesCode(ann);
  await moveClock(store, 10 * 60);
  await ben.joins(code);
  await ben.meets('code_over');
});

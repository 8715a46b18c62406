/**
 * A store that lies to people with browsers: Ann is alone in one Parley and Ben in another, and an attacker carries between
 * their stores what they shall see of each other, or
 * stands in the middle of them. `hostile/` has the same between Go peers, for all lies and many times.
 */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bot, startBot } from '../harness/bot.ts';
import { type Liar, startLiar } from '../harness/liar.ts';
import { type Parley, startParley } from '../harness/parley-run.ts';
import { type StoreAddress, storeOf } from '../harness/store.ts';
import { exchangeWords, type Person, pictures, words } from './person.ts';
import { isCalled, opensMember } from './room.ts';
import { type People, withPeople } from './scenario.ts';

type Side = { readonly parley: Parley; readonly store: StoreAddress };

let left: Side;
let right: Side;

beforeAll(async () => {
  // Two stores of our own, whatever the others use.
  const { FIRESTORE_EMULATOR_HOST: _firestore, FIREBASE_AUTH_EMULATOR_HOST: _auth, ...own } = process.env;
  const start = async (): Promise<Side> => {
    const parley = await startParley({ env: { ...own, PARLEY_FIRESTORE: 'embedded' } });
    return { parley, store: await storeOf(parley.url, parley.service('firestore').url) };
  };
  [left, right] = await Promise.all([start(), start()]);
});
afterAll(() => Promise.all([left.parley.stop(), right.parley.stop()]));

/** The people of a test: Ann is at the left Parley; who opens an address at the right one is there. */
const attack = test.extend<{ people: People }>({
  people: async ({ task }, use) => {
    await withPeople(left.parley.url, left.store, task.name, () => task.result?.state === 'fail', use);
  },
});

/** Carries between the stores with a lie while `during` runs. */
async function carrying(lie: string, during: () => Promise<void>): Promise<void> {
  const { host, projectId } = left.store;
  await attacked(await startLiar('carry', '-left', host, '-right', right.store.host, '-project', projectId, '-lie', lie), during);
}

async function attacked(liar: Liar, during: () => Promise<void>): Promise<void> {
  try {
    await during();
  } finally {
    await liar.stops();
  }
}

/** Ann makes a room; Ben opens its link, in the Parley where he is. */
async function annAndBen(people: People): Promise<{ ann: Person; ben: Person; enters: () => Promise<void>; code: string }> {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.prepare('Ben')]);
  const { url, code } = await ann.createsRoom();
  return { ann, ben, code, enters: () => ben.opens(`${right.parley.url}/${new URL(url).hash}`) };
}

/** Nobody has come to them, and nothing was said. */
async function wasShownNothing(person: Person): Promise<void> {
  expect(await person.page.getByRole('log').getByRole('article').count(), `${person.name} reads nobody's words`).toBe(0);
}

/** The lie had its time: who enters has given up waiting for an answer, and waits where nobody is. */
async function metNobody(ann: Person, ben: Person): Promise<void> {
  await ben.page.getByRole('region', { name: words.room.waits.title }).waitFor({ timeout: 30_000 });
  await ann.isAlone();
  await Promise.all([wasShownNothing(ann), wasShownNothing(ben)]);
}

attack('an attacker that carries everything as it is: two talk, and see the same pictures', async ({ people }) => {
  await carrying('honest', async () => {
    const { ann, ben, enters } = await annAndBen(people);
    await enters();
    await exchangeWords(ann, ben);
    await Promise.all([isCalled(ann), isCalled(ben)]);
    const [anns, bens] = [await signsOf(await opensMember(ann, 'Ben')), await signsOf(await opensMember(ben, 'Ann'))];
    expect(anns).toHaveLength(7);
    expect(anns).toEqual(bens);
  });
});

/** What a screen reader reads of the seven pictures of somebody in the room. */
async function signsOf(about: Locator): Promise<string[]> {
  const list = about.getByRole('list', { name: words.safety.signs });
  await list.waitFor();
  return list.getByRole('listitem').locator('span:not([aria-hidden])').allTextContents();
}

for (const lie of ['offer: the last bit flipped', 'forged']) {
  attack(`link room, ${lie}: nobody comes in, and nobody is shown anything`, async ({ people }) => {
    await carrying(lie, async () => {
      const { ann, ben, enters } = await annAndBen(people);
      await enters();
      await metNobody(ann, ben);
    });
  });
}

attack('link room, a changed answer: Ben is told, and nobody is shown anything', async ({ people }) => {
  await carrying('answer: the last bit flipped', async () => {
    const { ann, ben, enters } = await annAndBen(people);
    await enters();
    await ben.meets('tampered');
    await ann.isAlone();
    await wasShownNothing(ann);
  });
});

attack('link room, a Go peer calls through forged offers: it never comes in', async ({ people }) => {
  await carrying('forged', async () => {
    const ann = await people.open('Ann');
    const { code } = await ann.createsRoom();
    await withBot(startBot(right.parley.url, '--room', code), async (bot) => {
      await bot.tells('waiting');
      await ann.isAlone();
      await wasShownNothing(ann);
      expect(bot.hasTold('in'), 'the Go peer is let in').toBe(false);
    });
  });
});

attack('link room, Chromium calls a Go peer, a changed answer: neither is shown anything', async ({ people }) => {
  await carrying('answer: the last bit flipped', async () => {
    await withBot(startBot(left.parley.url, '--create'), async (bot) => {
      const { code } = await bot.tells('room');
      const ben = await people.prepare('Ben');
      await ben.opens(`${right.parley.url}/#r=${code ?? ''}`);
      await ben.meets('tampered');
      expect(bot.hasTold('came'), 'the Go peer is shown somebody').toBe(false);
    });
  });
});

attack('strangers, the function and the store are the attacker: they talk through it, and see other pictures', async ({
  people,
}) => {
  const liar = await startLiar('middle', '-left', left.parley.url, '-right', right.parley.url);
  await attacked(liar, async () => {
    const [ann, ben] = await Promise.all([people.open('Ann'), people.prepare('Ben')]);
    await ben.opens(right.parley.url);
    await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
    await exchangeWords(ann, ben);
    await Promise.all([ann.isVerified('no'), ben.isVerified('no')]);
    const [anns, bens] = await Promise.all([pictures(ann), pictures(ben)]);
    expect(anns).toHaveLength(7);
    expect(anns).not.toEqual(bens);
  });
});

async function withBot(bot: Bot, use: (bot: Bot) => Promise<void>): Promise<void> {
  try {
    await use(bot);
  } finally {
    await bot.leaves();
  }
}

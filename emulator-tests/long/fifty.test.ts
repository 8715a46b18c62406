/** Two browsers among fifty Go peers: a room in which nobody is linked to everybody, through the app. */
import { expect } from 'vitest';
import { hearsFrom, isCalled, listed, sees } from '../browser/room.ts';
import type { Person } from '../browser/person.ts';
import { scenario } from '../browser/scenario.ts';
import { type Bot, startMember } from '../harness/bot.ts';

const BOTS = 50;
/** So many come in at once. */
const TOGETHER = 5;
const ALL = BOTS + 2;
/** So long until all see all, on a busy machine. */
const UNTIL_ALL_MS = 120_000;

scenario('two browsers and fifty Go peers: all are seen, all hear all, and who reloads comes back', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.prepare('Ann'), people.prepare('Ben')]);
  const bots: Bot[] = [];
  try {
    await ann.opens(people.url);
    const { url } = await ann.createsRoom();
    await isCalled(ann);
    await ben.opens(url);
    await isCalled(ben);
    const came = await timed(async () => {
      while (bots.length < BOTS) {
        const some = Array.from({ length: TOGETHER }, (_, i) => startMember(people.url, `Bot ${bots.length + i + 1}`, url));
        bots.push(...some);
        await Promise.all(some.map((bot) => bot.tells('in')));
      }
    });
    const seen = await timed(() => Promise.all([ann, ben].map((one) => sees(one, ALL, UNTIL_ALL_MS))));
    print(`${BOTS} Go peers came in, ${TOGETHER} at a time`, came);
    print(`until both browsers saw ${ALL}`, seen);

    await all('Ann', 'Is everybody here?', () => ann.writes('Is everybody here?'));
    await all('Bot 17', 'Here I am', async () => bots[16]?.says('Here I am'));
    await all('Ben', 'So am I', () => ben.writes('So am I'));
    for (const one of [ann, ben]) print(`memory of ${one.name}'s page`, await memoryOf(one), 'MiB');

    await ben.opens(people.url);
    const back = await timed(async () => {
      await listed(ben).click();
      await sees(ben, ALL, UNTIL_ALL_MS);
    });
    print(`Ben was back, and saw ${ALL}`, back);
    await all('Bot 50', 'Welcome back', async () => bots[49]?.says('Welcome back'));
    await all('Ben', 'Thank you', () => ben.writes('Thank you'));
    await hearsFrom(ben, 'Ann', 'Is everybody here?');
    await sees(ann, ALL);

    await bots[0]?.leaves();
    await Promise.all([ann, ben].map((one) => sees(one, ALL - 1, UNTIL_ALL_MS)));
  } finally {
    await Promise.all(bots.map((bot) => bot.leaves()));
  }

  /** Somebody says a text; all others get it, as theirs. */
  async function all(who: string, text: string, says: () => Promise<void>): Promise<void> {
    const took = await timed(async () => {
      await says();
      const others = [ann, ben].filter(({ name }) => name !== who);
      const [heard] = await Promise.all([
        Promise.all(bots.map((bot) => bot.hears(text))),
        Promise.all(others.map((one) => hearsFrom(one, who, text))),
      ]);
      expect(new Set(heard.map(({ id }) => id)).size, 'it is one text').toBe(1);
    });
    print(`«${text}» by ${who} had reached all ${ALL}`, took);
  }
}, 600_000);

async function timed(what: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await what();
  return performance.now() - since;
}

/** What the scripts of a page hold, in MiB. */
async function memoryOf({ context, page }: Person): Promise<number> {
  const tools = await context.newCDPSession(page);
  await tools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await tools.send('Runtime.getHeapUsage');
  await tools.detach();
  return usedSize / 2 ** 20;
}

function print(what: string, value: number, unit = 'ms'): void {
  process.stdout.write(`${what}: ${Math.round(value)} ${unit}\n`);
}

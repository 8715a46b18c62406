/** Browsers and Go peers in one room of many: two implementations of SPEC, and what all of them have in the end. */
import { expect } from 'vitest';
import { type Bot, startMember } from '../harness/bot.ts';
import { asleep, keepsChannels, lineOf } from './line.ts';
import type { Person } from './person.ts';
import { copyOf, hearsFrom, isCalled, listed, sees } from './room.ts';
import { scenario } from './scenario.ts';

const BROWSERS = ['Ann', 'Ben', 'Cem', 'Dan', 'Eve'];
const BOTS = ['Fay', 'Gil', 'Hal', 'Ida', 'Jon'];

/** So long until a line that is cut is made anew, on a busy machine. */
const UNTIL_BACK_MS = 60_000;

scenario('five browsers and five Go peers: one reloads, one sleeps, one is cut off, all have all in one order', async ({
  people,
}) => {
  const prepared = await Promise.all(BROWSERS.map((name) => people.prepare(name, { before: keepsChannels })));
  const [ann, ben, cem, dan] = prepared as [Person, Person, Person, Person];
  const bots: Bot[] = [];
  try {
    await ann.opens(people.url);
    await dan.opens(people.url);
    const line = await lineOf(dan);
    const { url, code } = await ann.createsRoom();
    await dan.joins(code);
    await Promise.all(prepared.filter((one) => one !== ann && one !== dan).map((one) => one.opens(url)));
    bots.push(...BOTS.map((name) => startMember(people.url, name, url)));
    await Promise.all(prepared.map(isCalled));
    await Promise.all(prepared.map((one) => sees(one, 10, UNTIL_BACK_MS)));

    const said = [...BROWSERS, ...BOTS].map((name) => `It is me, ${name}`);
    await Promise.all(prepared.map((one) => one.writes(`It is me, ${one.name}`)));
    for (const [i, bot] of bots.entries()) bot.says(`It is me, ${BOTS[i]}`);
    await allHave(prepared, bots, said);
    expect((await bots[0]?.hears('It is me, Eve'))?.name, 'names go both ways').toBe('Eve');
    await hearsFrom(ann, 'Jon', 'It is me, Jon');

    await ben.opens(people.url);
    await line.cut(() =>
      asleep(cem, async () => {
        await sees(ann, 9);
        await ann.writes('Where are they?');
        bots[1]?.says('I do not know');
        await dan.writes('Nobody hears me');
        await Promise.all(bots.map((bot) => bot.hears('Where are they?')));
      }),
    );
    await listed(ben).click();
    said.push('Where are they?', 'I do not know', 'Nobody hears me');
    await allHave(prepared, bots, said);

    await bots[4]?.leaves();
    const late = startMember(people.url, 'Kai', url);
    bots.push(late);
    await Promise.all(said.map((text) => late.hears(text)));
    await Promise.all(prepared.map((one) => sees(one, 10, UNTIL_BACK_MS)));
  } finally {
    await Promise.all(bots.map((bot) => bot.leaves()));
  }
}, 240_000);

/** Waits until everybody has these texts: in browsers in one order, and everywhere by the same ids. */
async function allHave(browsers: readonly Person[], bots: readonly Bot[], texts: readonly string[]): Promise<void> {
  const wanted = texts.toSorted();
  const sorted = async (one: Person) => (await copyOf(one)).map(({ text }) => text).toSorted();
  for (const one of browsers) {
    await expect.poll(() => sorted(one), { timeout: UNTIL_BACK_MS, interval: 500 }).toEqual(wanted);
  }
  const [first = [], ...copies] = await Promise.all(browsers.map(copyOf));
  for (const copy of copies) expect(copy).toEqual(first);
  for (const bot of bots) {
    const ids = await Promise.all(first.map(async ({ text }) => (await bot.hears(text)).id));
    expect(ids).toEqual(first.map(({ id }) => id));
  }
}

import { expect } from 'vitest';
import { exchangeWords, type Person, words } from './person.ts';
import { scenario } from './scenario.ts';

scenario('two strangers find each other and talk, directly', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
  await Promise.all([ann.isConnected('direct'), ben.isConnected('direct')]);
});

scenario('two who press at the same moment find each other', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
});

scenario('[A7] who cancels is not met any more', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.open('Ben'), people.open('Cem')]);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ann.presses(words.waiting.cancel);
  await ann.sees(words.start.heading);
  await ben.looksForSomeone();
  await ben.waitsForStranger();
  await cem.looksForSomeone();
  await exchangeWords(ben, cem);
});

scenario('[C5] who leaves says so, and both find somebody else with one click', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await ben.presses(words.talk.leave);
  await ben.page.getByRole('alertdialog').getByRole('button', { name: words.confirm.leave }).click();
  await ben.sees(words.start.heading);
  await ann.notices(words.talk.left);
  await ann.presses(words.talk.findAnother);
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
});

scenario('two tabs of one browser are two people', async ({ people }) => {
  const one = await people.open('Tab 1');
  const other = await people.openTab(one, 'Tab 2');
  await one.looksForSomeone();
  await one.waitsForStranger();
  await other.looksForSomeone();
  await exchangeWords(one, other);
});

scenario('ten tabs of one browser all find somebody and talk', async ({ people }) => {
  const first = await people.open('1');
  const tabs = [first];
  for (let n = 2; n <= 10; n++) tabs.push(await people.openTab(first, String(n)));
  await Promise.all(tabs.map((tab) => tab.looksForSomeone()));
  await Promise.all(tabs.map((tab) => tab.talks(30_000)));
  const met = new Map(await Promise.all(tabs.map(async (tab) => [tab.name, await introduces(tab)] as const)));
  expect([...met.values()].toSorted(), 'everybody was met once').toEqual([...met.keys()].toSorted());
  for (const [name, other] of met) {
    expect(other, 'nobody met themselves').not.toBe(name);
    expect(met.get(other), 'who is met has met them').toBe(name);
  }
});

/** Says their name and gives the one they hear. */
async function introduces(tab: Person): Promise<string> {
  await tab.writes(`I am ${tab.name}`);
  const name = /^I am (\d+)$/;
  const theirs = tab.page.getByRole('log').getByRole('listitem').filter({ hasText: `${words.talk.them}:` });
  // A tab in the background lays nothing out, so it has text content and no inner text.
  const heard = await theirs.getByText(name).first().textContent();
  return name.exec(heard ?? '')?.[1] ?? '';
}

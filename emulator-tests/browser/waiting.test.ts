import { expect } from 'vitest';
import { exchangeWords, words } from './person.ts';
import { linkOf, opensAbout, sees } from './room.ts';
import { scenario } from './scenario.ts';

const { room } = words;

scenario('[R4] a room that nobody is in any more: who comes is told what they wait for, and makes a new one', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.prepare('Ben'), people.prepare('Cem')]);
  const { url } = await ann.createsRoom();
  const about = await opensAbout(ann);
  await about.getByText(room.settings.kept, { exact: true }).click();
  await ann.page.keyboard.press('Escape');
  await ann.closesTheTab();
  await ben.opens(url);
  const waiting = ben.page.getByRole('region', { name: room.waits.title });
  await waiting.getByText(room.waits.anyone, { exact: true }).waitFor();
  await ben.page.locator('[aria-live=polite]').getByText(room.waits.anyone, { exact: true }).waitFor({ state: 'attached' });
  expect(await ben.page.evaluate(() => document.activeElement?.textContent)).toBe(room.waits.title);
  expect(await ben.page.getByRole('textbox').count(), 'nowhere to write').toBe(0);
  await cem.opens(url);
  await cem.page.getByRole('region', { name: room.waits.title }).getByText(room.waits.others, { exact: true }).waitFor();
  await waiting.getByRole('button', { name: room.waits.create, exact: true }).click();
  await ben.page.getByRole('heading', { name: room.alone.title, exact: true }).waitFor();
  const fresh = await linkOf(ben);
  expect(fresh).not.toBe(url);
  await cem.opens(fresh);
  await exchangeWords(ben, cem);
  await Promise.all([sees(ben, 2), sees(cem, 2)]);
});

/** A room of many by keyboard and by ear, in the gallery. */
import { expect } from 'vitest';
import { looksAt, roomWords } from './gallery.ts';
import type { Person } from './person.ts';
import { scenario } from './scenario.ts';

// The first one waits for the development server.
const PATIENT = { timeout: 120_000 };

const { act } = roomWords;

/** What the focus is on, as it is read out: the text of it. */
const focused = ({ page }: Person) => page.evaluate(() => document.activeElement?.textContent ?? '');

const press = async ({ page }: Person, ...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** Waits until the focus is on something with these words. */
async function isAt(person: Person, words: string): Promise<void> {
  await expect.poll(() => focused(person)).toContain(words);
}

scenario('from message to message, and what can be done with one', PATIENT, async ({ people }) => {
  const ann = await people.prepare('Ann');
  const { page } = ann;
  const log = page.getByRole('log');
  await looksAt(ann, 'room-days');
  await press(ann, 'Alt+ArrowUp', 'ArrowUp');
  await isAt(ann, 'There will be.');
  await press(ann, 'ArrowUp');
  await isAt(ann, 'There was.');

  await press(ann, 'Enter');
  await page.getByRole('menuitem', { name: act.reply }).waitFor();
  await press(ann, 'Enter');
  await page.getByText(roomWords.composer.replying('Jun'), { exact: true }).waitFor();
  await page.keyboard.type('Is there none left?');
  await press(ann, 'Enter');
  await log.getByRole('article').filter({ hasText: 'Is there none left?' }).filter({ hasText: 'There was.' }).waitFor();

  await press(ann, 'ArrowUp');
  await page.keyboard.type(' Not a crumb?');
  await press(ann, 'Enter');
  await log.getByText('Is there none left? Not a crumb?').waitFor();

  await press(ann, 'Alt+ArrowUp', 'Enter');
  await page.getByRole('menu').waitFor();
  // The last of the quick ones opens the choice of all.
  await press(ann, 'Shift+Tab', 'Enter');
  await page.getByRole('listbox', { name: act.emoji }).waitFor();
  await press(ann, 'Enter');
  const thumb = log.getByRole('button', { name: act.reacted('👍', 1, roomWords.names.you), exact: true });
  await thumb.waitFor();

  await press(ann, 'Alt+ArrowUp', 'Enter');
  await page.getByRole('menu').waitFor();
  await press(ann, 'End', 'Enter');
  await page.getByRole('alertdialog').waitFor();
  await press(ann, 'Tab', 'Enter');
  await log.getByText('Not a crumb?').waitFor({ state: 'hidden' });
});

scenario('to people, to what was said, and to the other rooms', async ({ people }) => {
  const ann = await people.prepare('Ann');
  const { page } = ann;
  await looksAt(ann, 'room-days');
  await press(ann, 'Alt+P');
  await page.getByRole('complementary', { name: roomWords.people.title }).getByRole('button', { name: 'Jun' }).press('Enter');
  await page.getByRole('button', { name: roomWords.member.back }).waitFor();
  await press(ann, 'Enter', 'Alt+P');

  await press(ann, 'Alt+S');
  await page.getByRole('searchbox').waitFor();
  await page.keyboard.type('stubborn');
  await page.getByRole('list', { name: roomWords.search.title }).getByRole('button').press('Enter');
  await isAt(ann, 'It is a stubborn tree.');

  await press(ann, 'Alt+O');
  await page.getByRole('dialog', { name: roomWords.rooms.title }).waitFor();
  await press(ann, 'Escape', 'Alt+I');
  await page.getByRole('dialog', { name: roomWords.settings.title }).waitFor();
  await press(ann, 'Escape', 'Alt+V');
  await page.getByRole('dialog', { name: roomWords.invite.title }).waitFor();
});

scenario('a hundred thousand messages are two keys long', async ({ people }) => {
  const ann = await people.prepare('Ann');
  await looksAt(ann, 'room-many');
  await press(ann, 'Alt+ArrowUp');
  await isAt(ann, 'Number 100000.');
  await press(ann, 'Home');
  await isAt(ann, 'Number 1.');
  expect(await ann.page.getByRole('listitem').count()).toBeLessThan(100);
  await press(ann, 'Alt+ArrowDown');
  await ann.page.getByText('Number 100000.').waitFor();
  // Who is at the end stays there.
  await ann.writes('And one more.');
  await ann.page.getByRole('log').getByText('And one more.').waitFor();
});

scenario('a screen reader hears what others say and who comes, once', async ({ people }) => {
  const ann = await people.prepare('Ann');
  await looksAt(ann, 'room-news');
  const said = ann.page.locator('[aria-live=polite]');
  await said.getByText(roomWords.says.text('Jun', 'Bring a hat'), { exact: true }).waitFor();
  await said.getByText(roomWords.says.came('Ida'), { exact: true }).waitFor();
});

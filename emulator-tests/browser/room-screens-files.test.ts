/** Files where they are chosen and where they are shown, by hand and by keyboard: on the gallery's page, which sends nothing. */
import { expect } from 'vitest';
import { looksAt, roomWords } from './gallery.ts';
import type { Person } from './person.ts';
import { scenario } from './scenario.ts';

// The first one waits for the development server.
const PATIENT = { timeout: 120_000 };

const { files: words } = roomWords;
const { attach } = words;

/** A file as Playwright gives it to a page. */
const one = (name: string, letters: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(letters) });

const tray = ({ page }: Person) => page.getByRole('list', { name: attach.ready });
const send = ({ page }: Person) => page.getByRole('button', { name: 'Send', exact: true }).click();

/** Lets go of files over the room, or pastes them: the page makes what a hand would have brought. */
async function brings({ page }: Person, how: 'dragover' | 'drop' | 'paste', name: string): Promise<void> {
  await page.evaluate(
    ([type, called]) => {
      const data = new DataTransfer();
      data.items.add(new File(['pears'], called));
      const init = { bubbles: true, cancelable: true };
      const field = document.querySelector('textarea') ?? document.body;
      if (type === 'paste') field.dispatchEvent(new ClipboardEvent(type, { ...init, clipboardData: data }));
      else document.body.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data }));
    },
    [how, name] as const,
  );
}

scenario('files are chosen, dropped and pasted, and go out together with the next press of Send', PATIENT, async ({ people }) => {
  const ann = await people.prepare('Ann');
  const { page } = ann;
  await looksAt(ann, 'room-days');
  await page.locator('form input[type=file]').first().setInputFiles([one('list.txt', 'pears'), one('quinces.txt', 'quinces')]);
  await expect.poll(() => tray(ann).getByRole('listitem').count()).toBe(2);
  await brings(ann, 'dragover', 'ladder.jpg');
  await page.getByText(attach.drop).waitFor();
  await brings(ann, 'drop', 'ladder.jpg');
  await expect.poll(() => tray(ann).getByRole('listitem').count()).toBe(3);
  expect(await page.getByText(attach.drop).count(), 'the overlay is gone').toBe(0);
  await brings(ann, 'paste', 'List.txt');
  await tray(ann).getByText('List (2).txt').waitFor();
  await page.getByRole('button', { name: attach.remove('quinces.txt') }).click();
  expect(await tray(ann).getByRole('listitem').allInnerTexts()).toHaveLength(3);
  await page.getByRole('textbox').fill('All of it');
  await send(ann);
  await page.getByRole('list', { name: attach.readingAbout }).getByText('list.txt').waitFor();
  expect(await tray(ann).count(), 'nothing is left to be sent').toBe(0);
  expect(await page.getByRole('textbox').inputValue()).toBe('');
  await page.getByRole('button', { name: attach.stop('list.txt') }).click();
  expect(await page.getByRole('progressbar').count()).toBe(0);
});

scenario('a folder without a file is not taken, and it is said why', PATIENT, async ({ people }) => {
  const ann = await people.prepare('Ann');
  await looksAt(ann, 'room-days');
  await ann.page.evaluate(() => {
    // A folder that a hand lets go: no script can make one, so only the way into it is ours.
    const folder = {
      isFile: false,
      name: 'Empty',
      createReader: () => ({ readEntries: (ok: (some: readonly never[]) => void) => ok([]) }),
    };
    const data = new DataTransfer();
    data.items.add(new File([''], 'Empty'));
    DataTransferItem.prototype.webkitGetAsEntry = () => folder as unknown as FileSystemEntry;
    document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
  });
  await ann.page.getByRole('alert').getByText(attach.nothing).waitFor();
});

scenario('a file is fetched and paused, and others are attached, with the keyboard alone', PATIENT, async ({ people }) => {
  const ann = await people.prepare('Ann');
  const { page } = ann;
  const { keyboard } = page;
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  await looksAt(ann, 'files-offered');
  await keyboard.press('Alt+ArrowUp');
  await keyboard.press('Tab');
  expect(await focused()).toBe(words.get);
  await keyboard.press('Enter');
  const bar = page.getByRole('progressbar');
  await expect.poll(() => bar.getAttribute('aria-valuetext')).toContain('3.4');
  await keyboard.press('Alt+ArrowUp');
  await keyboard.press('Tab');
  expect(await focused()).toBe(words.pause);
  await keyboard.press('Enter');
  await expect.poll(() => bar.getAttribute('aria-valuetext')).toContain('Paused');
  await keyboard.press('Alt+A');
  await page.getByRole('menu', { name: attach.open }).waitFor();
  await keyboard.press('Escape');
  await expect.poll(() => page.getByRole('menu').count()).toBe(0);
});

scenario('that a file is here is read out, how far another has come is not', PATIENT, async ({ people }) => {
  const ann = await people.prepare('Ann');
  await looksAt(ann, 'files-arrives');
  const told = () => ann.page.locator('[aria-live=polite]').allTextContents();
  await expect.poll(async () => (await told()).join('')).toBe(words.says.here('Ladder.jpg'));
});

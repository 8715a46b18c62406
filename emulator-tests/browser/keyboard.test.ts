import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { type Person, words } from './person.ts';
import { listed, sees } from './room.ts';
import { scenario } from './scenario.ts';

/** Presses Tab until this, or the button of this name, has the focus: it has to be within reach. */
async function tabsTo(person: Person, what: string | Locator): Promise<void> {
  const target = typeof what === 'string' ? person.button(what) : what;
  for (let presses = 0; presses < 20; presses++) {
    await person.page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  expect.fail(`${String(what)} is not within 20 presses of Tab`);
}

scenario('the whole way by keyboard: find, write, verify, leave', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await tabsTo(ann, words.start.find);
  await ann.page.keyboard.press('Enter');
  await ann.waitsForStranger();
  await ben.page.keyboard.press('Alt+N');

  await Promise.all([ann.talks(), ben.talks()]);
  await ann.page.keyboard.type('typed, not clicked');
  await ann.page.keyboard.press('Enter');
  await ben.hears('typed, not clicked');

  await ann.page.keyboard.press('Alt+I');
  await ann.page.getByRole('dialog', { name: words.path.about }).waitFor();
  await ann.page.keyboard.press('Enter');
  await ann.page.keyboard.press('Escape');
  await ann.page.getByRole('dialog', { name: words.path.about }).waitFor({ state: 'hidden' });
  await ann.isVerified('no');
  await ann.page.keyboard.press('Alt+I');
  await tabsTo(ann, words.safety.match);
  await ann.page.keyboard.press('Enter');
  await ann.page.getByRole('status').getByText(words.status.verified, { exact: true }).waitFor();
  await ann.isVerified('now');

  await tabsTo(ann, words.talk.leave);
  await ann.page.keyboard.press('Enter');
  await ann.page.getByRole('alertdialog').waitFor();
  await ann.page.keyboard.press('Tab');
  await ann.page.keyboard.press('Enter');
  await ann.sees(words.start.heading);

  await ben.notices(words.talk.left);
  await ben.page.keyboard.press('Alt+N');
  await ben.waitsForStranger();
  await ben.page.keyboard.press('Escape');
  await ben.sees(words.start.heading);
});

scenario('a room by keyboard: create, join with a pasted code, talk, leave, and come back', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await ann.page.keyboard.press('Alt+R');
  const { code } = await ann.isAlone();
  await ben.page.keyboard.press('Alt+J');
  await ben.page.keyboard.insertText(code);
  await ben.page.keyboard.press('Enter');
  await Promise.all([sees(ann, 2), sees(ben, 2)]);

  await ben.page.keyboard.type('typed, not clicked');
  await ben.page.keyboard.press('Enter');
  await ann.hears('typed, not clicked');
  await ben.page.keyboard.press('Alt+I');
  await ben.page.getByRole('dialog', { name: words.room.settings.title }).waitFor();
  await tabsTo(ben, words.room.settings.leave);
  await ben.page.keyboard.press('Enter');
  const yes = ben.page.getByRole('alertdialog').getByRole('button', { name: words.room.leave.yes, exact: true });
  await yes.waitFor();
  await tabsTo(ben, yes);
  await ben.page.keyboard.press('Enter');
  await ben.sees(words.start.heading);
  await sees(ann, 1);

  await tabsTo(ben, listed(ben));
  await ben.page.keyboard.press('Enter');
  await Promise.all([sees(ann, 2), sees(ben, 2)]);
});

scenario('a screen reader hears each screen and each message once', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  // The heading of a new screen takes the focus, and is read by that.
  expect(await ann.page.evaluate(() => document.activeElement?.textContent)).toBe(words.waiting.strangerHeading);
  await ben.looksForSomeone();
  await ann.page.getByRole('status').getByText(words.status.connected).waitFor();
  await ben.writes('for your ears');
  await ann.page.locator('[aria-live=polite]').getByText(words.talk.says('for your ears')).waitFor();
});

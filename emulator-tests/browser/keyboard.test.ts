import { expect } from 'vitest';
import { type Person, words } from './person.ts';
import { scenario } from './scenario.ts';

/** Presses Tab until the thing with this name has the focus: it has to be within reach. */
async function tabsTo(person: Person, name: string): Promise<void> {
  const target = person.button(name);
  for (let presses = 0; presses < 20; presses++) {
    await person.page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  expect.fail(`${name} is not within 20 presses of Tab`);
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

scenario('a room by keyboard: create, and join with a pasted code', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await ann.page.keyboard.press('Alt+R');
  await ann.sees(words.waiting.roomHeading);
  const code = await ann.page.getByRole('code').innerText();
  await ben.page.keyboard.press('Alt+J');
  await ben.page.keyboard.insertText(code);
  await ben.page.keyboard.press('Enter');
  await Promise.all([ann.talks(), ben.talks()]);
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

/** Two people find out whether anybody sits between them, and are warned when another device comes. */
import { expect } from 'vitest';
import { exchangeWords, type Person, pictures, words } from './person.ts';
import { scenario } from './scenario.ts';

const { safety, changed } = words;

/** Says that the pictures are the same. */
async function verifies(person: Person): Promise<void> {
  await person.opensBadge();
  await person.presses(safety.match);
  await person.isVerified('now');
}

scenario('[H7] strangers compare seven pictures: not verified before, verified after, and it can be taken back', async ({
  people,
}) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await Promise.all([ann.isVerified('no'), ben.isVerified('no')]);
  const seen = await Promise.all([pictures(ann), pictures(ben)]);
  expect(seen[0]).toHaveLength(7);
  expect(seen[0]).toEqual(seen[1]);
  await ann.presses(safety.match);
  await ann.isVerified('now');
  await ben.isVerified('no');
  await ann.opensBadge();
  await ann.presses(safety.takeBack);
  await ann.isVerified('no');
});

scenario('[H7] pictures that differ: the way out is one press, and has the focus', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await ann.opensBadge();
  await ann.presses(safety.noMatch);
  await ann.page.getByRole('alert').getByText(safety.mismatch).waitFor();
  await ann.page.keyboard.press('Enter');
  await ann.sees(words.start.heading);
  await ben.notices(words.talk.left);
});

scenario('[H8] in a room: the same number of 60 digits on both screens, with its QR code', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.prepare('Ben')]);
  const { url } = await ann.createsRoom();
  await ben.opens(url);
  await Promise.all([ann.talks(), ben.talks()]);
  const numbers = await Promise.all(
    [ann, ben].map(async (person) => {
      const dialog = await person.opensBadge();
      await dialog.getByText(safety.number, { exact: true }).click();
      await dialog.getByRole('img', { name: safety.numberQr }).waitFor();
      return dialog.locator('details li span[aria-hidden]').allTextContents();
    }),
  );
  expect(numbers[0]).toHaveLength(12);
  expect(numbers[0]?.join('')).toMatch(/^\d{60}$/);
  expect(numbers[0]).toEqual(numbers[1]);
});

scenario('[H9] the same device again is verified before', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.prepare('Ben')]);
  const { url } = await ann.createsRoom();
  await ben.opens(url);
  await Promise.all([ann.talks(), ben.talks()]);
  await verifies(ann);
  await ben.page.reload();
  await ben.opens(url);
  await ben.talks();
  await ann.isVerified('before');
});

scenario('[H9] another device in the place of a verified one: nothing is shown, and no key goes on', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.prepare('Ben'), people.prepare('Cem')]);
  const { url } = await ann.createsRoom();
  await ben.opens(url);
  await Promise.all([ann.talks(), ben.talks()]);
  await verifies(ann);
  await ben.closesTheTab();
  await ann.notices(words.talk.leftRoom);
  await ann.presses(words.talk.waitInRoom);
  await ann.sees(words.waiting.againHeading);

  await cem.opens(url);
  await ann.sees(changed.title);
  await cem.talks();
  await cem.writes('it is me, Ben');
  await ann.page.getByRole('alert').getByText(changed.nothing).waitFor();
  expect(await ann.button(changed.leave).evaluate((way) => way === document.activeElement)).toBe(true);
  expect(await ann.button(changed.talk).isDisabled()).toBe(true);
  expect(await ann.page.getByText('it is me, Ben').count()).toBe(0);

  const box = ann.page.getByRole('checkbox', { name: changed.asked });
  await box.focus();
  await ann.page.keyboard.press('Enter');
  expect(await ann.button(changed.talk).isDisabled(), 'Enter ticks nothing').toBe(true);
  await ann.page.keyboard.press('Space');
  await ann.page.keyboard.press('Enter');
  await ann.sees(changed.title);
  await ann.presses(changed.talk);
  await ann.hears('it is me, Ben');
  await ann.isVerified('no');
});

scenario('[H9] Enter and Escape leave when another device comes', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.prepare('Ben'), people.prepare('Cem')]);
  const { url } = await ann.createsRoom();
  await ben.opens(url);
  await Promise.all([ann.talks(), ben.talks()]);
  await verifies(ann);
  await ben.closesTheTab();
  await ann.notices(words.talk.leftRoom);
  await cem.opens(url);
  for (const key of ['Enter', 'Escape']) {
    await ann.sees(changed.title);
    await ann.page.keyboard.press(key);
    await ann.sees(words.start.heading);
    await ann.joins(url);
  }
  await ann.sees(changed.title);
});

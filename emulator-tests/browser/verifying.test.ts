/** Two people find out whether anybody sits between them, and are warned when another device comes. */
import { expect } from 'vitest';
import { exchangeWords, type Person, pictures, words } from './person.ts';
import { gathered, isCalled, opensMember, sees } from './room.ts';
import { scenario } from './scenario.ts';

const { safety } = words;

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
  const { members } = await gathered(people, ['Ann', 'Ben']);
  const [ann, ben] = members as [Person, Person];
  const numbers = await Promise.all(
    [await opensMember(ann, 'Ben'), await opensMember(ben, 'Ann')].map(async (about) => {
      await about.getByText(safety.number, { exact: true }).click();
      await about.getByRole('img', { name: safety.numberQr }).waitFor();
      return about.locator('details li span[aria-hidden]').allTextContents();
    }),
  );
  expect(numbers[0]).toHaveLength(12);
  expect(numbers[0]?.join('')).toMatch(/^\d{60}$/);
  expect(numbers[0]).toEqual(numbers[1]);
});

scenario('[H9] in a room: who was verified is so when they come back, and another device of theirs is not', async ({ people }) => {
  const { members, url } = await gathered(people, ['Ann', 'Ben']);
  const [ann, ben] = members as [Person, Person];
  const about = await opensMember(ann, 'Ben');
  await about.getByRole('button', { name: safety.match, exact: true }).click();
  await about.getByRole('heading', { name: words.room.member.verifiedTitle, exact: true }).waitFor();
  await ben.closesTheTab();
  await sees(ann, 1);
  const cem = await people.prepare('Ben');
  await cem.opens(url);
  await isCalled(cem);
  await sees(ann, 2);
  await ann.page.keyboard.press('Alt+P');
  await ann.page.keyboard.press('Alt+P');
  const bens = ann.page.getByRole('complementary', { name: words.room.people.title }).getByRole('listitem').filter({ hasText: 'Ben' });
  await bens.nth(1).waitFor();
  expect(await bens.count()).toBe(2);
  const sign = ann.page.getByRole('img', { name: words.room.people.verified, exact: true });
  expect(await bens.filter({ has: sign }).count(), 'one of the two is verified').toBe(1);
});

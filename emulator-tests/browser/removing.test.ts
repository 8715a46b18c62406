/** The founder removes somebody: what they come to, and what the others go on with. */
import { expect } from 'vitest';
import { exchangeWords, type Person, words } from './person.ts';
import { areLinked, gathered, isCalled, linkOf, opensMember, sees } from './room.ts';
import { scenario } from './scenario.ts';

const { room } = words;

scenario('[R8] who is removed gets nothing that is said later, nor in again; the others go on at a new link', async ({
  people,
}) => {
  const { members, url } = await gathered(people, ['Ann', 'Ben', 'Cem']);
  const [ann, ben, cem] = members as [Person, Person, Person];
  await areLinked(members);
  await exchangeWords(ann, cem);
  await removes(ann, 'Cem');
  await cem.meets('removed');
  await Promise.all([sees(ann, 2), sees(ben, 2)]);
  await exchangeWords(ann, ben);
  const open = () => globalThis.channels.filter(({ readyState }) => readyState === 'open').length;
  expect(await cem.page.evaluate(open), 'nobody is connected with them').toBe(0);

  const [link, other] = await Promise.all([linkOf(ann), linkOf(ben)]);
  expect(link).not.toBe(url);
  expect(other).toBe(link);
  await cem.opens(url);
  await cem.meets('removed');
  const dan = await people.prepare('Dan');
  await dan.opens(url);
  await dan.meets('room_locked');
  await dan.opens(link);
  await isCalled(dan);
  await Promise.all([ann, ben, dan].map((one) => sees(one, 3)));
  await exchangeWords(dan, ben);
  expect(await cem.page.getByText('Hello from').count(), 'they are shown nothing of it').toBe(0);
}, 90_000);

async function removes(founder: Person, who: string): Promise<void> {
  const member = await opensMember(founder, who);
  await member.getByRole('button', { name: room.member.remove, exact: true }).click();
  await founder.page.getByRole('alertdialog').getByRole('button', { name: room.remove.yes, exact: true }).click();
}

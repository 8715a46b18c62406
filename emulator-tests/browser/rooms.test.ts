import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { exchangeWords, type Person, words } from './person.ts';
import { areLinked, copyOf, does, gathered, hearsFrom, leaves, listed, messageOf, reacts, sees } from './room.ts';
import { scenario } from './scenario.ts';

const { room } = words;

/** [K1] A whole code of a room that nobody made. */
const strangeCode = () => Buffer.concat([Buffer.of(1), randomBytes(16)]).toString('base64url');

scenario('[K1] a room by its link: two talk', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.prepare('Ben')]);
  const { url } = await ann.createsRoom();
  await ben.opens(url);
  await exchangeWords(ann, ben);
  await Promise.all([sees(ann, 2), sees(ben, 2)]);
  expect(ben.page.url(), 'the secret leaves the address bar').not.toContain('#r=');
});

scenario('[K1] by its code, with spaces and line breaks; who comes reads what was said before', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  const { code } = await ann.createsRoom();
  await ann.writes('Is anybody there?');
  await ann.page.getByText(room.delivery.waiting).waitFor();
  await ben.joins(`  ${code.slice(0, 11)} ${code.slice(11)} `);
  await ben.hears('Is anybody there?');
  await ann.page.getByText(room.delivery.read, { exact: true }).waitFor();
  await exchangeWords(ann, ben);
});

scenario('[E11] five hear all in one order, under their names; answers, emoji, edits, deletions reach all', async ({
  people,
}) => {
  const names = ['Ann', 'Ben', 'Cem', 'Dan', 'Eve'];
  const { members } = await gathered(people, names);
  const [ann, ben, cem, dan] = members as [Person, Person, Person, Person];
  await Promise.all(members.map((one) => one.writes(`It is me, ${one.name}`)));
  await Promise.all(members.map((one) => hearsAll(one, names)));
  await does(ben, messageOf(ben, 'Ann', 'It is me'), 'reply');
  await ben.writes('So it is');
  await reacts(cem, messageOf(cem, 'Ann', 'It is me'), '👍');
  await does(dan, messageOf(dan, room.you, 'It is me'), 'edit');
  await dan.writes('It is I');
  await does(ann, messageOf(ann, room.you, 'It is me'), 'unsay');
  await ann.page.getByRole('alertdialog').getByRole('button', { name: room.unsay.yes, exact: true }).click();
  await Promise.all(members.map((one) => one.page.getByRole('log').getByText(room.deleted, { exact: true }).waitFor()));
  await Promise.all(members.filter((one) => one !== dan).map((one) => hearsFrom(one, 'Dan', `It is I${room.edited}`)));
  await Promise.all(members.filter((one) => one !== ben).map((one) => hearsFrom(one, 'Ben', 'So it is')));
  const [first, ...copies] = await Promise.all(members.map(copyOf));
  const texts = ['It is I', 'It is me, Ben', 'It is me, Cem', 'It is me, Eve', 'So it is'];
  expect(first?.map(({ text }) => text).toSorted()).toEqual(texts);
  for (const copy of copies) expect(copy).toEqual(first);
}, 90_000);

scenario('a page that is loaded again is in the room that it showed', async ({ people }) => {
  const { members } = await gathered(people, ['Ann', 'Ben']);
  const [ann, ben] = members as [Person, Person];
  await exchangeWords(ann, ben);
  await ben.page.reload();
  await hearsFrom(ben, 'Ann', 'Hello from Ann');
  await exchangeWords(ben, ann);
});

scenario('[K5] who opens the page anew is in the list of their device, and back with one press', async ({ people }) => {
  const { members } = await gathered(people, ['Ann', 'Ben', 'Cem']);
  const [ann, ben, cem] = members as [Person, Person, Person];
  await exchangeWords(ann, ben);
  await ben.opens(people.url);
  await sees(ann, 2);
  await ann.writes('while you were away');
  await listed(ben).click();
  await ben.hears('while you were away');
  await hearsFrom(ben, room.you, 'Hello from Ben');
  await exchangeWords(ben, cem);
});

scenario('who leaves is seen to go, and comes back with one press; the others go on without the founder', async ({
  people,
}) => {
  const { members } = await gathered(people, ['Ann', 'Ben', 'Cem']);
  const [ann, ben, cem] = members as [Person, Person, Person];
  await areLinked(members);
  await leaves(ben);
  await Promise.all([sees(ann, 2), sees(cem, 2)]);
  await exchangeWords(ann, cem);
  await listed(ben).click();
  await Promise.all(members.map((one) => sees(one, 3)));
  await hearsFrom(ben, 'Cem', 'Hello from Cem');
  await areLinked(members);
  await leaves(ann);
  await Promise.all([sees(ben, 2), sees(cem, 2)]);
  await exchangeWords(ben, cem);
});

scenario('the link is copied with one press, and its QR code is on the screen', async ({ people }) => {
  const ann = await people.open('Ann', { context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  const { url } = await ann.createsRoom();
  await ann.presses(words.copy.link);
  await ann.page.getByRole('status').getByText(words.copy.copied).waitFor({ state: 'attached' });
  await ann.button(words.copy.copied).waitFor();
  expect(await ann.page.evaluate(() => navigator.clipboard.readText())).toBe(url);
  await ann.page.getByRole('img', { name: words.waiting.qr }).waitFor();
});

scenario('[K3] a room that does not exist', async ({ people }) => {
  const ann = await people.open('Ann');
  await ann.joins(strangeCode());
  await ann.meets('room_not_found');
  await ann.presses(words.failed.start);
  await ann.sees(words.start.heading);
});

scenario('[K1] a link cut in half asks nothing of the store', async ({ people }) => {
  const ann = await people.open('Ann');
  const asked: string[] = [];
  ann.page.on('request', (request) => {
    if (request.url().includes('Firestore/Listen')) asked.push(request.url());
  });
  await ann.joins(`${people.url}/#r=${strangeCode().slice(0, 11)}`);
  await ann.meets('link_broken');
  expect(asked).toEqual([]);
});

scenario('[K1] a link with one character changed', async ({ people }) => {
  const ann = await people.prepare('Ann');
  await ann.opens(`${people.url}/#r=B${strangeCode().slice(1)}`);
  await ann.meets('link_broken');
});

scenario('nothing pasted is asked for, not failed', async ({ people }) => {
  const ann = await people.open('Ann');
  await ann.presses(words.start.join);
  await ann.page.getByRole('alert').getByText(words.start.joinEmpty).waitFor();
  await ann.sees(words.start.heading);
});

/** Waits until they have heard everybody else say who they are. */
async function hearsAll(person: Person, names: readonly string[]): Promise<void> {
  for (const who of names) if (who !== person.name) await hearsFrom(person, who, `It is me, ${who}`);
}

import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { exchangeWords, words } from './person.ts';
import { scenario } from './scenario.ts';

/** [K1] A whole code of a room that nobody made. */
const strangeCode = () => Buffer.concat([Buffer.of(1), randomBytes(16)]).toString('base64url');

scenario('[K1] a room by its link', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.prepare('Ben')]);
  const { url } = await ann.createsRoom();
  await ben.opens(url);
  await exchangeWords(ann, ben);
  await Promise.all([ann.isConnected('direct'), ben.isConnected('direct')]);
  expect(ben.page.url(), 'the secret leaves the address bar').not.toContain('#r=');
});

scenario('[K1] a room by its code, pasted with spaces and line breaks', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  const { code } = await ann.createsRoom();
  await ben.joins(`  ${code.slice(0, 11)} ${code.slice(11)} `);
  await exchangeWords(ann, ben);
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

scenario('[K5] the third is told that the room is full, and the two talk on', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.open('Ben'), people.open('Cem')]);
  const { code } = await ann.createsRoom();
  await ben.joins(code);
  await exchangeWords(ann, ben);
  await cem.joins(code);
  await cem.meets('room_full');
  await ann.writes('still here');
  await ben.hears('still here');
});

scenario('[K5] the third gets in with one click when one of them has left', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.open('Ben'), people.open('Cem')]);
  const { code } = await ann.createsRoom();
  await ben.joins(code);
  await exchangeWords(ann, ben);
  await cem.joins(code);
  await cem.meets('room_full');
  await ben.presses(words.talk.leave);
  await ben.page.getByRole('alertdialog').getByRole('button', { name: words.confirm.leave }).click();
  await ann.notices(words.talk.leftRoom);
  await ann.presses(words.talk.waitInRoom);
  await ann.sees(words.waiting.againHeading);
  await cem.presses(words.failed.retryEnter);
  await exchangeWords(ann, cem);
});

scenario('[K5] who reloads and opens the link again takes their own place', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.prepare('Ben')]);
  const { url } = await ann.createsRoom();
  await ben.opens(url);
  await exchangeWords(ann, ben);
  await ben.page.reload();
  await ben.opens(url);
  await ben.talks();
  await ben.writes('back again');
  await ann.notices('back again');
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

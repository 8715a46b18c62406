/** What the first load weighs, as a host that speaks brotli sends it. */
import { brotliCompressSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { expect } from 'vitest';
import { words } from './person.ts';
import { isCalled } from './room.ts';
import { scenario } from './scenario.ts';

/**
 * The brief asks for 200 kB. Counted is all that the page asks for by itself until the person is signed in: document,
 * style, font, icon, scripts, with the session and Firebase, which come after the first paint. React and Firebase alone
 * are 147 (docs/adr/0012). The limit is what there is, so that it does not grow unnoticed.
 */
const MOST_BYTES = 192_900;
/**
 * What it takes to meet somebody: who finds whom, connections, sealing, proofs. The page asks for it when the person is signed in, in
 * the background, and then for nothing more until somebody presses something (docs/adr/0015).
 */
const MEETING = /\/(browser-meeting|renewing|safety-number)-/;
const MOST_MEETING_BYTES = 20_700;
/** The list of rooms that this device knows, in the background too. What a room is made of comes when one is entered. */
const ROOMS = /\/browser-rooms-/;
const MOST_ROOMS_BYTES = 4000;
/** What files in rooms are made of. It comes when there is the first one, and not before. */
const FILES = /\/(browser-files|opfs\.worker|digesting\.worker)-/;
const MOST_FILES_BYTES = 28_000;

scenario('the first load stays light', async ({ people }) => {
  const ann = await people.prepare('Ann');
  const parts: Response[] = [];
  ann.page.on('response', (response) => parts.push(response));
  const whole = [/\/browser-meeting-/, ROOMS].map((part) => ann.page.waitForResponse((answer) => part.test(answer.url())));
  await ann.opens(people.url);
  await Promise.all(whole);
  const page = parts.filter((one) => !/\/__\/|googleapis/.test(new URL(one.url()).pathname));
  const sizes = await Promise.all(
    page.map(async (one) => [new URL(one.url()).pathname, brotliCompressSync(await one.body()).length] as const),
  );
  const sum = (some: typeof sizes) => some.reduce((total, [, bytes]) => total + bytes, 0);
  const of = (part: RegExp) => sizes.filter(([path]) => part.test(path));
  const first = sizes.filter(([path]) => !MEETING.test(path) && !ROOMS.test(path));
  const told = JSON.stringify(Object.fromEntries(sizes));
  expect(first.length, 'page, style, scripts and font').toBeGreaterThan(5);
  expect(sum(first), told).toBeLessThan(MOST_BYTES);
  expect(sum(of(MEETING)), told).toBeLessThan(MOST_MEETING_BYTES);
  expect(sum(of(ROOMS)), told).toBeLessThan(MOST_ROOMS_BYTES);
});

scenario('what files are made of comes with the first one', async ({ people }) => {
  const ann = await people.prepare('Ann');
  const parts = new Set<string>();
  ann.page.on('request', (request) => {
    if (FILES.test(request.url())) parts.add(request.url());
  });
  await ann.opens(people.url);
  await ann.createsRoom();
  await isCalled(ann);
  expect([...parts]).toEqual([]);
  const { attach, mine } = words.room.files;
  const file = { name: 'one.bin', mimeType: '', buffer: Buffer.from('one') };
  await ann.page.getByLabel(attach.files, { exact: true }).setInputFiles(file);
  await ann.page.getByText(attach.ready, { exact: true }).waitFor();
  await ann.composer.press('Enter');
  await ann.page.getByText(mine.nobody, { exact: true }).waitFor();
  const sizes = await Promise.all(
    [...parts].map(async (url) => brotliCompressSync(await (await ann.page.request.get(url)).body()).length),
  );
  expect(parts.size).toBeGreaterThan(1);
  expect(sizes.reduce((total, bytes) => total + bytes, 0), [...parts].join(' ')).toBeLessThan(MOST_FILES_BYTES);
});

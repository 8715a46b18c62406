/** What the first load weighs, as a host that speaks brotli sends it. */
import { brotliCompressSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { expect } from 'vitest';
import { scenario } from './scenario.ts';

/**
 * The brief asks for 200 kB. Counted is all that the page asks for by itself until the person is signed in: document,
 * style, font, icon, scripts, with the session and Firebase, which come after the first paint. That is everything
 * but the services' answers: nothing more comes until somebody presses something. React and Firebase alone are 147
 * (docs/adr/0012). The limit is what there is, so that it does not grow unnoticed; it only ever goes down.
 */
const MOST_BYTES = 198_500;

scenario('the first load stays light', async ({ people }) => {
  const ann = await people.prepare('Ann');
  const parts: Response[] = [];
  ann.page.on('response', (response) => parts.push(response));
  const signedIn = ann.page.waitForResponse((answer) => answer.url().includes('accounts:lookup'));
  await ann.opens(people.url);
  await signedIn;
  const page = parts.filter((one) => !/\/__\/|googleapis/.test(new URL(one.url()).pathname));
  const sizes = await Promise.all(
    page.map(async (one) => [new URL(one.url()).pathname, brotliCompressSync(await one.body()).length] as const),
  );
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  expect(sizes.length, 'page, style, scripts and font').toBeGreaterThan(5);
  expect(total, JSON.stringify(Object.fromEntries(sizes))).toBeLessThan(MOST_BYTES);
});

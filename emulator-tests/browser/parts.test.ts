/** Parts of the page that are not in the first load: what happens when the line breaks just then. */
import { expect } from 'vitest';
import { exchangeWords } from './person.ts';
import { scenario } from './scenario.ts';

scenario('the style of the conversation fails once: it is asked for again before anything is shown', async ({ people }) => {
  const ann = await people.open('Ann');
  const asked: string[] = [];
  await ann.page.route(/\/assets\/Talking-[^/]*\.css$/, (route) => {
    asked.push(route.request().url());
    return asked.length === 1 ? route.abort() : route.continue();
  });
  const ben = await people.open('Ben');
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
  expect(asked.length, 'the style was asked for').toBe(2);
  const place = await ann.composer.evaluate((field) => getComputedStyle(field).resize);
  expect(place, 'a text field that nobody styled has a handle').toBe('none');
});

import { expect } from 'vitest';
import { exchangeWords, type Person, words } from './person.ts';
import { type People, scenario } from './scenario.ts';

async function twoTalking(people: People): Promise<[Person, Person]> {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  return [ann, ben];
}

scenario('[C3] a message without a character is not sent, and the person is told', async ({ people }) => {
  const [ann, ben] = await twoTalking(people);
  await ann.writes('');
  await ann.page.getByRole('alert').getByText(words.refusals.empty).waitFor();
  await ann.writes('after nothing');
  await ben.hears('after nothing');
  expect(await said(ben)).toEqual(['Hello from Ann', 'Hello from Ben', 'after nothing']);
});

scenario('[C3] 10 000 characters arrive; 10 001 stay in the composer, with the reason', async ({ people }) => {
  const [ann, ben] = await twoTalking(people);
  const most = `${'lorem '.repeat(1_666)}!end`;
  expect([...most]).toHaveLength(10_000);
  await ann.writes(`${most}.`);
  await ann.page.getByRole('alert').getByText(words.refusals.too_long).waitFor();
  expect(await ann.composer.inputValue()).toBe(`${most}.`);
  await ann.writes(most);
  await ben.hears(most);
});

scenario('[V7] a character is a code point: 10 000 emoji arrive', async ({ people }) => {
  const [ann, ben] = await twoTalking(people);
  await ann.writes('🦜'.repeat(10_001));
  await ann.page.getByRole('alert').getByText(words.refusals.too_long).waitFor();
  await ann.writes('🦜'.repeat(10_000));
  await ben.hears('🦜'.repeat(10_000));
});

const TEXTS = [
  ['emoji with joiners, skin tones and flags', '👩🏽‍💻 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🇺🇳 ❤️‍🔥'],
  ['right to left', 'שלום, איך הולך?'],
  ['right to left with numbers and Latin in it', 'الموعد الساعة 10:30 في Café Ñandú'],
  ['combining marks', 'Z̷̟͑ä́lgo'],
  ['what looks like markup', '<img src=x onerror="alert(1)"> <b>bold</b> &amp;'],
  ['what looks like the protocol', '{"t":"bye"}'],
] as const;

scenario('text arrives as it was written, in its own direction', async ({ people }) => {
  const [ann, ben] = await twoTalking(people);
  for (const [, text] of TEXTS) {
    await ann.writes(text);
    await ben.hears(text);
  }
  const direction = (text: string) =>
    ben.page.getByRole('log').getByText(text, { exact: true }).evaluate((bubble) => getComputedStyle(bubble).direction);
  expect(await direction(TEXTS[1][1])).toBe('rtl');
  expect(await direction(TEXTS[2][1])).toBe('rtl');
  expect(await direction(TEXTS[0][1])).toBe('ltr');
});

scenario('lines of a message stay lines: Shift and Enter makes one', async ({ people }) => {
  const [ann, ben] = await twoTalking(people);
  await ann.composer.fill('one');
  await ann.composer.press('Shift+Enter');
  await ann.composer.pressSequentially('two');
  await ann.composer.press('Enter');
  await ben.page.getByRole('log').getByText('one\ntwo').waitFor();
  expect(await said(ben)).toContain('one\ntwo');
});

scenario('[C6] 1 000 messages in a burst arrive once each, in order', async ({ people }) => {
  const [ann, ben] = await twoTalking(people);
  const burst = Array.from({ length: 1_000 }, (_, n) => `message ${n}`);
  await ann.composer.evaluate(typeAndSendEach, burst);
  await ben.hears('message 999');
  expect((await said(ben)).slice(2)).toEqual(burst);
  expect((await said(ann)).slice(2)).toEqual(burst);
});

/** The texts of the conversation, without what Parley says in between. */
async function said(person: Person): Promise<string[]> {
  const between: readonly string[] = [words.talk.newLine, words.talk.today];
  return (await person.lines()).filter((line) => !between.includes(line));
}

/** Writes each text into the composer and presses Enter, as fast as the page takes it. */
async function typeAndSendEach(composer: Element, texts: readonly string[]): Promise<void> {
  const field = composer as HTMLTextAreaElement;
  // React watches the element's own setter, so the prototype's is used, as the browser does when one types.
  const type = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
  for (const text of texts) {
    type?.call(field, text);
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await Promise.resolve(); // React draws what was typed before the key is pressed.
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await Promise.resolve();
  }
}

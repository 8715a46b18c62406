/** Chromium and the Go peer on pion: two implementations of SPEC, one conversation. */
import { expect } from 'vitest';
import { type Bot, startBot } from '../harness/bot.ts';
import { breakOff, keepsChannels } from './line.ts';
import { type Person, words } from './person.ts';
import { copyOf, sees } from './room.ts';
import { type People, scenario as plain } from './scenario.ts';

/** Starts bots that end with the test. */
type Bots = { start(...flags: readonly string[]): Bot };

const scenario = plain.extend<{ bots: Bots }>({
  bots: async ({ people }, use) => {
    const started: Bot[] = [];
    await use({
      start: (...flags) => {
        const bot = startBot(people.url, ...flags);
        started.push(bot);
        return bot;
      },
    });
    await Promise.all(started.map((bot) => bot.leaves()));
  },
});

/** What the person writes comes back: it went to the bot and the bot's answer came. */
async function talkWithEcho(person: Person, bot: Bot): Promise<void> {
  await person.talks();
  await bot.tells('connected');
  for (const text of ['Hello', 'שלום 👩🏽‍💻', 'a\nb']) {
    await person.writes(text);
    await person.hears(text);
  }
  expect(await bot.tells('message')).toMatchObject({ text: 'Hello' });
}

/** The same in a room of many. */
async function talkWithEchoInRoom(person: Person): Promise<void> {
  await sees(person, 2);
  for (const text of ['Hello', 'שלום 👩🏽‍💻', 'a\nb']) {
    await person.writes(text);
    await person.hears(text);
  }
}

/** As {@link talkWithEcho}; then the connection breaks again and again, and each word comes back once. */
async function talkOnWithEcho(person: Person, bot: Bot): Promise<void> {
  await talkWithEcho(person, bot);
  const before = (await person.lines()).length;
  for (const text of ['one', 'two', 'three']) {
    await breakOff(person);
    await person.writes(text);
    await person.hears(text);
  }
  expect((await person.lines()).slice(before)).toEqual(['one', 'one', 'two', 'two', 'three', 'three']);
}

const open = (people: People) => people.open('Ann');

scenario('the bot waits, Chromium finds it', async ({ people, bots }) => {
  const bot = bots.start();
  await bot.tells('waiting');
  const ann = await open(people);
  await ann.looksForSomeone();
  await talkWithEcho(ann, bot);
  await ann.isConnected('direct');
});

scenario('Chromium waits, the bot finds it', async ({ people, bots }) => {
  const ann = await open(people);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await talkWithEcho(ann, bots.start());
  await ann.isConnected('direct');
});

scenario('the bot creates a room, Chromium opens its link', async ({ people, bots }) => {
  const bot = bots.start('--create');
  const { link } = await bot.tells('room');
  const ann = await people.prepare('Ann');
  await ann.opens(link ?? '');
  await talkWithEchoInRoom(ann);
});

scenario('Chromium creates a room, the bot enters by its code; it is heard to go', async ({ people, bots }) => {
  const ann = await open(people);
  const { code } = await ann.createsRoom();
  const bot = bots.start('--room', code);
  await bot.tells('in');
  await talkWithEchoInRoom(ann);
  await bot.leaves();
  await sees(ann, 1);
});

scenario('[M8] the bot and Chromium, as strangers, go on over one connection after another', async ({ people, bots }) => {
  const bot = bots.start();
  await bot.tells('waiting');
  const ann = await people.open('Ann', { before: keepsChannels });
  await ann.looksForSomeone();
  await talkOnWithEcho(ann, bot);
});

scenario('in a room their connection breaks again and again, and each word comes back once', async ({ people, bots }) => {
  const ann = await people.open('Ann', { before: keepsChannels });
  const { code } = await ann.createsRoom();
  await bots.start('--room', code).tells('in');
  await talkWithEchoInRoom(ann);
  const before = (await copyOf(ann)).length;
  for (const text of ['one', 'two']) {
    await breakOff(ann);
    await ann.writes(text);
    await ann.hears(text);
  }
  expect((await copyOf(ann)).slice(before).map(({ text }) => text)).toEqual(['one', 'one', 'two', 'two']);
});

scenario('TURN only, by the wish of the bot', async ({ people, bots }) => {
  const bot = bots.start('--relay-only');
  await bot.tells('waiting');
  const ann = await open(people);
  await ann.looksForSomeone();
  await talkWithEcho(ann, bot);
  await ann.isConnected('relayed');
});

scenario('[C5] the bot says goodbye, and hears one', async ({ people, bots }) => {
  const first = bots.start();
  await first.tells('waiting');
  const ann = await open(people);
  await ann.looksForSomeone();
  await talkWithEcho(ann, first);
  await first.leaves();
  await ann.notices(words.talk.left);

  const second = bots.start();
  await second.tells('waiting');
  await ann.presses(words.talk.findAnother);
  await talkWithEcho(ann, second);
  await ann.presses(words.talk.leave);
  await ann.page.getByRole('alertdialog').getByRole('button', { name: words.confirm.leave }).click();
  await second.tells('left');
});

scenario('[M9] the bot dies in the middle: looked for, then lost, and the words stay', async ({ people, bots }) => {
  const bot = bots.start();
  await bot.tells('waiting');
  const ann = await people.open('Ann', { clock: true });
  await ann.looksForSomeone();
  await talkWithEcho(ann, bot);
  bot.dies();
  await ann.notices(words.talk.reconnecting, 45_000);
  await ann.page.clock.fastForward('05:01');
  await ann.notices(words.talk.lost, 10_000);
  await ann.hears('Hello');
  await ann.presses(words.talk.lookAgain);
  await ann.waitsForStranger();
}, 90_000);

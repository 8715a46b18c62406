/** What a device keeps of its rooms, and what it does not. */
import { expect } from 'vitest';
import { exchangeWords, PATIENCE_MS, type Person, words } from './person.ts';
import { gathered, hearsFrom, listed, opensAbout, sees } from './room.ts';
import { type People, scenario } from './scenario.ts';

const { room } = words;
const SECRET = 'the parrot flies at noon';

scenario('the next day the room is in the list with its words, one press leads back; nothing is in plain text', async ({
  people,
}) => {
  const { members } = await gathered(people, ['Ann', 'Ben']);
  const [ann, ben] = members as [Person, Person];
  await ben.writes(SECRET);
  await hearsFrom(ann, 'Ben', SECRET);
  const again = await people.openTab(ben, 'Ben again');
  const seesCard = async () => {
    await again.opens(people.url);
    return listed(again).innerText();
  };
  await expect.poll(seesCard, { timeout: PATIENCE_MS }).toContain(SECRET); // it is written a moment later
  await ben.closesTheTab();
  await ann.writes('while you sleep');
  expect((await stored(again)).filter(isOfRoom), 'what was said, and the way back').not.toEqual([]);
  expect((await stored(again)).filter(isPlain)).toEqual([]);
  await listed(again).click();
  await hearsFrom(again, room.you, SECRET);
  await hearsFrom(again, 'Ann', 'while you sleep');
  await exchangeWords(ann, again);
});

scenario('who keeps nothing has nothing the next day', async ({ people }) => {
  const { members } = await gathered(people, ['Ann', 'Ben']);
  const [ann, ben] = members as [Person, Person];
  const about = await opensAbout(ben);
  await about.getByText(room.settings.kept, { exact: true }).click();
  await ben.page.keyboard.press('Escape');
  await ann.writes(SECRET);
  await hearsFrom(ben, 'Ann', SECRET);
  await ben.closesTheTab();
  const again = await people.openTab(ben, 'Ben again');
  expect((await stored(again)).filter((row) => isOfRoom(row) || isPlain(row))).toEqual([]);
  expect(await listed(again).count()).toBe(0);
});

scenario('what is kept is gone when the room is forgotten', async ({ people }) => {
  const ann = await people.open('Ann');
  await ann.createsRoom();
  await ann.writes(SECRET);
  await expect.poll(async () => (await stored(ann)).filter(isOfRoom)).not.toEqual([]);
  const about = await opensAbout(ann);
  await about.getByRole('button', { name: room.settings.forget, exact: true }).click();
  await ann.page.getByRole('alertdialog').getByRole('button', { name: room.forget.yes, exact: true }).click();
  await ann.sees(words.start.heading);
  expect(await listed(ann).count()).toBe(0);
  await expect.poll(async () => (await stored(ann)).filter(isOfRoom)).toEqual([]);
});

scenario('two tabs of one browser: the room moves to the second, and back', async ({ people }) => {
  const [ann, ben] = await twoTalking(people);
  const tab = await people.openTab(ben, 'Ben');
  await listed(tab).click();
  await ben.meets('open_elsewhere');
  await exchangeWords(ann, tab);
  await ben.presses(words.failed.retryEnter);
  await tab.meets('open_elsewhere');
  await hearsFrom(ben, room.you, 'Hello from Ben');
  await Promise.all([sees(ann, 2), sees(ben, 2)]);
  await ben.writes('here again');
  await ann.hears('here again');
});

async function twoTalking(people: People): Promise<[Person, Person]> {
  const { members } = await gathered(people, ['Ann', 'Ben']);
  const [ann, ben] = members as [Person, Person];
  await exchangeWords(ann, ben);
  return [ann, ben];
}

/** All that the page's databases and storages hold: the name of the store, and the bytes or text as they are. */
async function stored(person: Person): Promise<readonly string[]> {
  return person.page.evaluate(async () => {
    const found: string[] = Object.values(localStorage).concat(Object.values(sessionStorage)).map(String);
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('no reason')));
      });
    const say = (value: unknown): string => {
      if (value instanceof ArrayBuffer) return String.fromCodePoint(...new Uint8Array(value));
      if (ArrayBuffer.isView(value)) return say(value.buffer);
      if (typeof value !== 'object' || value === null) return String(value);
      return Object.entries(value).map(([name, each]) => `${name}=${say(each)}`).join(' ');
    };
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const rows: unknown[] = await done(database.transaction(store).objectStore(store).getAll());
        found.push(...rows.map((row) => `${store} ${say(row)}`));
      }
      database.close();
    }
    return found;
  });
}

/** Whether it is of a room: how it is entered, or what was said in it. */
const isOfRoom = (row: string) => /^(rooms|segments) /.test(row);

/** Whether somebody who reads the disk would read what was said. */
const isPlain = (row: string) => row.includes('parrot');

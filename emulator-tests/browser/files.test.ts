/** Files in a room of two browsers: what one of them attaches the other one has, byte by byte. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { parleyBinary } from '../harness/parley-run.ts';
import { isCalled, sees } from './room.ts';
import { PATIENCE_MS, type Person, words } from './person.ts';
import { type People, scenario as plain } from './scenario.ts';

const mib = 2 ** 20;
const { files } = words.room;

/** A picture of one point. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64',
);

/** A file on the disk, and the digest of what is in it. */
type Made = { readonly path: string; readonly digest: string };
type Disk = { readonly folder: string; make(name: string, bytes: Buffer): Promise<Made> };

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const scenario = plain.extend<{ disk: Disk }>({
  disk: async ({ people: _people }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-files-'));
    await use({
      folder,
      async make(name, bytes) {
        const path = join(folder, name);
        await writeFile(path, bytes);
        return { path, digest: digestOf(bytes) };
      },
    });
    await rm(folder, { recursive: true });
  },
});

/** What is saved is among the downloads then: nobody can answer a question of the browser's. */
const before = () => {
  Reflect.deleteProperty(globalThis, 'showSaveFilePicker');
  Reflect.deleteProperty(globalThis, 'showDirectoryPicker');
};

/** Runs a program of files beside the browser, to its end. It fails when the program says that it did. */
async function parley(people: People, ...args: readonly string[]): Promise<void> {
  const [command = '', ...rest] = args;
  await promisify(execFile)(parleyBinary(), [command, '-api', new URL('/api', people.url).href, ...rest], { timeout: 60_000 });
}

/** Two people in a room. */
async function two(people: People): Promise<[Person, Person]> {
  const ann = await people.prepare('Ann', { before });
  const ben = await people.prepare('Ben', { before });
  await ann.opens(people.url);
  const { url } = await ann.createsRoom();
  await isCalled(ann);
  await ben.opens(url);
  await isCalled(ben);
  await Promise.all([ann, ben].map((one) => sees(one, 2)));
  return [ann, ben];
}

async function sends(person: Person, { path }: Made): Promise<void> {
  await person.page.getByLabel(files.attach.files, { exact: true }).setInputFiles(path);
  await person.page.getByText(files.attach.ready, { exact: true }).waitFor();
  await person.composer.press('Enter');
}

/** The message with a file of this name. */
const card = (person: Person, name: string): Locator => person.page.getByRole('log').getByRole('article').filter({ hasText: name });

const gets = (person: Person, name: string) => card(person, name).getByRole('button', { name: files.get, exact: true }).click();

const isHere = (person: Person, name: string, within = PATIENCE_MS) =>
  card(person, name).getByText(files.here, { exact: true }).waitFor({ timeout: within });

/** The digest of what a person saves. */
async function saved(person: Person, name: string): Promise<string> {
  const download = person.page.waitForEvent('download');
  await card(person, name).getByRole('button', { name: files.save, exact: true }).click();
  const hash = createHash('sha256');
  for await (const part of await (await download).createReadStream()) hash.update(part as Buffer);
  return hash.digest('hex');
}

/** How much of it has come, from 0 to 1; 0 while no bar is there. */
async function share(person: Person, name: string): Promise<number> {
  const bar = card(person, name).getByRole('progressbar', { name: files.progress });
  const [now, most] = await bar.evaluate((one) => [one.ariaValueNow, one.ariaValueMax], null, { timeout: 1000 }).catch(() => [null, null]);
  return Number(now ?? 0) / Number(most ?? 1);
}

scenario('a file comes whole, and its sender sees it', async ({ people, disk }) => {
  const [ann, ben] = await two(people);
  const made = await disk.make('five.bin', randomBytes(5 * mib));
  await sends(ann, made);
  await gets(ben, 'five.bin');
  await isHere(ben, 'five.bin');
  expect(await saved(ben, 'five.bin')).toBe(made.digest);
  await card(ann, 'five.bin').getByText(files.mine.has('Ben', 1)).waitFor();
});

scenario('a picture is shown', async ({ people, disk }) => {
  const [ann, ben] = await two(people);
  await sends(ann, await disk.make('dot.png', png));
  await gets(ben, 'dot.png');
  for (const one of [ann, ben]) {
    const picture = card(one, 'dot.png').getByRole('img', { name: files.preview('dot.png') });
    await picture.waitFor();
    expect(await picture.evaluate((img) => (img as HTMLImageElement).decode().then(() => (img as HTMLImageElement).naturalWidth))).toBe(1);
  }
});

scenario('a page that is loaded again in the middle goes on, and words go between', { timeout: 120_000 }, async ({ people, disk }) => {
  const [ann, ben] = await two(people);
  const made = await disk.make('large.bin', randomBytes(48 * mib));
  await sends(ann, made);
  await gets(ben, 'large.bin');
  await expect.poll(() => share(ben, 'large.bin'), { timeout: 60_000, interval: 50 }).toBeGreaterThan(0.2);
  await ann.writes('Does it come?');
  await ben.hears('Does it come?');
  const reached = await share(ben, 'large.bin');
  expect(reached, 'it is in the middle').toBeGreaterThan(0);
  await ben.page.reload();
  await expect.poll(() => share(ben, 'large.bin'), { timeout: PATIENCE_MS, interval: 20 }).toBeGreaterThan(0);
  expect(await share(ben, 'large.bin'), 'it does not begin anew').toBeGreaterThanOrEqual(reached);
  await isHere(ben, 'large.bin', 60_000);
  expect(await saved(ben, 'large.bin')).toBe(made.digest);
  await card(ann, 'large.bin').getByText(files.mine.has('Ben', 1)).waitFor();
});

scenario('a terminal sends, and gets what a browser sends', { timeout: 120_000 }, async ({ people, disk }) => {
  const ann = await people.prepare('Ann', { before });
  await ann.opens(people.url);
  const { url } = await ann.createsRoom();
  await isCalled(ann);
  const theirs = await disk.make('theirs.bin', randomBytes(5 * mib));
  const sent = parley(people, 'send', '-room', url, theirs.path);
  await gets(ann, 'theirs.bin');
  await isHere(ann, 'theirs.bin');
  expect(await saved(ann, 'theirs.bin')).toBe(theirs.digest);
  // It ends when somebody has all of it.
  await sent;
  const ours = await disk.make('ours.bin', randomBytes(5 * mib));
  const into = join(disk.folder, 'into');
  await sends(ann, ours);
  await card(ann, 'ours.bin').waitFor();
  // It ends when it has all that was sent: also what has come to Ann, whose sender is gone.
  await parley(people, 'receive', '-yes', '-wait', '30s', '-into', into, url);
  for (const { path, digest } of [theirs, ours]) {
    expect(digestOf(await readFile(join(into, path.slice(disk.folder.length + 1))))).toBe(digest);
  }
});

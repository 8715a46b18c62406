/** Files as a browser keeps them: through workers, its own files and its database, over reloads, and when it is full. */
import { createHash } from 'node:crypto';
import { chromium, type Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Page, StorageName } from './files/page.ts';
import { type Site, serveSite } from './files/site.ts';

declare const files: Page;

let site: Site;
beforeAll(async () => {
  site = await serveSite();
});
afterAll(() => site.stop());

const MIB = 2 ** 20;
/** One that takes several blocks, an empty one, a short one. */
const SIZES = [5 * MIB + 1, 0, 3];
const STORAGES: readonly StorageName[] = ['files', 'pieces'];

/** A tab of a browser that has kept nothing yet. */
async function withTab(use: (tab: Tab) => Promise<void>): Promise<void> {
  const browser = await chromium.connect(inject('chromiumEndpoint'));
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    await open(tab);
    await use(tab);
  } finally {
    await context.close();
    await browser.close();
  }
}

async function open(tab: Tab): Promise<void> {
  await tab.goto(site.url);
  await tab.waitForFunction(() => 'files' in globalThis);
}

for (const storage of STORAGES) {
  test(`${storage}: what was kept is there after a reload, the rest comes, and all of it is what was sent`, () => withTab(async (tab) => {
    const said = await tab.evaluate((sizes) => files.send(sizes), SIZES);
    expect(said.told.at(-1)).toBe(SIZES.reduce((sum, size) => sum + size, 0));
    expect(await tab.evaluate((name) => files.keep(name), storage)).toBe('');
    await tab.evaluate(() => files.give(1, 9));
    await open(tab);
    expect(await tab.evaluate((name) => files.sets(name), storage)).toEqual([said.root]);
    const there = await tab.evaluate(([root, name]) => files.resume(root, name), [said.root, storage] as const);
    expect(there).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await tab.evaluate(() => files.wrong())).toEqual([]);
    expect((await tab.evaluate((sizes) => files.send(sizes), SIZES)).root).toBe(said.root);
    await tab.evaluate((end) => files.give(9, end), said.blocks);
    expect(await tab.evaluate(() => files.finish())).toEqual(said.sums);
    expect(await tab.evaluate(() => files.wrong()), 'served after it was finished').toEqual([]);
    await tab.evaluate(() => files.discard());
    expect(await tab.evaluate((name) => files.sets(name), storage)).toEqual([]);
  }));
}

test('a file that is here goes to the downloads', () => withTab(async (tab) => {
  const { sums, blocks } = await tab.evaluate((sizes) => files.send(sizes), [2 * MIB]);
  await tab.evaluate(() => files.keep('files'));
  await tab.evaluate((end) => files.give(1, end), blocks);
  await tab.evaluate(() => files.finish());
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.evaluate(() => files.save())]);
  expect(download.suggestedFilename()).toBe('0.bin');
  const saved = createHash('sha256');
  for await (const bytes of await download.createReadStream()) saved.update(bytes as Uint8Array);
  expect(saved.digest('hex')).toBe(sums[0]);
}));

test('what is saved into a folder is written over nothing, and has names that every disk takes', () => withTab(async (tab) => {
  const paths = ['a.txt', 'trip/con', 'trip/x?', 'trip/x*', 'more/y/z'];
  expect(await tab.evaluate(([names, there]) => files.saveInto(names, there), [paths, ['a.txt', 'trip']] as const)).toEqual(
    ['a (2).txt', 'a.txt', 'more/y/z', 'trip', 'trip (2)/_con', 'trip (2)/x_', 'trip (2)/x_ (2)'],
  );
}));

test('what the disk lost after it was written is missed', () => withTab(async (tab) => {
  const { root } = await tab.evaluate((sizes) => files.send(sizes), [2 * MIB]);
  await tab.evaluate(() => files.keep('files'));
  await tab.evaluate(() => files.give(1, 5));
  await open(tab);
  await tab.evaluate(async (name) => {
    const all = await (await navigator.storage.getDirectory()).getDirectoryHandle('parley-files');
    const file = await (await all.getDirectoryHandle(name)).getFileHandle('0');
    const writable = await file.createWritable({ keepExistingData: true });
    await writable.write({ type: 'write', position: 2 * 262_128 + 5, data: new Uint8Array(1) });
    await writable.close();
  }, root);
  expect(await tab.evaluate((name) => files.resume(name, 'files'), root)).toEqual([0, 1, 2, 4]);
}));

test('another tab may have a set when this one lets go of it', () => withTab(async (tab) => {
  const { root } = await tab.evaluate((sizes) => files.send(sizes), [MIB]);
  await tab.evaluate(() => files.keep('files'));
  await tab.evaluate(() => files.give(1, 3));
  const other = await tab.context().newPage();
  await open(other);
  const resumed = other.evaluate((name) => files.resume(name, 'files'), root);
  await tab.evaluate(() => files.close());
  expect(await resumed).toEqual([0, 1, 2]);
}));

test('a browser without room says how much it needs', () => withTab(async (tab) => {
  const cdp = await tab.context().newCDPSession(tab);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(site.url).origin, quotaSize: MIB });
  await tab.evaluate((sizes) => files.send(sizes), [4 * MIB]);
  await tab.evaluate(() => files.keep('files'));
  const failed = await tab.evaluate(() => files.give(1, 17).then(() => '', String));
  expect(failed).toContain('no_space');
}));

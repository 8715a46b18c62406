/** Browsers that lack something. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { expect } from 'vitest';
import { CHROMIUM_FLAGS, chromiumPath } from '../harness/chromium.ts';
import { exchangeWords, Person, words } from './person.ts';
import { isCalled, listed, opensMember, sees } from './room.ts';
import { scenario } from './scenario.ts';

scenario('storage and cookies are blocked: two still talk, and the settings say what it means', async ({ people }) => {
  await withBlockedStorage(async (profile) => {
    const ann = people.add(new Person('Ann', profile, profile.pages()[0] ?? (await profile.newPage())));
    await ann.opens(people.url);
    expect(await ann.page.evaluate(storageWorks), 'the browser blocks storage').toBe(false);
    await ann.presses(words.settings.open);
    await ann.page.getByText(words.settings.notStored).waitFor();
    await ann.page.getByRole('dialog').getByRole('button', { name: words.settings.close }).click();
    const ben = await people.open('Ben');
    await ann.looksForSomeone();
    await ben.looksForSomeone();
    await exchangeWords(ann, ben);
  });
});

scenario('storage that throws, all of it: two still talk', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann', { before: everyStorageThrows }), people.open('Ben')]);
  await ann.looksForSomeone();
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
});

scenario('a browser without WebRTC is told so at once', async ({ people }) => {
  const ann = await people.prepare('Ann', {
    before: () => Reflect.deleteProperty(globalThis, 'RTCPeerConnection'),
  });
  await ann.page.goto(people.url);
  await ann.page.getByRole('heading', { level: 1 }).waitFor();
  expect(await ann.page.getByRole('heading', { level: 1 }).innerText()).toBe(words.failed.words.browser_too_old.title);
});

scenario('a device that is offline is told so, and one click is the way back', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.prepare('Ann'), people.open('Ben')]);
  // All parts of the page are there when it signs in.
  const signedIn = ann.page.waitForResponse((answer) => answer.url().includes('accounts:'));
  await ann.opens(people.url);
  await signedIn;
  await ann.context.setOffline(true);
  await ann.looksForSomeone();
  await ann.meets('offline');
  await ann.context.setOffline(false);
  await ann.presses(words.failed.retryFind);
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
  // What could not be loaded while it was offline is there now: the composer is at the bottom, as always.
  expect((await ann.composer.boundingBox())?.y).toBeGreaterThan(600);
});

scenario('a page whose parts do not load says so, and one click is the way back', async ({ people }) => {
  const ann = await people.prepare('Ann');
  await ann.page.route('**/__/firebase/init.json', (route) => route.abort());
  await ann.page.goto(people.url);
  await ann.sees(words.down.title);
  await ann.page.unroute('**/__/firebase/init.json');
  await ann.presses(words.failed.reload);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
});

scenario('a page that cannot load what it takes to meet somebody says so, and one click is the way back', async ({ people }) => {
  const ann = await people.prepare('Ann');
  await ann.page.route('**/browser-meeting-*', (route) => route.abort());
  await ann.opens(people.url);
  await ann.looksForSomeone();
  await ann.meets('function_unavailable');
  await ann.page.unroute('**/browser-meeting-*');
  await ann.presses(words.failed.retryFind);
  await ann.waitsForStranger();
});

scenario('[H1] without X25519 and Ed25519 in WebCrypto: strangers, rooms, and the device is known again', async ({ people }) => {
  const [old, neu] = await Promise.all([people.prepare('Old', { before: lacksCurves }), people.open('New')]);
  const standIns = new Set<Person>();
  for (const one of [old, neu]) one.page.on('response', (answer) => /\/noble-/.test(answer.url()) && standIns.add(one));
  await old.opens(people.url);
  await Promise.all([old.looksForSomeone(), neu.looksForSomeone()]);
  await exchangeWords(old, neu);
  expect([...standIns], 'only the old one loads what stands in').toEqual([old]);
  await Promise.all([old.opens(people.url), neu.opens(people.url)]);
  const { url } = await neu.createsRoom();
  await old.joins(url);
  await isCalled(old);
  await exchangeWords(old, neu);
  const about = await opensMember(neu, 'Old');
  await about.getByRole('button', { name: words.safety.match, exact: true }).click();
  await about.getByText(words.room.member.verifiedText).waitFor();
  await old.opens(people.url);
  await sees(neu, 1);
  await listed(old).click();
  await sees(neu, 2);
  await exchangeWords(old, neu);
  await about.getByText(words.room.member.verifiedText).waitFor();
});

/** A Chromium of its own whose settings block all cookies, and with them every storage. */
async function withBlockedStorage(use: (profile: BrowserContext) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-profile-'));
  await mkdir(path.join(folder, 'Default'));
  const block = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(path.join(folder, 'Default', 'Preferences'), JSON.stringify(block));
  const profile = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    args: CHROMIUM_FLAGS,
  });
  try {
    await use(profile);
  } finally {
    await profile.close();
    await rm(folder, { recursive: true });
  }
}

function storageWorks(): boolean {
  try {
    return localStorage.length >= 0;
  } catch {
    return false;
  }
}

/** Stricter than any browser: no storage of any kind may even be looked at. */
function everyStorageThrows(): void {
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore']) {
    Object.defineProperty(globalThis, name, {
      get() {
        throw new DOMException('blocked by the test', 'SecurityError');
      },
    });
  }
}

/** WebCrypto as it was before it had these curves, and as it refuses what it does not know. */
function lacksCurves(): void {
  const missing = new Set(['X25519', 'Ed25519']);
  const methods = SubtleCrypto.prototype as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const name of ['generateKey', 'importKey', 'sign', 'verify', 'deriveBits']) {
    const method = methods[name];
    methods[name] = function refusing(this: unknown, ...args: unknown[]) {
      const named = args.map((one) => (typeof one === 'object' && one !== null && 'name' in one ? one.name : one));
      if (named.some((one) => missing.has(one as string))) {
        return Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'));
      }
      return method?.apply(this, args) ?? Promise.reject(new TypeError('no such method'));
    };
  }
}

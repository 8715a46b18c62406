/** A test with people in it: opened when asked for, gone when it ends, and nothing left in the store. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import type { Lane } from '../harness/browser-setup.ts';
import { clearStore, type StoreAddress } from '../harness/store.ts';
import { Person } from './person.ts';

/** Where failed scenarios and the screens leave their pictures; not in git. */
export const PICTURES = fileURLToPath(new URL('../screenshots/', import.meta.url));

/** What a person's browser is like, beyond the usual. */
export type PersonOptions = {
  /** Runs in the page before anything of Parley does, with `given`. */
  readonly before?: (given: string) => void;
  readonly given?: string;
  /** A clock that the test can put forward; else it runs as all do. */
  readonly clock?: boolean;
  readonly context?: BrowserContextOptions;
};

/** The people of one test. */
export type People = {
  /** Opens a browser context with one tab, at Parley's first screen. */
  open(name: string, options?: PersonOptions): Promise<Person>;
  /** The same without opening a page yet; for a person who begins with a link. */
  prepare(name: string, options?: PersonOptions): Promise<Person>;
  /** Another tab of somebody's browser. */
  openTab(of: Person, name: string): Promise<Person>;
  /** Takes over somebody that the test made itself. */
  add(person: Person): Person;
  /** Parley's address. */
  readonly url: string;
};

let browser: Promise<Browser> | undefined;
/** One connection to the shared Chromium for each test file; it ends with the file's process. */
const connect = () => (browser ??= chromium.connect(inject('chromiumEndpoint')));

/** The Parley of this file's worker. */
export function lane(): Lane {
  const found = inject('lanes')[Number(process.env.VITEST_POOL_ID) - 1];
  if (!found) throw new Error('scenario: more workers than Parleys');
  return found;
}

/** A test against the Parley that the files of this worker share. */
export const scenario = test.extend<{ people: People }>({
  people: async ({ task }, use) => {
    const { url, store } = lane();
    await withPeople(url, store, task.name, () => task.result?.state === 'fail', use);
  },
});

/** Gives people to `use`, for a test that has a Parley of its own at `url`. */
export async function withPeople(
  url: string,
  store: StoreAddress,
  title: string,
  failed: () => boolean,
  use: (people: People) => Promise<void>,
): Promise<void> {
  const everybody: Person[] = [];
  const contexts = new Set<BrowserContext>();
  const add = (person: Person) => {
    everybody.push(person);
    contexts.add(person.context);
    return person;
  };
  const prepare = async (name: string, options: PersonOptions = {}) => {
    const context = await (await connect()).newContext({ viewport: { width: 1280, height: 800 }, ...options.context });
    if (options.before) await context.addInitScript(options.before, options.given ?? '');
    const page = await context.newPage();
    if (options.clock) await page.clock.install();
    return add(new Person(name, context, page));
  };
  const opened = async (person: Person) => {
    await person.opens(url);
    return person;
  };
  await use({
    url,
    add,
    prepare,
    open: async (name, options) => opened(await prepare(name, options)),
    openTab: async (of, name) => opened(add(new Person(name, of.context, await of.context.newPage()))),
  });
  if (failed()) await photograph(title, everybody);
  await Promise.all([...contexts].map((context) => context.close()));
  await clearStore(store);
  expect(everybody.flatMap(({ uncaught }) => uncaught), 'errors that no page caught').toEqual([]);
}

/** What everybody saw when it failed. */
async function photograph(title: string, everybody: readonly Person[]): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  const place = title.replace(/[^\w]+/g, '-').slice(0, 80);
  for (const { name, page } of everybody) {
    if (!page.isClosed()) await page.screenshot({ path: `${PICTURES}failed-${place}-${name}.png` });
  }
}

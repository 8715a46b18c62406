import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { CHROMIUM_FLAGS, chromiumPath } from './chromium.ts';
import { startParley } from './parley-run.ts';
import { storeOf, type StoreAddress } from './store.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The page of the Parley that the files share. */
    parleyUrl: string;
    /** Its documents. */
    store: StoreAddress;
    /** Where the shared Chromium can be connected to. */
    chromiumEndpoint: string;
  }
}

/** Vitest's globalSetup of the browser tests: one Parley and one Chromium for all files; returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const executablePath = chromiumPath();
  const parley = await startParley();
  const browser = await chromium.launchServer({ executablePath, args: CHROMIUM_FLAGS });
  project.provide('parleyUrl', parley.url);
  project.provide('store', await storeOf(parley.url, parley.service('firestore').url));
  project.provide('chromiumEndpoint', browser.wsEndpoint());
  return async () => {
    await browser.close();
    await parley.stop();
  };
}

import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { serveSite } from '../contract/site.ts';
import { CHROMIUM_FLAGS, chromiumPath } from './chromium.ts';
import { startParley } from './parley-run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether Firestore is the official emulator, some of whose faults tests name. */
    official: boolean;
    /** The page that has the SDK. */
    sdkUrl: string;
  }
}

/** Vitest's globalSetup of the contract tests: emulators, one Chromium and one site for all files; returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const executablePath = chromiumPath();
  const [parley, site] = await Promise.all([startParley({ without: ['turn', 'function', 'web', 'front'] }), serveSite()]);
  const browser = await chromium.launchServer({ executablePath, args: CHROMIUM_FLAGS });
  const host = new URL(parley.service('firestore').url).host;
  project.provide('firestoreHost', host);
  project.provide('official', !(await hasAuth(host)));
  project.provide('authHost', new URL(parley.service('auth').url).host);
  project.provide('sdkUrl', site.url);
  project.provide('chromiumEndpoint', browser.wsEndpoint());
  return async () => {
    await browser.close();
    site.stop();
    await parley.stop();
  };
}

/** Whether Auth is on the same port: so it is with ours, and not with the official emulator. */
async function hasAuth(host: string): Promise<boolean> {
  const signUp = `http://${host}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=none`;
  return (await fetch(signUp, { method: 'POST', body: '{}' })).ok;
}

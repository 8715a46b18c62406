import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { CHROMIUM_FLAGS, chromiumPath } from './chromium.ts';
import { LANES } from './lanes.ts';
import { type Liar, startLiar } from './liar.ts';
import { type Parley, startParley } from './parley-run.ts';
import { storeOf, type StoreAddress } from './store.ts';

/** A Parley: the page, and its documents. */
export type Lane = { readonly url: string; readonly store: StoreAddress };

declare module 'vitest' {
  interface ProvidedContext {
    /** A Parley for each worker: strangers of two files must not find each other. */
    lanes: readonly Lane[];
    /** Where the shared Chromium can be connected to. */
    chromiumEndpoint: string;
  }
}

/** Vitest's globalSetup of the browser tests: the Parleys, and one Chromium for all files; returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const executablePath = chromiumPath();
  // One after the other: the first may build the page.
  const parleys: Parley[] = [];
  for (let lane = 0; lane < LANES; lane++) parleys.push(await startParley());
  const recorders = process.env.FIRESTORE_EMULATOR_HOST || process.env.PARLEY_FIRESTORE === 'official'
    ? [] // what the official emulator tells its administrator is another question
    : await Promise.all(parleys.map(recorderOf));
  const browser = await chromium.launchServer({ executablePath, args: CHROMIUM_FLAGS });
  project.provide('lanes', await Promise.all(parleys.map(laneOf)));
  project.provide('chromiumEndpoint', browser.wsEndpoint());
  return async () => {
    await browser.close();
    for (const recorder of recorders) await searched(recorder);
    await Promise.all(parleys.map((parley) => parley.stop()));
  };
}

/** Keeps all that the tests of a lane write, to search it in the end for what a store must not hold. */
async function recorderOf(parley: Parley): Promise<Liar> {
  const { host, projectId } = await storeOf(parley.url, parley.service('firestore').url);
  return startLiar('record', '-left', host, '-project', projectId);
}

/** Fails the run if anything was found. An error thrown here would not: Vitest only prints it. */
async function searched(recorder: Liar): Promise<void> {
  try {
    await recorder.stops();
    process.stdout.write(`The store of a lane: ${JSON.stringify(await recorder.tells('searched'))}\n`);
  } catch (error) {
    process.stderr.write(`The store of a lane: ${String(error)}\n`);
    process.exitCode = 1;
  }
}

async function laneOf(parley: Parley): Promise<Lane> {
  return { url: parley.url, store: await storeOf(parley.url, parley.service('firestore').url) };
}

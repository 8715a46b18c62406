// Measures the app in two Chromiums behind gates, each in a network of its own. `parley bench namespaces` runs it:
//
//	node gates.mjs MIDDLE PARLEY RUNS
//
// with the paths of the two programs, and reads from its output a JSON object for each cell, times in milliseconds.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { echoOn, roundTrips } from './bare.mjs';
import { observe } from './observe.mjs';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--ignore-certificate-errors', // the middle's are nobody's
];
const GATES = ['port-restricted', 'symmetric', 'no UDP', 'only TLS on 443'];
const WARM_UP = 1;
const PATIENCE_MS = 40_000;
const TRIPS = 20;

const [middle, parley, runs] = process.argv.slice(2);
const folder = await mkdtemp(path.join(tmpdir(), 'parley-chromium-'));
try {
  for (const gate of GATES) {
    await inWorld(gate, async (url, browsers) => {
      for (const relayOnly of [false, true]) {
        const samples = await measure(url, browsers, relayOnly, Number(runs));
        const browser = `Chromium ${browsers[0].version()}`;
        process.stdout.write(`${JSON.stringify({ browser, gate, relayOnly, ...samples })}\n`);
      }
    });
  }
} finally {
  await rm(folder, { recursive: true });
}

/** Gives `use` a running world: Parley's address in it, and a Chromium on either side. */
async function inWorld(gate, use) {
  const child = spawn(middle, ['-first', gate, '-second', gate, '-parley', parley], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout });
  const told = await Promise.race([new Promise((resolve) => lines.once('line', resolve)), ended]);
  if (typeof told !== 'string') throw new Error(`middle ended with ${told}`);
  const world = JSON.parse(told);
  const browsers = await Promise.all([launchIn(world.first), launchIn(world.second)]);
  try {
    await use(world.url, browsers);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    child.stdin.end();
    await ended;
  }
}

async function launchIn(namespace) {
  const executablePath = path.join(folder, namespace);
  await writeFile(executablePath, `#!/bin/sh\nexec ip netns exec ${namespace} '${CHROMIUM}' "$@"\n`);
  await chmod(executablePath, 0o755);
  return chromium.launch({ executablePath, args: FLAGS });
}

async function measure(url, browsers, relayOnly, count) {
  const samples = { setup: [], trips: [], relayed: 0, failures: {} };
  for (let run = -WARM_UP; run < count; run += 1) {
    const pages = await Promise.all(browsers.map((browser) => person(browser, url, relayOnly)));
    const met = await meet(pages);
    if (run >= 0) {
      if (met.failure !== undefined) samples.failures[met.failure] = (samples.failures[met.failure] ?? 0) + 1;
      else {
        samples.setup.push(met.setup);
        samples.trips.push(...met.trips);
        samples.relayed += met.relayed ? 1 : 0;
      }
    }
    await Promise.all(pages.map((page) => page.context().close()));
  }
  return samples;
}

/** Somebody on the start screen, signed in. */
async function person(browser, url, relayOnly) {
  const context = await browser.newContext();
  await context.addInitScript(observe);
  const page = await context.newPage();
  await Promise.all([page.waitForResponse((answer) => answer.url().includes('accounts:lookup')), page.goto(url)]);
  if (relayOnly) {
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Hide my address', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  }
  return page;
}

async function meet([first, second]) {
  const find = (page) => page.getByRole('button', { name: 'Find someone', exact: true }).click();
  await Promise.all([first.waitForResponse((answer) => answer.url().includes('/api/quick-match')), find(first)]);
  await first.waitForFunction(() => window.observed.reads > 0);
  await find(second);
  const opened = (page) => page.waitForFunction(() => window.observed.proved > 0, undefined, { timeout: PATIENCE_MS });
  try {
    await Promise.all([opened(first), opened(second)]);
  } catch {
    return { failure: await second.getByRole('heading', { level: 1 }).innerText() };
  }
  const badge = second.getByRole('heading', { level: 1 });
  await badge.filter({ hasText: /Direct|Relayed/ }).waitFor();
  const [one, other] = await Promise.all([first, second].map((page) => page.evaluate(() => ({ ...window.observed, channel: undefined }))));
  const text = 'parley '.repeat(15).slice(0, 100);
  const frame = JSON.stringify({ t: 'chat', text });
  await onChannel(first, echoOn, frame.slice(0, 12));
  const trips = await onChannel(second, roundTrips, frame, TRIPS, 1);
  return {
    setup: Math.max(one.opened, other.opened) - other.clicked,
    trips: trips.map((microseconds) => microseconds / 1000),
    relayed: (await badge.innerText()).includes('Relayed'),
  };
}

/** Runs one of bare.mjs's functions in a page, on the app's channel. */
function onChannel(page, f, ...rest) {
  return page.evaluate(`(${f})(window.observed.channel, ${rest.map((value) => JSON.stringify(value)).join(', ')})`);
}

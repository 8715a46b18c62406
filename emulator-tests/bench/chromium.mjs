// Measures the app in Chromium, beside bare peer connections, in turns. `parley bench` runs it:
//
//   node chromium.mjs setup|latency|history URL RUNS
//
// and reads one JSON object from its output: a list of samples for each name.
import { chromium } from 'playwright-core';
import { bareSetup, connectPages, echoOn, roundTrips } from './bare.mjs';
import { history } from './history.mjs';
import { observe, observeCrypto, observeSteps } from './observe.mjs';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const FIND = 'Find someone';
const WARM_UP = 2;
/** What setup is made of, one after the other: see observeSteps. */
const STEPS = ['asking', 'offering', 'offer', 'answering', 'answer', 'opening'];

const [name, url, runs] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: FLAGS });
try {
  const samples = await { setup, latency, history: (count) => history(browser, url, count) }[name](Number(runs));
  process.stdout.write(`${JSON.stringify({ browser: `Chromium ${browser.version()}`, samples })}\n`);
} finally {
  await browser.close();
}

/** Two people, each with a browser context of their own, on the start screen and signed in. */
async function twoPeople() {
  return Promise.all([person(), person()]);
}

async function person() {
  const context = await browser.newContext();
  await context.addInitScript(observe);
  await context.addInitScript(observeCrypto);
  await context.addInitScript(observeSteps);
  const page = await context.newPage();
  await Promise.all([page.waitForResponse((answer) => answer.url().includes('accounts:lookup')), page.goto(url)]);
  return page;
}

function find(page) {
  return page.getByRole('button', { name: FIND, exact: true }).click();
}

function opened(page) {
  return page.waitForFunction(() => window.observed.opened);
}

async function meet() {
  const [first, second] = await twoPeople();
  await Promise.all([first.waitForResponse((answer) => answer.url().includes('/api/quick-match')), find(first)]);
  // Both sides' listeners are up before the clock starts: the first has been waiting for a while.
  await first.waitForFunction(() => window.observed.reads > 0);
  await find(second);
  await Promise.all([opened(first), opened(second)]);
  return [first, second];
}

async function setup(count) {
  const samples = { setup: [], bareSetup: [], proved: [], crypto: [], reads: [], writes: [], deletes: [], calls: [] };
  for (const step of STEPS) samples[step] = [];
  for (let run = -WARM_UP; run < count; run += 1) {
    const pages = await meet();
    // What follows the opening (the caller's clean-up) belongs to the connection and is counted too.
    await pages[1].waitForFunction(() => window.observed.deletes > 0);
    const [first, second] = await Promise.all(
      pages.map((page) => page.evaluate(() => ({ ...window.observed, channel: undefined }))),
    );
    const bare = await pages[0].evaluate(bareSetup);
    await Promise.all(pages.map((page) => page.context().close()));
    if (run < 0) continue;
    samples.setup.push(Math.max(first.opened, second.opened) - second.clicked);
    samples.bareSetup.push(bare);
    samples.proved.push(Math.max(first.proved, second.proved) - second.clicked);
    samples.crypto.push(first.crypto + second.crypto);
    const times = [
      second.clicked, second.paired, second.written, first.remote, first.written, second.remote,
      Math.max(first.opened, second.opened),
    ];
    STEPS.forEach((step, i) => samples[step].push(times[i + 1] - times[i]));
    for (const counted of ['reads', 'writes', 'deletes', 'calls']) samples[counted].push(first[counted] + second[counted]);
  }
  return samples;
}

async function latency(count) {
  const each = 10;
  const text = 'parley '.repeat(15).slice(0, 100);
  const frame = JSON.stringify({ t: 'chat', text });
  const samples = { roundTrip: [], bareRoundTrip: [] };
  const [first, second] = await meet();
  await connectPages(first, second);
  const channels = { roundTrip: 'window.observed.channel', bareRoundTrip: 'window.bare.channel' };
  for (const channel of Object.values(channels)) await inPage(second, echoOn, channel, frame.slice(0, 12));
  for (let run = -WARM_UP; run < count; run += 1) {
    for (const [metric, channel] of Object.entries(channels)) {
      const means = await inPage(first, roundTrips, channel, frame, 1, each);
      if (run >= 0) samples[metric].push(...means);
    }
  }
  return samples;
}

/** Runs one of bare.mjs's functions in a page, on a channel that only the page can name. */
function inPage(page, f, channel, ...rest) {
  return page.evaluate(`(${f})(${channel}, ${rest.map((value) => JSON.stringify(value)).join(', ')})`);
}

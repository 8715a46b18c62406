// What a long history costs in the app: opening the room, going through it, searching it. Beside it a short one, in turns.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Texts in the room that is measured, and in the one that it is held to. */
const ROOMS = { Long: 100_000, Short: 100 };
const WORD = 'quicksilver';
const PAGES = 40;
const WHEELS = 60;
const WHEEL_PX = 3000;
const PATIENCE_MS = 120_000;

/** Gives samples of each figure, once for a long history and once, with a «short» before its name, for a short one. */
export async function history(browser, url, count) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(watch);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  await page.evaluate(() => localStorage.setItem('parley.name', 'Ann'));
  await page.evaluate(await bundled('page/history.ts'));
  for (const [name, texts] of Object.entries(ROOMS)) {
    await page.evaluate(([room, many, word]) => window.fillRoom(room, many, word), [name, texts, WORD]);
  }
  const samples = {};
  for (let run = -1; run < count; run += 1) {
    for (const name of Object.keys(ROOMS)) {
      const found = await visit(page, url, name);
      if (run < 0) continue; // the first compiles
      for (const [metric, value] of Object.entries(found)) {
        (samples[name === 'Short' ? `short ${metric}` : metric] ??= []).push(value);
      }
    }
  }
  await context.close();
  return samples;
}

/** Opens one of the rooms and does in it what people do. Times in milliseconds, memory in MiB. */
async function visit(page, url, name) {
  await page.goto(url);
  const tools = await page.context().newCDPSession(page);
  const heap = async () => {
    await tools.send('HeapProfiler.collectGarbage');
    return (await tools.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  };
  const card = page.getByRole('list', { name: 'Your rooms' }).getByRole('button').filter({ hasText: name });
  await card.waitFor();
  const before = await heap();
  await page.evaluate(() => window.watched.begin());
  await card.click();
  await page.getByRole('log').getByRole('article').first().waitFor();
  const opening = await page.evaluate(() => window.watched.opened);
  const open = { ...opening, ...(await gaps(page, 'opening')) };

  const log = page.getByRole('log');
  await log.getByRole('article').last().focus();
  await page.evaluate(() => window.watched.begin());
  for (let i = 0; i < PAGES; i += 1) {
    await page.keyboard.press('PageUp');
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }
  const paging = await gaps(page, 'paging');
  const box = await log.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(() => window.watched.begin());
  for (let i = 0; i < WHEELS; i += 1) await page.mouse.wheel(0, -WHEEL_PX);
  const wheeling = await gaps(page, 'wheeling');

  await page.evaluate(() => window.watched.begin());
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.activeElement?.closest('li')?.ariaPosInSet <= 10);
  const home = await page.evaluate(() => window.watched.passed());

  await page.keyboard.press('Alt+S');
  await page.getByRole('searchbox').waitFor();
  await page.evaluate(() => window.watched.begin());
  await page.getByRole('searchbox').fill(WORD);
  await page.getByRole('list', { name: 'Search this room' }).getByRole('button').waitFor();
  const search = await page.evaluate(() => window.watched.passed());
  const searching = await gaps(page, 'searching');
  return { ...open, ...paging, ...wheeling, home, search, ...searching, heap: (await heap()) - before };
}

/** What the page has drawn since it was asked to begin: the 95th percentile of the time between two frames, and the longest task. */
async function gaps(page, doing) {
  const { late, longest } = await page.evaluate(() => window.watched.end());
  return { [`${doing}: frames`]: late, [`${doing}: longest`]: longest };
}

async function bundled(file) {
  const build = await rolldown({ input: fileURLToPath(new URL(file, import.meta.url)), platform: 'browser' });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  return output[0].code;
}

/** Runs in the page before anything else there. */
function watch() {
  let frames = [];
  let tasks = [];
  let since = 0;
  const seen = { opened: null };
  const drawn = (at) => {
    frames.push(at);
    const { opened } = seen;
    if (opened.first === null && !document.querySelector('[role=list][aria-label="Your rooms"], ul[aria-label="Your rooms"]')) opened.first = at - since;
    if (opened.said === null && document.querySelector('[role=log] [role=article], [role=log] article')) opened.said = at - since;
    if (watching) requestAnimationFrame(drawn);
  };
  let watching = false;
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask' });
  window.watched = {
    get opened() {
      return { 'answered': seen.opened.first ?? 0, 'opened': seen.opened.said ?? performance.now() - since };
    },
    begin() {
      since = performance.now();
      frames = [since];
      tasks = [];
      seen.opened = { first: null, said: null };
      if (!watching) requestAnimationFrame(drawn);
      watching = true;
    },
    passed: () => performance.now() - since,
    async end() {
      await new Promise((after) => requestAnimationFrame(() => setTimeout(after, 50)));
      watching = false;
      const between = frames.slice(1).map((at, i) => at - frames[i]).toSorted((a, b) => a - b);
      const longest = Math.max(0, ...tasks.filter(({ startTime }) => startTime + 50 > since).map(({ duration }) => duration));
      return { late: between[Math.ceil(between.length * 0.95) - 1] ?? 0, longest };
    },
  };
}

// Draws every screen of the gallery in two sizes and two themes, and once on the smallest phone, and
// checks each with axe.
//
//   node e2e/screenshots.mjs FOLDER [NAME…]
//
// FOLDER gets NAME--phone-light.png and so on; NAME limits it to some screens (the beginning of a
// name is enough). Exit code 1 if axe finds anything, a page is wider than its window, or a script
// fails. Chromium: CHROMIUM_PATH, or /usr/bin/chromium.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serveGallery } from './gallery.mjs';

const [folder, ...only] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node e2e/screenshots.mjs FOLDER [NAME…]\n');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

// `narrow` is the smallest phone, and what a desk window is at 400 % zoom: it is checked in one theme.
const sizes = {
  phone: { width: 390, height: 844 },
  desk: { width: 1280, height: 800 },
  narrow: { width: 320, height: 568 },
};
const themesFor = (size) => (size === 'narrow' ? ['light'] : ['light', 'dark']);
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const problems = [];

const { url: base, close } = await serveGallery();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: flags,
});

async function shoot(page, name, size, theme) {
  const label = `${name}--${size}-${theme}`;
  await page.goto(`${base}gallery.html?screen=${name}&theme=${theme}`);
  await page.waitForSelector('html[data-ready]', { timeout: 30_000 });
  // What floats in has landed, what breathes is not waited for.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((a) => a.effect?.getTiming().iterations !== Infinity)
        .map((a) => a.finished.catch(() => {})),
    ),
  );
  await page.screenshot({ path: join(folder, `${label}.png`), animations: 'disabled' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) problems.push(`${label}: ${wide} px wider than the window`);
  // Groups out of sight have a guessed height; what axe measures in them lies over their neighbours.
  await page.addStyleTag({ content: '* { content-visibility: visible !important }' });
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  for (const v of violations)
    problems.push(
      `${label}: ${v.id}: ${v.help}: ${v.nodes
        .map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? ''))
        .slice(0, 3)
        .join(' | ')}`,
    );
}

let shots = 0;
try {
  const first = await browser.newPage();
  await first.goto(`${base}gallery.html`);
  await first.waitForSelector('li a');
  const names = await first.$$eval('li a', (links) => links.map((link) => link.textContent));
  await first.close();
  const wanted = names.filter((name) => only.length === 0 || only.some((o) => name.startsWith(o)));
  for (const [size, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({
      viewport,
      deviceScaleFactor: size === 'phone' ? 2 : 1,
      hasTouch: size === 'phone',
      locale: 'en-GB',
      timezoneId: 'Europe/London',
    });
    // A phone has a share sheet; headless Chromium does not say so.
    if (size === 'phone') await context.addInitScript(() => (navigator.share = async () => undefined));
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
    page.on('console', (m) => m.type() === 'error' && problems.push(`${page.url()}: console: ${m.text()}`));
    for (const name of wanted)
      for (const theme of themesFor(size)) {
        await shoot(page, name, size, theme).catch((error) =>
          problems.push(`${name} ${size} ${theme}: ${error.message}`),
        );
        shots++;
      }
    await context.close();
  }
} finally {
  await browser.close();
  await close();
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`${shots} screenshots, ${problems.length} problems\n`);
process.exit(problems.length > 0 ? 1 : 0);

/** What Lighthouse says of the first screen, on the phone that it simulates. */
import { chromium } from 'playwright-core';
import lighthouse from 'lighthouse';
import { expect, test } from 'vitest';
import { CHROMIUM_FLAGS, chromiumPath } from '../harness/chromium.ts';
import { freePort } from '../harness/free-port.ts';
import { lane } from './scenario.ts';

/** What the brief asks for in each column, of 100. */
const LEAST = 95;

/** The columns that depend on the page alone. */
const STEADY = ['accessibility', 'best-practices', 'seo'] as const;

test('Lighthouse finds little to say against the first screen', async () => {
  // A browser of its own: Lighthouse wants a debugging port, and empties caches and storage.
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [...CHROMIUM_FLAGS, `--remote-debugging-port=${port}`],
  });
  try {
    const run = await lighthouse(lane().url, { port, logLevel: 'silent', output: 'json' });
    if (!run) throw new Error('lighthouse: no answer');
    const { categories, audits } = run.lhr;
    const points = (column: string) => Math.round((categories[column]?.score ?? 0) * 100);
    for (const column of STEADY) {
      const against = categories[column]?.auditRefs.filter(({ id, weight }) => weight > 0 && audits[id]?.score === 0);
      expect(points(column), `${column}: ${against?.map(({ id }) => id).join(', ')}`).toBeGreaterThanOrEqual(LEAST);
    }
    // Printed and not demanded: it is computed from how long this machine took, and no test here fails on time.
    const paint = audits['largest-contentful-paint']?.displayValue;
    process.stdout.write(`lighthouse: performance ${points('performance')}, largest paint ${paint}\n`);
  } finally {
    await browser.close();
  }
});

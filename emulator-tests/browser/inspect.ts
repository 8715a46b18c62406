/** Looks at a screen as people with good eyes, bad eyes and none do: pictures, axe, and that it fits. */
import { mkdir } from 'node:fs/promises';
import axe, { type AxeResults } from 'axe-core';
import { expect } from 'vitest';
import type { Person } from './person.ts';
import { PICTURES } from './scenario.ts';

const SIZES = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desk', width: 1280, height: 800 },
] as const;

/** The smallest phone, and a desk window at 200 % zoom. */
const NARROW = [
  { width: 320, height: 568 },
  { width: 640, height: 400 },
] as const;

/** Takes the pictures of the screen that the person sees; axe looks at both sizes and at light and dark, once each. */
export async function inspect(person: Person, screen: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  const { page } = person;
  for (const { name, ...size } of SIZES) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Colours change in transitions, be they ever so short; one frame after the other for what inherits.
      await page.waitForFunction(() => document.getAnimations().every((each) => !(each instanceof CSSTransition)));
      await page.screenshot({ path: `${PICTURES}${screen}-${name}-${colorScheme}.png` });
      if ((name === 'phone') !== (colorScheme === 'light')) continue;
      expect(await violations(person), `${screen}, ${name}, ${colorScheme}`).toEqual([]);
    }
  }
}

/** The smallest of all windows that screens are looked at in. What is open when a window grows stays in it. */
export const SMALLEST = NARROW[0];

/** Nothing is wider than the smallest phone, nor than a window at 200 % zoom. */
export async function fits({ page }: Person, screen: string): Promise<void> {
  for (const size of NARROW) {
    await page.setViewportSize(size);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider, `${screen} at ${size.width}`).toBeLessThanOrEqual(0);
  }
}

/** What axe has to say against the page, one line each. */
async function violations({ page }: Person): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<AxeResults>('axe.run()');
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

import { existsSync } from 'node:fs';

/** Flags for a Chromium that keeps to itself: nothing is fetched, updated or reported. */
export const CHROMIUM_FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/**
 * The Chromium to test with: CHROMIUM_PATH, or Debian's.
 *
 * @throws Error that says what to install when there is none.
 */
export function chromiumPath(env: NodeJS.ProcessEnv = process.env): string {
  const path = env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (existsSync(path)) return path;
  throw new Error(
    `harness: there is no Chromium at ${path}. Install it (Debian: apt-get install chromium; elsewhere: ` +
      'npx playwright install chromium) and set CHROMIUM_PATH to the program.',
  );
}

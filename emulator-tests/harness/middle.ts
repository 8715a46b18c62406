/** Two networks behind gates, and Parley and coturn between them: `bin/middle`, which Go builds of `namespaces/middle`. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, chromiumPath } from './chromium.ts';
import { readLines } from './lines.ts';
import { parleyBinary } from './parley-run.ts';

const BINARY = fileURLToPath(new URL('../../bin/middle', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What is between a person and the middle; `namespaces` has their rules. */
export type Gate = 'none' | 'port-restricted' | 'symmetric' | 'no UDP' | 'only TLS on 443';

/** What `bin/middle` tells. */
type World = { readonly url: string; readonly first: string; readonly second: string };

/** A running world. */
export type Middle = {
  /** Parley's address there. */
  readonly url: string;
  /** A Chromium in each of the two networks. */
  readonly browsers: readonly [Browser, Browser];
  /** Ends all of it; settles when nothing of it is left. Rejects if something went wrong. */
  stop(): Promise<void>;
};

/** Of `bin/middle -possible`, on a machine that makes no such worlds whatever is installed. */
const NOT_HERE = 2;

/** Why this machine makes no such worlds; undefined: it does. Rejects if something has to be installed. */
export function whyImpossible(): Promise<string | undefined> {
  if (process.platform !== 'linux') return Promise.resolve('it needs Linux');
  return new Promise((resolve, reject) => {
    execFile(middleBinary(), ['-possible'], (error, _, complaint) => {
      if (!error) resolve(undefined);
      else if (error.code === NOT_HERE) resolve(complaint.trim());
      else reject(new Error(complaint.trim() || error.message));
    });
  });
}

export async function startMiddle(first: Gate, second: Gate): Promise<Middle> {
  const child = spawn(middleBinary(), ['-first', first, '-second', second, '-parley', parleyBinary()], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = readLines(child, parseWorld, 'middle');
  const world = await lines.first((line): line is World => line !== undefined);
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-chromium-'));
  const browsers = await Promise.all([launchIn(world.first, folder), launchIn(world.second, folder)]);
  return {
    url: world.url,
    browsers,
    stop: async () => {
      await Promise.all(browsers.map((browser) => browser.close()));
      child.stdin.end();
      const code = await ended;
      await rm(folder, { recursive: true });
      if (code !== 0) throw new Error(`harness: middle ended with code ${code}`);
    },
  };
}

/** A Chromium in a network namespace, driven over pipes from outside. The certificates there are nobody's. */
async function launchIn(namespace: string, folder: string): Promise<Browser> {
  const executablePath = path.join(folder, namespace);
  await writeFile(executablePath, `#!/bin/sh\nexec ip netns exec ${namespace} '${chromiumPath()}' "$@"\n`);
  await chmod(executablePath, 0o755);
  return chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS, '--ignore-certificate-errors'] });
}

function middleBinary(): string {
  if (existsSync(BINARY)) return BINARY;
  throw new Error(`harness: ${BINARY} is not built. Run \`make bin/middle\`.`);
}

function parseWorld(value: unknown): World | undefined {
  if (typeof value !== 'object' || value === null || !('url' in value && 'first' in value && 'second' in value)) return undefined;
  const { url, first, second } = value;
  if (typeof url !== 'string' || typeof first !== 'string' || typeof second !== 'string') return undefined;
  return { url, first, second };
}

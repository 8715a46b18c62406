/** Vitest's globalSetup of the Auth tests: an Auth emulator for all files. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';
import { parleyBinary } from './parley-run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of Parley's Auth emulator. */
    authHost: string;
  }
}

/** Uses the emulator of `FIREBASE_AUTH_EMULATOR_HOST`, or starts `parley emulator`; returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.FIREBASE_AUTH_EMULATOR_HOST;
  if (given) {
    project.provide('authHost', given);
    return async () => {};
  }
  const child = spawn(parleyBinary(), ['emulator'], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Should the run end without its teardown.
  process.once('exit', () => child.kill('SIGINT'));
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, host] = /^auth +http:\/\/(\S+)$/.exec(line) ?? [];
    if (host === undefined) continue;
    project.provide('authHost', host);
    return async () => {
      child.kill('SIGINT');
      await ended;
    };
  }
  throw new Error('harness: parley emulator ended without saying where it serves Auth');
}

import type { TestProject } from 'vitest/node';
import { startParley } from './parley-run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of Parley's Auth emulator. */
    authHost: string;
  }
}

/** Vitest's globalSetup of the Auth tests: an Auth emulator for all files; returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parley = await startParley({ without: ['firestore', 'turn', 'function', 'web', 'front'] });
  project.provide('authHost', new URL(parley.service('auth').url).host);
  return () => parley.stop();
}

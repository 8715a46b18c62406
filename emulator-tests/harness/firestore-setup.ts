import type { TestProject } from 'vitest/node';
import { startParley } from './parley-run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the Firestore emulator. */
    firestoreHost: string;
  }
}

/** Vitest's globalSetup of the tests that need a Firestore and nothing else: one for all files; returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parley = await startParley({ without: ['auth', 'turn', 'function', 'web', 'front'] });
  project.provide('firestoreHost', new URL(parley.service('firestore').url).host);
  return () => parley.stop();
}

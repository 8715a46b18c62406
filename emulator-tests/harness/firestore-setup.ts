import type { TestProject } from 'vitest/node';
import { startOfficialEmulator } from './official-emulator.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the official Firestore emulator. */
    firestoreHost: string;
  }
}

/** Vitest's globalSetup of the rules tests: one emulator for all files; returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await startOfficialEmulator();
  project.provide('firestoreHost', emulator.host);
  return () => emulator.stop();
}

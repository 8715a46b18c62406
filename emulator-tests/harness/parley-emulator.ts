/** Parley's own emulator as a process: `parley emulator`. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { interrupt, parleyBinary } from './parley-run.ts';

/** A running emulator of our own. */
export type ParleyEmulator = {
  /** `host:port` of Firestore and Auth. */
  readonly host: string;
  /** Ends it as Ctrl-C does; settles when it is gone. Idempotent. */
  stop(): Promise<void>;
  /** Ends it without a word to anybody; settles when it is gone. */
  kill(): Promise<void>;
};

/**
 * Starts `parley emulator` and waits until it listens.
 *
 * @param flags further flags, such as `-port N` and `-rules FILE`.
 */
export async function startParleyEmulator(...flags: readonly string[]): Promise<ParleyEmulator> {
  const child = spawn(parleyBinary(), ['emulator', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Should the run end without its teardown.
  const atExit = () => child.kill('SIGKILL');
  process.once('exit', atExit);
  child.once('close', () => process.off('exit', atExit));
  const host = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`harness: parley emulator ended with code ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^firestore +http:\/\/(\S+)$/.exec(line)?.[1];
      if (found) resolve(found);
    });
  });
  return {
    host,
    stop: () => interrupt(child),
    kill: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

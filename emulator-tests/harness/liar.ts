/** The attacker: `bin/liar`, which Go builds of `hostile/liar`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readLines } from './lines.ts';

const BINARY = fileURLToPath(new URL('../../bin/liar', import.meta.url));

/** What the attacker tells, as far as the tests ask. */
export type Told = { readonly event: string; readonly [name: string]: unknown };

/** A running attacker. */
export type Liar = {
  /** The first event of this name, now or when it comes. */
  tells(event: string): Promise<Told>;
  /** Ends it; settles when the process is gone. Rejects if it complains. */
  stops(): Promise<void>;
};

/**
 * Starts an attacker and waits until it is ready.
 *
 * @param args as `hostile/liar` documents them.
 */
export async function startLiar(...args: readonly string[]): Promise<Liar> {
  if (!existsSync(BINARY)) throw new Error(`harness: ${BINARY} is not built. Run \`make bin/liar\`.`);
  const child = spawn(BINARY, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = readLines(child, parseTold, 'liar');
  const tells = (event: string) => lines.first((line): line is Told => line.event === event);
  await tells('ready');
  return {
    tells,
    stops: async () => {
      child.stdin.end();
      const code = await ended;
      if (code !== 0) throw new Error(`harness: liar ended with code ${code}: ${complaint}`);
    },
  };
}

function parseTold(value: unknown): Told | undefined {
  if (typeof value !== 'object' || value === null || !('event' in value)) return undefined;
  return typeof value.event === 'string' ? { ...value, event: value.event } : undefined;
}

/** The system under test: the built binary, `parley run --json`, with everything it starts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readLines } from './lines.ts';

const BINARY = process.env.PARLEY_BIN ?? fileURLToPath(new URL('../../bin/parley', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `parley run` starts. */
export type ServiceName = 'firestore' | 'auth' | 'turn' | 'function' | 'web' | 'front';

/** One line of `parley run --json` about a service. */
export type Service = {
  readonly service: ServiceName;
  readonly url: string;
  /** Of its process; undefined if it has none of its own, or is somebody else's. */
  readonly pid: number | undefined;
};

type Ready = { readonly ready: true; readonly url: string };

/** A running Parley. */
export type Parley = {
  /** The address to open. */
  readonly url: string;
  /** What the last line about this service said. */
  service(name: ServiceName): Service;
  /** Does `act` and waits until this service is announced anew. */
  untilStartedAgain(name: ServiceName, act: () => void): Promise<Service>;
  /** Ends it as Ctrl-C does; settles when it is gone. Idempotent. */
  stop(): Promise<void>;
};

/** The path of the built binary; fails loudly if nobody built it. */
export function parleyBinary(): string {
  if (existsSync(BINARY)) return BINARY;
  throw new Error(`harness: ${BINARY} is not built. Run \`make test-emulator\`, or \`make bin/parley web/dist/.stamp\`.`);
}

/** What `parley run` is told; nothing means everything, and the environment of the tests. */
export type ParleyOptions = {
  readonly env?: NodeJS.ProcessEnv;
  /** Services to leave out. */
  readonly without?: readonly ServiceName[];
};

/**
 * Starts Parley, which begins empty, and waits until it says that it is ready. Which Firestore it brings is said by FIRESTORE_EMULATOR_HOST
 * and PARLEY_FIRESTORE.
 *
 * @throws Error with what it said when it ends before, such as what has to be installed.
 */
export async function startParley({ env = process.env, without = [] }: ParleyOptions = {}): Promise<Parley> {
  const child = spawn(parleyBinary(), ['run', '--json', '--memory', '--without', without.join()], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = readLines(child, parseLine, 'parley run');
  // Should the run end without its teardown.
  process.once('exit', () => child.kill('SIGINT'));
  const { url } = await lines.first((line): line is Ready => 'ready' in line);

  let stopped: Promise<void> | undefined;
  return {
    url,
    service: (name) => {
      const found = lines.last(is(name));
      if (!found) throw new Error(`harness: parley run said nothing of ${name}`);
      return found;
    },
    untilStartedAgain: (name, act) => {
      const from = lines.count;
      act();
      return lines.first(is(name), from);
    },
    stop: () => (stopped ??= interrupt(child)),
  };
}

function is(name: ServiceName): (line: Service | Ready) => line is Service {
  return (line): line is Service => 'service' in line && line.service === name;
}

/** Sends SIGINT and waits for the end. A program that does not end on it fails the run by its time limit. */
export function interrupt(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGINT');
  });
}

function parseLine(value: unknown): Service | Ready | undefined {
  if (typeof value !== 'object' || value === null || !('url' in value) || typeof value.url !== 'string') return undefined;
  if ('ready' in value && value.ready === true) return { ready: true, url: value.url };
  if (!('service' in value) || !isServiceName(value.service)) return undefined;
  // `lost` tells of its end; what the tests wait for is that it is there, again.
  if ('state' in value && value.state !== 'ready' && value.state !== 'given') return undefined;
  const pid = 'pid' in value && typeof value.pid === 'number' && value.pid > 0 ? value.pid : undefined;
  return { service: value.service, url: value.url, pid };
}

function isServiceName(name: unknown): name is ServiceName {
  return name === 'firestore' || name === 'auth' || name === 'turn' || name === 'function' || name === 'web' || name === 'front';
}

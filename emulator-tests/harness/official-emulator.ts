/**
 * The official Firestore emulator for a test run: found or started, waited for, and ended.
 *
 * Looked for in this order: `FIRESTORE_EMULATOR_HOST` (somebody else's: used, never ended),
 * `FIRESTORE_EMULATOR_JAR` or the Debian package's jar (started with java), `gcloud` on the PATH.
 * When none is there the run fails and says what to install; it never passes without the emulator.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { freePort } from './free-port.ts';

const DEBIAN_JAR =
  '/usr/lib/google-cloud-sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar';
const MAIN_CLASS = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
/** What the emulator prints, on either stream, once its port answers. */
const READY = 'Dev App Server is now running';
const START_LIMIT_MS = 60_000;

/** A Firestore emulator that a test run may use. */
export type OfficialEmulator = {
  /** `host:port`, as FIRESTORE_EMULATOR_HOST has it. */
  readonly host: string;
  /** Ends the emulator if this run started it; idempotent, settles when the process is gone. */
  stop(): Promise<void>;
};

/** How to start the emulator: a program and its arguments but for host and port. */
type Launcher = {
  readonly program: string;
  readonly args: (hostPort: { host: string; port: number }) => string[];
};

/**
 * Finds or starts the official emulator.
 *
 * @returns the emulator, answering.
 * @throws Error that says what to install when there is none, or what it printed when it died.
 */
export async function startOfficialEmulator(env: NodeJS.ProcessEnv = process.env): Promise<OfficialEmulator> {
  const given = env.FIRESTORE_EMULATOR_HOST;
  if (given) {
    await requireAnswer(given);
    return { host: given, stop: async () => {} };
  }
  const launcher = findLauncher(env);
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  // A process group of its own: gcloud is a wrapper around java, and both must end.
  const child = spawn(launcher.program, launcher.args({ host: '127.0.0.1', port }), {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = onceOnly(() => endGroup(child));
  // Should the run end without its teardown: a group of its own does not hear Ctrl-C or a broken pipe.
  process.once('exit', () => void stop());
  try {
    await printed(child, READY);
    await requireAnswer(host);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { host, stop };
}

function findLauncher(env: NodeJS.ProcessEnv): Launcher {
  const jar = env.FIRESTORE_EMULATOR_JAR ?? DEBIAN_JAR;
  if (existsSync(jar) && onPath('java', env)) {
    return {
      program: 'java',
      // -Duser.language: the emulator formats numbers in error texts by locale.
      args: ({ host, port }) => [
        '-Duser.language=en', '-Xmx1g', '-cp', jar, MAIN_CLASS, `--host=${host}`, `--port=${port}`,
      ],
    };
  }
  if (onPath('gcloud', env)) {
    return {
      program: 'gcloud',
      args: ({ host, port }) => ['emulators', 'firestore', 'start', `--host-port=${host}:${port}`],
    };
  }
  throw new Error(
    'harness: the official Firestore emulator is missing. Install Java 17 or newer and the Google Cloud CLI ' +
      'with its emulator (Debian: apt-get install default-jre-headless google-cloud-cli-firestore-emulator; ' +
      'elsewhere: gcloud components install cloud-firestore-emulator), or set FIRESTORE_EMULATOR_JAR to its jar, ' +
      'or FIRESTORE_EMULATOR_HOST to one that runs.',
  );
}

function onPath(program: string, env: NodeJS.ProcessEnv): boolean {
  return (env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Settles when the child has printed `text`; rejects with its last words if it ends or takes too long. */
function printed(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string) => reject(new Error(`harness: the Firestore emulator ${why}:\n${output.slice(-2_000)}`));
    const limit = setTimeout(() => fail(`was not ready within ${START_LIMIT_MS / 1_000} s`), START_LIMIT_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.includes(text)) return;
      clearTimeout(limit);
      resolve();
    };
    // Both streams are read to the end, so that a full pipe never stops the emulator.
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (cause) => fail(`could not be started (${cause.message})`));
    child.once('exit', (code) => {
      clearTimeout(limit);
      fail(`ended with code ${code}`);
    });
  });
}

async function requireAnswer(host: string): Promise<void> {
  const answer = await fetch(`http://${host}/`).catch((cause: unknown) => {
    throw new Error(`harness: no Firestore emulator answers at ${host}`, { cause });
  });
  if (!answer.ok) throw new Error(`harness: ${host} answers ${answer.status}, not like a Firestore emulator`);
}

/** Ends the child and what it started. In-memory data needs no farewell, so no grace is given. */
function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    process.kill(-pid, 'SIGKILL');
  });
}

function onceOnly(end: () => Promise<void>): () => Promise<void> {
  let ended: Promise<void> | undefined;
  return () => (ended ??= end());
}

/** People without browsers: `parley chat --json`, the Go peer on pion. */
import { spawn } from 'node:child_process';
import { readLines } from './lines.ts';
import { interrupt, parleyBinary } from './parley-run.ts';

/** What `parley chat --json` tells, as far as the tests ask. */
export type BotEvent = {
  readonly event: string;
  readonly path: string | undefined;
  readonly text: string | undefined;
  /** In a room of many: of a text, and of who it is about. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly link: string | undefined;
  readonly code: string | undefined;
};

/** A running bot. */
export type Bot = {
  /** The first event of this name, now or when it comes. */
  tells(event: string): Promise<BotEvent>;
  /** Whether it has told of such an event so far. */
  hasTold(event: string): boolean;
  /** The first event about this text in a room of many, now or when it comes. */
  hears(text: string): Promise<BotEvent>;
  /** Writes a line, unless it is an echo. */
  says(text: string): void;
  /** Leaves as Ctrl-C does, with a goodbye; settles when the process is gone. */
  leaves(): Promise<void>;
  /** Is gone at once, without a word. */
  dies(): void;
};

/**
 * Starts a bot that repeats what it hears.
 *
 * @param url the address of the deployment's page.
 * @param flags further flags of `parley chat`.
 */
export const startBot = (url: string, ...flags: readonly string[]): Bot => start(url, ['--echo', ...flags]);

/** Starts a bot of this name that is in the room of a link or code, and says what the test wants. */
export const startMember = (url: string, name: string, room: string): Bot =>
  start(url, ['--name', name, '--room', room]);

function start(url: string, flags: readonly string[]): Bot {
  const api = new URL('/api', url).href;
  const child = spawn(parleyBinary(), ['chat', '--json', '--api', api, ...flags], { stdio: 'pipe' });
  const lines = readLines(child, parseEvent, 'parley chat');
  return {
    tells: (event) => lines.first((line): line is BotEvent => line.event === event),
    hasTold: (event) => lines.last((line): line is BotEvent => line.event === event) !== undefined,
    hears: (text) => lines.first((line): line is BotEvent => line.event === 'text' && line.text === text),
    says: (text) => void child.stdin.write(`${text}\n`),
    leaves: () => interrupt(child),
    dies: () => child.kill('SIGKILL'),
  };
}

function parseEvent(value: unknown): BotEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const member = (name: string) => {
    const found: unknown = Reflect.get(value, name);
    return typeof found === 'string' ? found : undefined;
  };
  const event = member('event');
  if (event === undefined) return undefined;
  const [path, text, id, name] = [member('path'), member('text'), member('id'), member('name')];
  return { event, path, text, id, name, link: member('link'), code: member('code') };
}

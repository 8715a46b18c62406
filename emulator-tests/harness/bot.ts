/** A person without a browser: `parley chat --echo --json`, the Go peer on pion, which repeats what it hears. */
import { spawn } from 'node:child_process';
import { readLines } from './lines.ts';
import { interrupt, parleyBinary } from './parley-run.ts';

/** What `parley chat --json` tells, as far as the tests ask. */
export type BotEvent = {
  readonly event: string;
  readonly path: string | undefined;
  readonly text: string | undefined;
  readonly link: string | undefined;
  readonly code: string | undefined;
};

/** A running bot. */
export type Bot = {
  /** The first event of this name, now or when it comes. */
  tells(event: string): Promise<BotEvent>;
  /** Whether it has told of such an event so far. */
  hasTold(event: string): boolean;
  /** Leaves as Ctrl-C does, with a goodbye; settles when the process is gone. */
  leaves(): Promise<void>;
  /** Is gone at once, without a word. */
  dies(): void;
};

/**
 * Starts a bot.
 *
 * @param url the address of the deployment's page.
 * @param flags further flags of `parley chat`.
 */
export function startBot(url: string, ...flags: readonly string[]): Bot {
  const api = new URL('/api', url).href;
  const child = spawn(parleyBinary(), ['chat', '--echo', '--json', '--api', api, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = readLines(child, parseEvent, 'parley chat');
  return {
    tells: (event) => lines.first((line): line is BotEvent => line.event === event),
    hasTold: (event) => lines.last((line): line is BotEvent => line.event === event) !== undefined,
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
  return { event, path: member('path'), text: member('text'), link: member('link'), code: member('code') };
}

import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The JSON lines that a program prints: kept, so that a reader may come late. */
export type Lines<T> = {
  /** The first line from number `from` on (0: the first of all) that matches, now or when it comes. */
  first<M extends T>(matches: (line: T) => line is M, from?: number): Promise<M>;
  /** How many lines there are. */
  readonly count: number;
  /** The last line so far that matches. */
  last<M extends T>(matches: (line: T) => line is M): M | undefined;
};

/**
 * Reads a program's standard output as one JSON object a line.
 *
 * @param parse makes of a line's value what it is; undefined: not one that the tests know.
 * @param complaint what to say, with the program's standard error, when it ends before a line came.
 */
export function readLines<T>(child: ChildProcess, parse: (value: unknown) => T | undefined, complaint: string): Lines<T> {
  const lines: T[] = [];
  const waiting = new Set<() => void>();
  let ended: string | undefined;
  let errors = '';
  const tell = () => {
    for (const look of waiting) look();
  };
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4_000);
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = parse(json(text));
      if (line === undefined) return;
      lines.push(line);
      tell();
    });
  }
  child.once('error', (cause) => {
    ended = cause.message;
    tell();
  });
  child.once('close', (code, signal) => {
    ended ??= `ended with ${signal ?? `code ${code}`}`;
    tell();
  });

  return {
    get count() {
      return lines.length;
    },
    last: (matches) => lines.findLast(matches),
    first: (matches, from = 0) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.slice(from).find(matches);
          if (found === undefined && ended === undefined) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`harness: ${complaint} ${ended}:\n${errors}`));
        };
        waiting.add(look);
        look();
      }),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

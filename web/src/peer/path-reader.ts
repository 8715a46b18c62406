/** Reads how bytes travel, again and again: the browser learns of it late. */
import { lineOf, unknownLine, type Line, type Path, type StatsReport } from './path';
import type { Timers } from './timers';

/** When the path is read again after opening, in milliseconds. */
const readsMs = [0, 250, 1000, 4000];

/** Owned by one connection. */
export class PathReader {
  readonly #connection: Pick<RTCPeerConnection, 'getStats'>;
  readonly #timers: Timers;
  readonly #tell: (path: Path) => void;
  #path: Path = 'unknown';
  #cancels: (() => void)[] = [];
  #closed = false;

  /** @param tell - called whenever the path is another one; never with `unknown`. */
  constructor(connection: Pick<RTCPeerConnection, 'getStats'>, timers: Timers, tell: (path: Path) => void) {
    this.#connection = connection;
    this.#timers = timers;
    this.#tell = tell;
  }

  /** Reads now and some times later. */
  begin(): void {
    this.#cancels = readsMs.map((ms) => this.#timers.after(ms, () => void this.read()));
  }

  /** Reads, and tells if the path is another one. */
  async read(): Promise<Line> {
    const line = await this.#measure();
    const { path } = line;
    if (!this.#closed && path !== this.#path && path !== 'unknown') {
      this.#path = path;
      this.#tell(path);
    }
    return line;
  }

  /** The path of now. */
  async now(): Promise<Path> {
    return (await this.#measure()).path;
  }

  async #measure(): Promise<Line> {
    try {
      return lineOf((await this.#connection.getStats()) as StatsReport);
    } catch {
      // Statistics are a nicety: the path stays unknown.
      return unknownLine;
    }
  }

  /** Nothing is told any more. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#cancels) cancel();
  }
}

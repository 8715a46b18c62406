/** A connection between the page and Firestore that a test can break: a TCP proxy on 127.0.0.1. */
import { connect, createServer, type Server, type Socket } from 'node:net';

type Trap = { readonly text: Buffer; readonly sprung: () => void };

/** Two sockets that are one connection. */
class Pair {
  readonly #page: Socket;
  readonly #server: Socket;
  /** The next bytes of the server's may be the answer that is to be lost. */
  loses = false;

  constructor(page: Socket, server: Socket, ended: () => void) {
    [this.#page, this.#server] = [page, server];
    for (const [from, to] of [[page, server], [server, page]] as const) {
      from.on('error', () => {}); // A reset: `close` follows.
      from.on('end', () => to.end());
      from.on('close', () => {
        to.destroy();
        ended();
      });
    }
  }

  onData(fromPage: (bytes: Buffer) => void, fromServer: (bytes: Buffer) => void): void {
    this.#page.on('data', fromPage);
    this.#server.on('data', fromServer);
  }

  toServer(bytes: Buffer): void {
    this.#server.write(bytes);
  }

  toPage(bytes: Buffer, piece: number): void {
    for (let at = 0; at < bytes.length; at += piece) this.#page.write(bytes.subarray(at, at + piece));
  }

  /** Delivers what was written to the page, then resets. */
  resetAfter(bytes: Buffer): void {
    this.#server.destroy();
    this.#page.write(bytes, () => this.#page.resetAndDestroy());
  }

  reset(): void {
    this.#server.destroy();
    this.#page.resetAndDestroy();
  }

  set paused(paused: boolean) {
    for (const socket of [this.#page, this.#server]) {
      if (paused) socket.pause();
      else socket.resume();
    }
  }
}

/** What a test can do to the connections. */
export class Wire {
  readonly #pairs = new Set<Pair>();
  readonly #listener: Server;
  #state: 'flowing' | 'stalled' | 'severed' = 'flowing';
  #piece = Infinity;
  #inside: Trap | undefined;
  #unanswered: Trap | undefined;

  /** @param target where Firestore is, `host:port`. */
  constructor(target: string) {
    const [host, port] = target.split(':');
    this.#listener = createServer({ noDelay: true }, (page) => {
      if (this.#state === 'severed') {
        page.on('error', () => {}); // A reset, as is meant.
        page.resetAndDestroy();
        return;
      }
      const server = connect({ host, port: Number(port), noDelay: true });
      const pair = new Pair(page, server, () => this.#pairs.delete(pair));
      this.#pairs.add(pair);
      pair.onData((bytes) => this.#fromPage(pair, bytes), (bytes) => this.#fromServer(pair, bytes));
      pair.paused = this.#state === 'stalled';
    });
  }

  /** Begins to carry; resolves to `host:port` for the page. Called once. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen(0, '127.0.0.1', () => {
        const address = this.#listener.address();
        if (address === null || typeof address === 'string') reject(new Error('contract: the wire has no port'));
        else resolve(`127.0.0.1:${address.port}`);
      });
    });
  }

  /** How many connections are open. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Resets all connections; new ones are served. */
  cut(): void {
    for (const pair of this.#pairs) pair.reset();
  }

  /** Resets all connections and every new one, until `mend`. */
  sever(): void {
    this.#state = 'severed';
    this.cut();
  }

  /** Holds back every byte, both ways, on all connections, until `mend`. */
  stall(): void {
    this.#state = 'stalled';
    for (const pair of this.#pairs) pair.paused = true;
  }

  /** Everything passes again. */
  mend(): void {
    this.#state = 'flowing';
    for (const pair of this.#pairs) pair.paused = false;
  }

  /** From now on the page gets what it gets in pieces of this many bytes. */
  crumble(bytes: number): void {
    this.#piece = bytes;
  }

  /** Resets the connection on which this text comes to the page, once, in the middle of the text. Settles then. */
  cutInside(text: string): Promise<void> {
    return new Promise((sprung) => {
      this.#inside = { text: Buffer.from(text), sprung };
    });
  }

  /** Lets the request with this text pass, once, and resets its connection before any answer. Settles then. */
  loseAnswerTo(text: string): Promise<void> {
    return new Promise((sprung) => {
      this.#unanswered = { text: Buffer.from(text), sprung };
    });
  }

  /** Ends all connections; settles when nothing is left. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#listener.close(() => resolve());
      this.cut();
    });
  }

  #fromPage(pair: Pair, bytes: Buffer): void {
    // Still to be lost: a connection that the server closes first makes the page send the request again.
    if (this.#unanswered && bytes.includes(this.#unanswered.text)) pair.loses = true;
    pair.toServer(bytes);
  }

  #fromServer(pair: Pair, bytes: Buffer): void {
    if (pair.loses && this.#unanswered) {
      pair.reset();
      this.#unanswered.sprung();
      this.#unanswered = undefined;
      return;
    }
    const trap = this.#inside;
    const at = trap ? bytes.indexOf(trap.text) : -1;
    if (!trap || at < 0) {
      pair.toPage(bytes, this.#piece);
      return;
    }
    this.#inside = undefined;
    pair.resetAfter(bytes.subarray(0, at + Math.ceil(trap.text.length / 2)));
    trap.sprung();
  }
}

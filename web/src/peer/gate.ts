/**
 * What stands at the channel until both have proved who they are (SPEC C1, H5, H6): it sends our proof first, checks
 * theirs, which must come first, and keeps what comes behind it, in order, while that takes.
 */
import { maxBufferedBytes } from '../protocol/limits';
import { parseFrame, type Proof } from '../protocol/message';
import { ParseError } from '../protocol/parse-error';
import type { Proved, Proving } from './proving';

/** What a gate tells its owner. */
export type GateKeeper = {
  /** Both have proved it: {@link Gate.proved} says who, and {@link Gate.pass} lets through what waits. */
  proved(): void;
  /** A frame from somebody who has proved who they are. */
  frame(frame: unknown): void;
  /** `tampered`: their proof does not hold, or another frame came first. `failed`: we could not make ours. */
  over(how: 'tampered' | 'failed'): void;
};

/** A check takes a moment; who sends more than this meanwhile is no peer of ours, who keeps to a quarter (C6). */
const mostWaiting = 4 * maxBufferedBytes;

/** Owned by one connection. */
export class Gate {
  readonly #proving: Proving;
  readonly #keeper: GateKeeper;
  #waiting: unknown[] = [];
  #waitingSize = 0;
  #theirs: Proved | null = null;
  #sent = false;
  #state: 'shut' | 'checking' | 'checked' | 'open' | 'closed' = 'shut';
  #afterwards: () => void = () => undefined;

  constructor(proving: Proving, keeper: GateKeeper) {
    this.#proving = proving;
    this.#keeper = keeper;
  }

  /** Who is at the other end; null until both have proved it. */
  get proved(): Proved | null {
    return this.#sent ? this.#theirs : null;
  }

  /** The channel is open: our proof goes out, before anything else. */
  async opened(channel: Pick<RTCDataChannel, 'readyState' | 'send'>): Promise<void> {
    try {
      const frame = await this.#proving.frame();
      if (this.#state === 'closed' || channel.readyState !== 'open') return;
      channel.send(frame);
    } catch {
      return this.#over('failed');
    }
    this.#sent = true;
    this.#tell();
  }

  /** A frame came; perhaps before our side of the channel was told that it is open. */
  take(frame: unknown): void {
    if (this.#state === 'open') return this.#keeper.frame(frame);
    if (this.#state === 'closed') return undefined;
    if (this.#state === 'shut') return void this.#check(frame);
    this.#waiting.push(frame);
    this.#waitingSize += typeof frame === 'string' ? frame.length : maxBufferedBytes;
    if (this.#waitingSize > mostWaiting) this.#over('tampered');
    return undefined;
  }

  /** Lets through what waits, and from now on everything. */
  pass(): void {
    this.#state = 'open';
    for (const frame of this.#waiting.splice(0)) this.take(frame);
  }

  /**
   * Runs `then` when the present check is done, at once if there is none. Who says something and leaves at once may be
   * gone before their proof is checked; what they said counts all the same.
   */
  afterCheck(then: () => void): void {
    if (this.#state === 'checking') this.#afterwards = then;
    else then();
  }

  /** Nothing is told any more. */
  close(): void {
    this.#state = 'closed';
    this.#waiting = [];
  }

  async #check(frame: unknown): Promise<void> {
    this.#state = 'checking';
    const proof = proofIn(frame);
    const theirs = proof === null ? null : await this.#proving.check(proof).catch(() => null);
    // Closed meanwhile: TypeScript knows only what the state was before waiting.
    if ((this.#state as string) === 'closed') return;
    if (theirs === null) return this.#over('tampered');
    this.#theirs = theirs;
    this.#state = 'checked';
    this.#tell();
    this.#afterwards();
  }

  #tell(): void {
    if (this.proved !== null) this.#keeper.proved();
  }

  #over(how: 'tampered' | 'failed'): void {
    if (this.#state === 'closed') return;
    this.close();
    this.#keeper.over(how);
  }
}

function proofIn(frame: unknown): Proof | null {
  try {
    const message = parseFrame(frame);
    return message.t === 'proof' ? message : null;
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

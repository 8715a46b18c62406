/**
 * The channel for blocks beside that of words (SPEC B3). Words share the way with what is in its buffer, so that holds no
 * more than leaves in a moment: how much that is, is measured. Nobody hears anything of it before somebody listens, which is
 * when both have said hello: what comes earlier waits, since channels may overtake each other.
 */
import type { Bytes } from '../protocol/base64url';
import { maxBlockFrame } from '../protocol/limits';
import { blockChannel } from '../protocol/message';

/** Who listens. */
export type BlockListener = {
  /** A frame, not read yet: at most as long as B3 says. */
  frame(frame: Bytes): void;
  /** It takes so many bytes now: more than it was, or nothing is in it any more. Also once, when it begins. */
  drained(room: number): void;
};

/** What the buffer holds leaves in about so many ms. */
const holdMs = 50;
const leastHeld = 65_536;
const mostHeld = 1_048_576;
/** More than this of what came before somebody listened is dropped. */
const mostEarly = 1_048_576;

/** Owned by its connection. */
export class BlockLine {
  readonly #channel: RTCDataChannel;
  readonly #now: () => number;
  readonly #early: Bytes[] = [];
  #earlyBytes = 0;
  #listener: BlockListener | null = null;
  #bound = leastHeld;
  /** Since when bytes leave without a pause, and how many had been handed over, or were in the buffer. */
  #since = 0;
  #handed = 0;

  constructor(connection: RTCPeerConnection, now: () => number) {
    this.#now = now;
    this.#channel = connection.createDataChannel(blockChannel.label, { negotiated: true, id: blockChannel.id, ordered: true });
    this.#channel.binaryType = 'arraybuffer';
    this.#channel.addEventListener('open', () => this.#listener?.drained(this.room));
    this.#channel.addEventListener('bufferedamountlow', () => this.#left());
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.#take(data));
  }

  /** Nothing is told any more. */
  close(): void {
    this.listen(null);
    this.#channel.close();
  }

  /** Tells from now on, and first what came before; null: nobody any more, and what comes is dropped. */
  listen(listener: BlockListener | null): void {
    this.#listener = listener;
    const early = this.#early.splice(0);
    this.#earlyBytes = mostEarly;
    if (listener === null) return;
    if (this.room > 0) listener.drained(this.room);
    for (const frame of early) listener.frame(frame);
  }

  /** How many bytes it takes now. A frame that is longer is taken too, if it takes any. */
  get room(): number {
    return this.#channel.readyState === 'open' ? Math.max(0, this.#bound - this.#channel.bufferedAmount) : 0;
  }

  /** Hands a frame over; one that cannot go any more is forgotten. */
  send(frame: Bytes): void {
    const channel = this.#channel;
    if (channel.readyState !== 'open') return;
    if (channel.bufferedAmount === 0) {
      this.#since = this.#now();
      this.#handed = 0;
    }
    channel.send(frame);
    this.#handed += frame.byteLength;
    channel.bufferedAmountLowThreshold = channel.bufferedAmount > this.#bound / 2 ? this.#bound / 2 : 0;
  }

  #left(): void {
    const { bufferedAmount } = this.#channel;
    const now = this.#now();
    const rate = (this.#handed - bufferedAmount) / Math.max(1, now - this.#since);
    // By halves and doubles at the most: a moment at which the page was busy says little.
    const bound = Math.min(Math.max(rate * holdMs, this.#bound / 2), this.#bound * 2);
    this.#bound = Math.round(Math.min(Math.max(bound, leastHeld), mostHeld));
    this.#since = now;
    this.#handed = bufferedAmount;
    // The next to be told is that it is empty, unless something more is handed over.
    this.#channel.bufferedAmountLowThreshold = 0;
    if (this.room > 0) this.#listener?.drained(this.room);
  }

  #take(data: unknown): void {
    if (!(data instanceof ArrayBuffer) || data.byteLength > maxBlockFrame) return;
    const frame = new Uint8Array(data);
    if (this.#listener !== null) return this.#listener.frame(frame);
    this.#earlyBytes += frame.byteLength;
    if (this.#earlyBytes <= mostEarly) this.#early.push(frame);
    return undefined;
  }
}

/**
 * What waits to be sent (SPEC C6): at most 1 MiB in the channel's own buffer, at most 1 000 texts here, in order; beyond
 * that sending says that it is full. What is lost with the connection is for who keeps it until it is acknowledged.
 */
import { maxBufferedBytes, maxQueuedMessages } from '../protocol/limits';
import { utf8Length } from '../protocol/utf8';

/** As much of an RTCDataChannel as a queue needs. */
export type Outlet = { readonly bufferedAmount: number; send(frame: string): void };

/** A frame, the number of its text (M2; null: of none), and its bytes in UTF-8. */
type Entry = { readonly n: number | null; readonly frame: string; readonly bytes: number };

/** Owned by one connection; not for concurrent use. */
export class SendQueue {
  readonly #outlet: Outlet;
  #waiting: Entry[] = [];

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /**
   * Takes a frame.
   * @param n - its text's number; null if it has none.
   * @returns `sent`: the channel has it; `waiting`: {@link drain} will tell; `full`: it was not taken.
   */
  push(n: number | null, frame: string): 'sent' | 'waiting' | 'full' {
    if (this.offer(frame)) return 'sent';
    if (this.#waiting.length >= maxQueuedMessages) return 'full';
    this.#waiting.push({ n, frame, bytes: utf8Length(frame) });
    return 'waiting';
  }

  /** Hands a frame over if that can be now; false: it was not taken. */
  offer(frame: string): boolean {
    if (this.#waiting.length > 0 || !this.#fits(utf8Length(frame))) return false;
    this.#outlet.send(frame);
    return true;
  }

  /** Hands over what fits now; returns the numbers of the texts among it. */
  drain(): number[] {
    const numbers: number[] = [];
    let taken = 0;
    for (const { n, frame, bytes } of this.#waiting) {
      if (!this.#fits(bytes)) break;
      this.#outlet.send(frame);
      taken++;
      if (n !== null) numbers.push(n);
    }
    this.#waiting.splice(0, taken);
    return numbers;
  }

  /** Nothing waits. */
  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Ends the queue: what waits is forgotten. */
  end(): void {
    this.#waiting = [];
  }

  #fits(bytes: number): boolean {
    return this.#outlet.bufferedAmount + bytes <= maxBufferedBytes;
  }
}

/**
 * What waits to be sent (SPEC C6): at most 1 MiB in the channel's own buffer, at most 1 000 messages here,
 * in order; beyond that sending says that it is full. Nothing is lost silently: at the end the queue tells
 * what never left.
 */
import { maxBufferedBytes, maxQueuedMessages } from '../protocol/limits';
import { utf8Length } from '../protocol/utf8';

/** As much of an RTCDataChannel as a queue needs. */
export type Outlet = { readonly bufferedAmount: number; send(frame: string): void };

/** A frame with the id under which its sender knows it; `bytes` in UTF-8. */
type Entry = { readonly id: string; readonly frame: string; readonly bytes: number };

/** Owned by one connection; not for concurrent use. */
export class SendQueue {
  readonly #outlet: Outlet;
  #waiting: Entry[] = [];
  /** Handed to the channel, not known to have left its buffer. `end`: bytes handed over up to its last. */
  #handed: { readonly id: string; readonly end: number }[] = [];
  #handedBytes = 0;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /**
   * Takes a frame.
   * @returns `sent`: the channel has it; `waiting`: {@link drain} will tell; `full`: it was not taken.
   */
  push(id: string, frame: string): 'sent' | 'waiting' | 'full' {
    const entry = { id, frame, bytes: utf8Length(frame) };
    if (this.#waiting.length === 0 && this.#fits(entry)) {
      this.#hand(entry);
      return 'sent';
    }
    if (this.#waiting.length >= maxQueuedMessages) return 'full';
    this.#waiting.push(entry);
    return 'waiting';
  }

  /** Hands over what fits now; returns the ids of what it handed over. */
  drain(): string[] {
    let taken = 0;
    for (const entry of this.#waiting) {
      if (!this.#fits(entry)) break;
      this.#hand(entry);
      taken++;
    }
    return this.#waiting.splice(0, taken).map((entry) => entry.id);
  }

  /** Ends the queue: the ids of what never left, be it here or in the channel's buffer. */
  end(): string[] {
    this.#forgetLeft();
    const unsent = [...this.#handed.map((one) => one.id), ...this.#waiting.map((entry) => entry.id)];
    this.#handed = [];
    this.#waiting = [];
    return unsent;
  }

  #fits(entry: Entry): boolean {
    return this.#outlet.bufferedAmount + entry.bytes <= maxBufferedBytes;
  }

  #hand(entry: Entry): void {
    this.#outlet.send(entry.frame);
    this.#handedBytes += entry.bytes;
    this.#handed.push({ id: entry.id, end: this.#handedBytes });
    this.#forgetLeft();
  }

  #forgetLeft(): void {
    const left = this.#handedBytes - this.#outlet.bufferedAmount;
    const kept = this.#handed.findIndex((one) => one.end > left);
    this.#handed.splice(0, kept < 0 ? this.#handed.length : kept);
  }
}

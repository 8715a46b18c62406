/**
 * Texts that arrive once and in order, over one connection after another (SPEC section 11): what one side keeps until it
 * is acknowledged, and how far the other's was taken. No I/O, no time.
 */
import type { Heard, Hello } from './hello';
import type { StreamId } from './ids';
import { maxKeptBytes, maxKeptTexts } from './limits';
import { utf8Length } from './utf8';

/** A text and its number in its stream (M2). */
export type NumberedText = { readonly n: number; readonly text: string };

/** What one side says until the other has acknowledged it. */
export class Outbox {
  readonly stream: StreamId;
  /** In order, without gaps; the last is `#next - 1`. */
  #kept: readonly NumberedText[] = [];
  #bytes = 0;
  #next = 1;

  /** Begins a stream. */
  constructor(stream: StreamId) {
    this.stream = stream;
  }

  /** Numbers a text and keeps it; null when there is no room (M6). */
  put(text: string): NumberedText | null {
    const bytes = utf8Length(text);
    const full = this.#kept.length === maxKeptTexts || this.#bytes + bytes > maxKeptBytes;
    if (full || this.#next > Number.MAX_SAFE_INTEGER) return null;
    const one = { n: this.#next++, text };
    this.#kept = [...this.#kept, one];
    this.#bytes += bytes;
    return one;
  }

  /** Takes an acknowledgement; returns the numbers that are no longer kept (M3). */
  ack(n: number): readonly number[] {
    // Of what was never sent: dropped.
    if (n >= this.#next) return [];
    const done = this.#kept.filter((one) => one.n <= n);
    this.#kept = this.#kept.slice(done.length);
    for (const { text } of done) this.#bytes -= utf8Length(text);
    return done.map((one) => one.n);
  }

  /** What is not acknowledged, in order. */
  get kept(): readonly NumberedText[] {
    return this.#kept;
  }

  /** The number with which it goes on (M1). */
  get from(): number {
    return this.#next - this.#kept.length;
  }

  /** The other's hello says how far it has heard: as {@link ack}, if it is this stream (M4). */
  resume(heard: Heard | null): readonly number[] {
    return heard?.stream === this.stream ? this.ack(heard.n) : [];
  }
}

/** How far the other's stream was taken. */
export class HeardStream {
  #stream: StreamId | null = null;
  #last = 0;

  /** What the own hello says of it; null before the first hello. */
  get heard(): Heard | null {
    return this.#stream === null ? null : { stream: this.#stream, n: this.#last };
  }

  /** The number to acknowledge; 0: nothing. */
  get last(): number {
    return this.#last;
  }

  /** Takes the other's hello (M5). */
  hello({ stream, from }: Pick<Hello, 'stream' | 'from'>): void {
    if (stream !== this.#stream) this.#last = 0;
    this.#stream = stream;
    this.#last = Math.max(this.#last, from - 1);
  }

  /** Whether the text of this number is the next one; counts it (M2). */
  take(n: number): boolean {
    if (n !== this.#last + 1) return false;
    this.#last = n;
    return true;
  }
}

/** Which event of a room lies in which segment, and what has to be written when events come or change. */
import type { EventId } from '../../protocol/ids';
import type { KeptEvent } from '../member/config';
import { segmentBytes, segmentEvents } from './segment';

/** A segment as it is to be written. */
export type Rewritten = { readonly n: number; readonly events: readonly KeptEvent[] };

type Segment = { readonly events: Map<EventId, KeptEvent>; bytes: number };

/** All that is kept of one room. Owned by its archive; it holds the events of the last segment, and where the others are. */
export class Segments {
  readonly #places = new Map<EventId, number>();
  readonly #reread: (n: number) => Promise<readonly KeptEvent[]>;
  #last: Segment = { events: new Map(), bytes: 0 };
  #lastNumber: number;

  /** @param reread - gives what was written of a segment. */
  constructor(kept: ReadonlyMap<number, readonly KeptEvent[]>, reread: (n: number) => Promise<readonly KeptEvent[]>) {
    this.#reread = reread;
    let last = -1;
    for (const [n, events] of kept) {
      for (const { id } of events) this.#places.set(id, n);
      last = Math.max(last, n);
    }
    this.#lastNumber = Math.max(last, 0);
    for (const one of kept.get(last) ?? []) this.#put(one);
  }

  /** Takes events. @returns what is to be written: segments that are new, or of which something has changed. */
  async add(events: readonly KeptEvent[]): Promise<Rewritten[]> {
    const changed = new Map<number, KeptEvent[]>();
    const written = new Map<number, Map<EventId, KeptEvent>>();
    for (const one of events) {
      const n = this.#places.get(one.id) ?? this.#place(one.id);
      if (n === this.#lastNumber) {
        this.#put(one);
        written.set(n, this.#last.events);
      } else changed.set(n, [...(changed.get(n) ?? []), one]);
    }
    for (const [n, some] of changed) {
      const all = written.get(n) ?? new Map((await this.#reread(n)).map((one) => [one.id, one]));
      for (const one of some) all.set(one.id, one);
      written.set(n, all);
    }
    return Array.from(written, ([n, all]) => ({ n, events: [...all.values()] }));
  }

  #place(id: EventId): number {
    if (this.#last.events.size >= segmentEvents || this.#last.bytes >= segmentBytes) {
      this.#lastNumber++;
      this.#last = { events: new Map(), bytes: 0 };
    }
    this.#places.set(id, this.#lastNumber);
    return this.#lastNumber;
  }

  #put(one: KeptEvent): void {
    const before = this.#last.events.get(one.id);
    this.#last.events.set(one.id, one);
    this.#last.bytes += one.bytes.length - (before?.bytes.length ?? 0);
  }
}

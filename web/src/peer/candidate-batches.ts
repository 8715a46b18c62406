/**
 * Collects this side's candidates into few documents (SPEC D8, P3): those found before the description is
 * written travel in it; later ones go in batches, a short window each.
 *
 * No batch is written only to say that it was the last: it would cost a write and a read, and whoever is
 * connected stops listening anyway.
 */
import { maxBatchCandidates, maxBatchContentBytes, maxBatches } from '../protocol/limits';
import { ParseError } from '../protocol/parse-error';
import { encodeBatch, type Batch, type Candidate } from '../protocol/payload';
import { utf8Length } from '../protocol/utf8';
import type { Timers } from './timers';

/**
 * How long candidates are collected before the first batch; twice as long before each further one. The first
 * candidates are those that connect; a relay that is slow to answer comes after them.
 */
export const firstWindowMs = 100;

/** Room for the frame of a batch around its candidates, in bytes. */
const envelopeBytes = 64;

/** Owned by one connection; not for concurrent use. */
export class CandidateBatches {
  readonly #timers: Timers;
  readonly #emit: (number: number, batch: Batch) => void;
  #pending: Candidate[] = [];
  #described = false;
  #complete = false;
  #next = 0;
  #windowMs = firstWindowMs;
  #cancelWindow: (() => void) | null = null;

  /** @param emit - called with each batch and its number, 0 to 31. */
  constructor(timers: Timers, emit: (number: number, batch: Batch) => void) {
    this.#timers = timers;
    this.#emit = emit;
  }

  /** A candidate was found. One against P3, or found after the end, is dropped: the connection goes on with the others. */
  add(candidate: Candidate): void {
    if (this.#complete || !isAcceptable(candidate)) return;
    this.#pending.push(candidate);
    if (!this.#described || this.#cancelWindow !== null) return;
    this.#cancelWindow = this.#timers.after(this.#windowMs, () => this.#flush());
    this.#windowMs *= 2;
  }

  /** There are no more that the other side would be told of. */
  complete(): void {
    this.#complete = true;
    if (this.#described) this.#flush();
  }

  /**
   * The description is taken: what its `sdp` holds needs no batch.
   * @returns whether gathering is complete, so that the description can say so (P2).
   */
  describe(sdp: string): boolean {
    this.#described = true;
    this.#pending = this.#pending.filter((one) => !sdp.includes(`a=${mandatoryPart(one.candidate)}`));
    const end = this.#complete && this.#pending.length === 0;
    this.#flush();
    return end;
  }

  /** Ends it: nothing is emitted any more. */
  close(): void {
    this.#cancelWindow?.();
    this.#pending = [];
    this.#next = maxBatches;
  }

  #flush(): void {
    this.#cancelWindow?.();
    this.#cancelWindow = null;
    while (this.#pending.length > 0 && this.#next < maxBatches) {
      const candidates = this.#pending.splice(0, this.#fitting());
      this.#emit(this.#next++, { candidates, end: this.#complete && this.#pending.length === 0 });
    }
  }

  /** How many of the pending fit into one batch: at least one, see {@link isAcceptable}. */
  #fitting(): number {
    let bytes = envelopeBytes;
    let count = 0;
    for (const candidate of this.#pending) {
      bytes += utf8Length(JSON.stringify(candidate)) + 1;
      if (count === maxBatchCandidates || (count > 0 && bytes > maxBatchContentBytes)) break;
      count++;
    }
    return count;
  }
}

/**
 * Foundation to type, the part of a candidate that every form of it has (RFC 8839 section 5.1). What follows differs:
 * Chromium tells `ufrag` with a candidate's event, and not in the description.
 */
function mandatoryPart(candidate: string): string {
  return candidate.split(' ').slice(0, 8).join(' ');
}

function isAcceptable(candidate: Candidate): boolean {
  try {
    encodeBatch({ candidates: [candidate], end: true });
    return true;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}

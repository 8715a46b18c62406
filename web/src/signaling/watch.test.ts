import type { SnapshotMetadata } from 'firebase/firestore';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../protocol/failures';
import { Clock } from '../session/testing/clock';
import { secondLookMs, silenceMs, watch } from './watch';

type Told = { readonly value: string; readonly metadata: SnapshotMetadata };

/** A store of which the test says what each listener is told. */
class Listeners {
  readonly clock = new Clock();
  readonly heard: string[] = [];
  readonly failures: string[] = [];
  /** What listens now; one that was closed is gone. */
  readonly open: ((snapshot: Told) => void)[] = [];
  opened = 0;
  readonly stop: () => void;

  constructor() {
    this.stop = watch<Told>(
      { timers: this.clock, reconnect: () => undefined },
      { next: ({ value }) => this.heard.push(value), fail: (failure: Failure) => this.failures.push(failure.message) },
      (next) => {
        this.opened++;
        this.open.push(next);
        return () => void this.open.splice(this.open.indexOf(next), 1);
      },
    );
  }

  tell(value: string, fromCache = false): void {
    for (const next of this.open) {
      next({ value, metadata: { fromCache, hasPendingWrites: false, isEqual: () => false } as SnapshotMetadata });
    }
  }
}

describe('[D12] a second look', () => {
  it('tells what was written in the moment in which the first listener opened', async () => {
    const store = new Listeners();
    store.tell('before');
    // «after» is written now, and the first listener is never told.
    await store.clock.advance(secondLookMs);
    expect(store.open, 'one listener at a time').toHaveLength(1);
    store.tell('after');
    expect(store.heard).toEqual(['before', 'after']);
    store.stop();
    expect(store.clock.pending).toBe(0);
  });

  it('is one only, counted from what the server said first', async () => {
    const store = new Listeners();
    await store.clock.advance(secondLookMs / 2);
    store.tell('nothing known yet', true);
    await store.clock.advance(secondLookMs);
    expect(store.opened).toBe(1);
    store.tell('first word');
    await store.clock.advance(secondLookMs);
    store.tell('again');
    await store.clock.advance(10 * secondLookMs);
    expect([store.opened, store.heard]).toEqual([2, ['first word', 'again']]);
    store.stop();
  });

  it('is spared to who has stopped listening', async () => {
    const store = new Listeners();
    store.tell('all');
    store.stop();
    await store.clock.advance(10 * secondLookMs);
    expect([store.opened, store.open.length, store.clock.pending]).toEqual([1, 0, 0]);
  });

  it('that the server does not answer is an outage', async () => {
    const store = new Listeners();
    store.tell('here');
    await store.clock.advance(secondLookMs + silenceMs);
    expect([store.failures.length, store.open.length]).toEqual([1, 0]);
  });
});

import { describe, expect, it, vi } from 'vitest';
import type { Line, Message } from '../../session/model';
import { english } from '../words/english';
import { englishLater } from '../words/english-later';
import { announcement, READ_OUT_CHARACTERS } from './announcing';
import { characters, roomFor } from './length';
import { nothingRead, read } from './reading';
import { sends } from './sends';
import { MEASURE_MS, watchLine } from './watchLine';

let next = 0;
const from = (side: Message['from'], text = 'x'): Message => ({
  id: `m${next++}`,
  from: side,
  text,
  at: 0,
  status: 'sent',
});

describe('the length of a text', () => {
  it('[V7] counts code points', () => {
    expect(characters('abc')).toBe(3);
    expect(characters('😀'.repeat(10_000))).toBe(10_000);
    expect(characters('a😀'.repeat(5_000))).toBe(10_000);
  });

  it('[C3] shows what is left near 10 000 and what is too much beyond', () => {
    expect(roomFor('a'.repeat(9_499))).toEqual({ kind: 'plenty' });
    expect(roomFor('a'.repeat(9_500))).toEqual({ kind: 'left', n: 500 });
    expect(roomFor('a'.repeat(10_000))).toEqual({ kind: 'left', n: 0 });
    expect(roomFor('😀'.repeat(10_001))).toEqual({ kind: 'over', n: 1 });
    expect(roomFor('😀'.repeat(9_000))).toEqual({ kind: 'plenty' });
  });
});

describe('how far the person has read', () => {
  const [a, b, c] = [from('them'), from('them'), from('them')];

  it('counts nothing while the newest is in view', () => {
    expect(read(nothingRead, [a, b], true)).toEqual({ seen: 2, unreadFrom: null, unread: 0 });
  });

  it('puts the line above the first that came out of view and keeps it there', () => {
    const one = read(read(nothingRead, [a], true), [a, b], false);
    expect(one).toEqual({ seen: 1, unreadFrom: b.id, unread: 1 });
    expect(read(one, [a, b, c], false)).toEqual({ seen: 1, unreadFrom: b.id, unread: 2 });
  });

  it('leaves the line for the person to find when they come back, and takes it away when they write', () => {
    const back = read(read(read(nothingRead, [a], true), [a, b], false), [a, b], true);
    expect(back).toEqual({ seen: 2, unreadFrom: b.id, unread: 0 });
    expect(read(back, [a, b, from('me')], true).unreadFrom).toBeNull();
  });

  it('moves the line when they go away again', () => {
    const back = read(read(read(nothingRead, [a], true), [a, b], false), [a, b], true);
    expect(read(back, [a, b, c], false)).toEqual({ seen: 2, unreadFrom: c.id, unread: 1 });
  });

  it('does not count the own messages, and stays the same object when nothing changed', () => {
    const seen = read(nothingRead, [a], true);
    expect(read(seen, [a, from('me')], false).unread).toBe(0);
    expect(read(seen, [a], true)).toBe(seen);
  });
});

describe('what is read out', () => {
  it('is theirs alone', () => {
    expect(announcement([from('me', 'mine')], english)).toBeNull();
    expect(announcement([from('them', 'one'), from('me', 'mine'), from('them', 'two')], english)).toBe(
      'They: one\nThey: two',
    );
  });

  it('is only a number when many come at once', () => {
    expect(
      announcement(
        [1, 2, 3, 4].map(() => from('them')),
        english,
      ),
    ).toBe('4 new messages');
  });

  it('cuts a long text between characters', () => {
    const cut = announcement([from('them', '😀'.repeat(400))], english) ?? '';
    expect(cut.length).toBeLessThan(READ_OUT_CHARACTERS + 20);
    expect(() => encodeURIComponent(cut)).not.toThrow();
  });
});

describe('the key that sends', () => {
  const key = { key: 'Enter', shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, isComposing: false };

  it('is Enter, and Shift with it makes a new line', () => {
    expect(sends(key, true)).toBe(true);
    expect(sends({ ...key, shiftKey: true }, true)).toBe(false);
    expect(sends({ ...key, key: 'a' }, true)).toBe(false);
  });

  it('is Ctrl or ⌘ with Enter when Enter makes new lines', () => {
    expect(sends(key, false)).toBe(false);
    expect(sends({ ...key, ctrlKey: true }, false)).toBe(true);
    expect(sends({ ...key, metaKey: true }, false)).toBe(true);
  });

  it('is not the Enter that ends a word of an input method', () => {
    expect(sends({ ...key, isComposing: true }, true)).toBe(false);
  });
});

/** A page that can be seen, or not. */
class Sheet extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';

  becomes(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

const measured = (roundTripMs: number): Line => ({ path: 'direct', ownRelay: false, carrier: 'udp', roundTripMs });

describe('what is measured of the line', () => {
  it('is read every few seconds while somebody sees it, and told when it changes', async () => {
    vi.useFakeTimers();
    const [page, told] = [new Sheet(), [] as (Line | null)[]];
    const line = vi.fn(async () => measured(20));
    const stop = watchLine({ line }, page, (one) => told.push(one));
    await vi.advanceTimersByTimeAsync(2 * MEASURE_MS);
    expect(line).toHaveBeenCalledTimes(3);
    expect(told).toEqual([measured(20)]);
    line.mockResolvedValue(measured(20.4));
    await vi.advanceTimersByTimeAsync(MEASURE_MS);
    line.mockResolvedValue(measured(31));
    await vi.advanceTimersByTimeAsync(MEASURE_MS);
    expect(told).toEqual([measured(20), measured(31)]);
    page.becomes('hidden');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(line).toHaveBeenCalledTimes(5);
    page.becomes('visible');
    expect(line).toHaveBeenCalledTimes(6);
    stop();
    page.becomes('visible');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('is told no more once it is of no interest', async () => {
    const told = vi.fn();
    const stop = watchLine({ line: async () => measured(20) }, new Sheet(), told);
    stop();
    await Promise.resolve();
    expect(told).not.toHaveBeenCalled();
  });

  it('is said in words', () => {
    const { path } = englishLater;
    expect([0.4, 18.4, 1234].map(path.trip)).toEqual(['under 1 ms', '18 ms', '1234 ms']);
    expect(path.tripText(18.4)).toBe('There and back takes 18 ms.');
    expect(path.carrierText({ carrier: 'tls', ownRelay: true })).toBe('From here to the relay it goes by TLS.');
    expect(path.carrierText({ carrier: 'udp', ownRelay: false })).toBe('From here to them it goes by UDP.');
    expect(path.carrierText({ carrier: null, ownRelay: false })).toBe('');
  });
});

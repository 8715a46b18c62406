import { describe, expect, it } from 'vitest';
import { encodeBase64url, type Bytes } from '../../protocol/base64url';
import type { EventId } from '../../protocol/ids';
import type { KeptEvent } from '../member/config';
import { decodeSegment, encodeSegment, newArchiveKey, segmentBytes, segmentEvents, vaultOf } from './segment';
import { Segments } from './segments';

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const bytesOf = (text: string) => new TextEncoder().encode(text);

function event(n: number, text = `event ${n}`): KeptEvent {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, n);
  return { id: encodeBase64url(id) as EventId, bytes: bytesOf(text), at: 1_800_000_000_000 + n };
}

/** A disk, and how often it was written. */
function room() {
  const disk = new Map<number, Bytes>();
  let written = 0;
  const read = async (n: number) => decodeSegment(disk.get(n) ?? new Uint8Array());
  const open = async () => {
    const kept = new Map<number, readonly KeptEvent[]>();
    for (const n of disk.keys()) kept.set(n, await read(n));
    return new Segments(kept, read);
  };
  return {
    disk,
    get written() {
      return written;
    },
    open,
    async add(segments: Segments, events: readonly KeptEvent[]) {
      for (const { n, events: all } of await segments.add(events)) {
        written++;
        disk.set(n, encodeSegment(all));
      }
    },
    async all() {
      const found = await Promise.all([...disk.keys()].map((n) => read(n)));
      return new Map(found.flat().map(({ id, bytes }) => [id, new TextDecoder().decode(bytes)]));
    },
  };
}

describe('what is kept of a room', () => {
  it('is all there again, also after the page was loaded anew in between', async () => {
    const kept = room();
    const events = Array.from({ length: 1000 }, (_, n) => event(n));
    for (let i = 0; i < events.length; i += 100) await kept.add(await kept.open(), events.slice(i, i + 100));
    expect(kept.disk.size).toBe(Math.ceil(1000 / segmentEvents));
    expect(await kept.all()).toEqual(new Map(events.map(({ id }, n) => [id, `event ${n}`])));
  });

  it('one that changes takes the place of what was, and nothing of that stays', async () => {
    const kept = room();
    const segments = await kept.open();
    await kept.add(segments, Array.from({ length: 600 }, (_, n) => event(n, `secret ${n}`)));
    const before = kept.written;
    await kept.add(segments, [event(3, 'gone'), event(4, 'gone'), event(599, 'gone'), event(600)]);
    expect(kept.written - before).toBe(2);
    const all = await kept.all();
    expect([all.size, all.get(event(3).id), all.get(event(599).id), all.get(event(5).id)]).toEqual([
      601, 'gone', 'gone', 'secret 5',
    ]);
    expect([...all.values()].filter((text) => /^secret (3|4|599)$/u.test(text))).toEqual([]);
  });

  it('large ones lie in segments of their own', async () => {
    const kept = room();
    const segments = await kept.open();
    const large = 'x'.repeat(segmentBytes);
    for (const n of [0, 1, 2]) await kept.add(segments, [event(n, large)]);
    expect(kept.disk.size).toBe(3);
  });

  it('[E6] says when each came here', () => {
    const events = [event(1), { ...event(2), at: 0 }, { ...event(3), at: 2 ** 48 }];
    expect(decodeSegment(encodeSegment(events))).toEqual(events);
  });

  it('a segment that is cut off is refused', () => {
    const whole = encodeSegment([event(1), event(2)]);
    expect(() => decodeSegment(whole.slice(0, whole.length - 1))).toThrow(RangeError);
    expect(() => decodeSegment(whole.slice(0, 40))).toThrow(RangeError);
  });

  it('is sealed for what it is, with a key that nobody reads out', async () => {
    const key = await newArchiveKey(crypto.subtle);
    expect(key.extractable).toBe(false);
    const vault = vaultOf(crypto.subtle, key, random);
    const sealed = await vault.seal('segment/a/1', bytesOf('words'));
    expect(new TextDecoder().decode(await vault.open('segment/a/1', sealed))).toBe('words');
    expect(Buffer.from(sealed).includes('words')).toBe(false);
    await expect(vault.open('segment/a/2', sealed)).rejects.toThrow();
    const other = vaultOf(crypto.subtle, await newArchiveKey(crypto.subtle), random);
    await expect(other.open('segment/a/1', sealed)).rejects.toThrow();
  });
});

import { array, assert, boolean, integer, oneof, property, record, uint8Array } from 'fast-check';
import { expect, it } from 'vitest';
import { Bitmap, eachOf } from './bitmap';

const index = oneof(integer({ min: 0, max: 200 }), integer({ min: 0, max: 5000 }));
const steps = array(record({ i: index, add: boolean() }), { maxLength: 300 });

function played(list: readonly { i: number; add: boolean }[]): { bits: Bitmap; model: Set<number> } {
  const [bits, model] = [new Bitmap(), new Set<number>()];
  for (const { i, add } of list) {
    if (add) {
      bits.add(i);
      model.add(i);
    } else {
      bits.remove(i);
      model.delete(i);
    }
  }
  return { bits, model };
}

it('holds what was added and not removed', () => {
  assert(
    property(steps, index, (list, from) => {
      const { bits, model } = played(list);
      const found: number[] = [];
      bits.each(from, (i) => found.push(i));
      expect(found).toEqual([...model].filter((i) => i >= from).toSorted((a, b) => a - b));
      for (const { i } of list) expect(bits.has(i)).toBe(model.has(i));
    }),
  );
});

it('may lose what it is asked about while it is gone through', () => {
  const { bits } = played([3, 31, 32, 64, 1000].map((i) => ({ i, add: true })));
  const found: number[] = [];
  bits.each(4, (i) => {
    found.push(i);
    bits.remove(i);
  });
  expect(found).toEqual([31, 32, 64, 1000]);
  bits.each(0, (i) => found.push(i));
  expect(found).toEqual([31, 32, 64, 1000, 3]);
});

it('counts its words by pairs, and knows before how many there will be', () => {
  assert(
    property(steps, index, (list, i) => {
      const { bits } = played(list);
      const expected = bits.lengthWith(i);
      bits.add(i);
      expect(bits.length).toBe(expected);
      expect(bits.length % 2).toBe(0);
    }),
  );
});

it('[B4] octets of frames are read as they are written', () => {
  assert(
    property(uint8Array({ maxLength: 100 }), integer({ min: 0, max: 50 }), (octets, skipped) => {
      const bits = new Bitmap();
      eachOf(octets, 8 * skipped, (i) => bits.add(i));
      expect(bits.octets(skipped, skipped + octets.length)).toEqual(octets);
      const next = octets.findIndex((octet) => octet !== 0);
      expect(bits.nextOctet(0)).toBe(next < 0 ? -1 : skipped + next);
    }),
  );
  const first: number[] = [];
  eachOf(Uint8Array.of(0x80, 0x01), 16, (i) => first.push(i));
  expect(first).toEqual([16, 31]);
});

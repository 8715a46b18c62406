import { array, assert, integer, property, shuffledSubarray } from 'fast-check';
import { expect, it } from 'vitest';
import { encodeBase64url } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import { digestBytes, Plan } from './plan';

/** Digests that begin alike, some of which are the same. */
function digestOf(n: number): Uint8Array {
  return Uint8Array.from({ length: digestBytes }, (_, k) => (k === digestBytes - 1 ? n : 7));
}

const idOf = (n: number) => encodeBase64url(digestOf(n)) as BlockId;

it('finds what is here, the first of several with one digest, however their digests begin', () => {
  const made = array(integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 100 }).chain((numbers) =>
    shuffledSubarray([...numbers.keys()]).map((held) => ({ numbers, held })),
  );
  assert(
    property(made, ({ numbers, held }) => {
      const plan = new Plan();
      for (const n of numbers) plan.push(digestOf(n));
      expect(numbers.map((_, i) => plan.at(i))).toEqual(numbers.map(idOf));
      const model = new Map<number, number>();
      for (const i of held) {
        const n = numbers[i] ?? -1;
        plan.hold(i);
        if (!model.has(n)) model.set(n, i);
      }
      for (let n = 0; n <= 61; n++) expect(plan.held(idOf(n))).toBe(model.get(n) ?? -1);
    }),
  );
});

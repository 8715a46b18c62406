import { array, assert, boolean, integer, property, record, tuple } from 'fast-check';
import { expect, it } from 'vitest';
import { encodeBase64url } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import { Bitmap } from './bitmap';
import { maxLevel } from './limits';
import { pick } from './pick';
import { digestBytes } from './plan';
import { BlockSet } from './set';
import { newClaim } from './state';

type Block = { readonly here: boolean; readonly busy: boolean; readonly has: boolean; readonly barred: boolean; readonly seen: number };

const block = record({ here: boolean(), busy: boolean(), has: boolean(), barred: boolean(), seen: integer({ min: 0, max: 20 }) });

function made(blocks: readonly Block[], sharers: number, place: number) {
  const set = new BlockSet(encodeBase64url(new Uint8Array(digestBytes)) as BlockId);
  set.grow(new Uint8Array((blocks.length - 1) * digestBytes));
  const claim = newClaim();
  blocks.forEach(({ here, busy, has, barred, seen }, i) => {
    for (let n = 0; n < seen; n++) set.seenBy(i, 1);
    if (here) set.add(i);
    if (busy) set.take(i);
    if (has) claim.bits.add(i);
    if (barred) claim.barred.add(i);
  });
  set.share(sharers, place);
  return { set, claim };
}

it('[B9] takes the rarest, of these the own share, of these the least', () => {
  const sharing = integer({ min: 1, max: 5 }).chain((sharers) => tuple(integer({ min: sharers, max: sharers }), integer({ min: 0, max: sharers - 1 })));
  const range = tuple(integer({ min: 0, max: 150 }), integer({ min: 0, max: 150 }), boolean(), boolean());
  assert(
    property(array(block, { minLength: 1, maxLength: 150 }), sharing, range, (blocks, [sharers, place], [first, end, mineOnly, all]) => {
      const { set, claim } = made(blocks, sharers, place);
      claim.all = all;
      if (all) claim.bits = new Bitmap();
      const isMine = (i: number) => i % sharers === place;
      const rank = (i: number) => Math.min(blocks[i]?.seen ?? 0, maxLevel) * 2 + (isMine(i) ? 0 : 1);
      const [best = -1] = [...blocks.keys()]
        .filter((i) => i >= first && i < end && (!mineOnly || isMine(i)))
        .filter((i) => blocks[i]?.here === false && !blocks[i].busy && !blocks[i].barred && (all || blocks[i].has))
        .toSorted((a, b) => rank(a) - rank(b) || a - b);
      expect(pick(set, claim, { first, end, only: mineOnly ? set.mine : null })).toBe(best);
    }),
  );
});

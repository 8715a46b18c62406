/** Chance for what spreads times and chooses neighbours. */
import type { RandomBytes } from '../../protocol/ids';

/** Gives whole numbers from 0 to below a bound. */
export function chanceOf(random: RandomBytes): (below: number) => number {
  return (below) => Math.floor(below * fraction(random));
}

/** From 0 to below 1, of 53 bits. */
function fraction(random: RandomBytes): number {
  const view = new DataView(random(8).buffer);
  return (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11)) / 2 ** 53;
}

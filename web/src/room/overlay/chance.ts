/** What is left to chance. */

/** Gives a whole number from 0 to below the bound, each as likely as the others. */
export type Random = (below: number) => number;

/** Around `ms`, by a tenth: not everybody at once. */
export function spread(random: Random, ms: number): number {
  return (ms * 9) / 10 + random(ms / 5);
}

const steps = 2 ** 20;

/** True with this probability. */
export function happens(random: Random, probability: number): boolean {
  return random(steps) / steps < probability;
}

/** A list in any order (Fisher and Yates). */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T]; // both are in the list
  }
  return out;
}

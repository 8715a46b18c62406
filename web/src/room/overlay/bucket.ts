/** Buckets of what may still be spent. */
import type { Allowance } from './limits';

/** Filled again as time goes by, see {@link spend}. */
export type Bucket = { readonly allowance: Allowance; left: number; at: number };

/** A full one. */
export function newBucket(allowance: Allowance, now: number): Bucket {
  return { allowance, left: allowance.atOnce, at: now };
}

/** Takes an amount out. @returns false: so much is not there. */
export function spend(bucket: Bucket, amount: number, now: number): boolean {
  const { atOnce, perSecond } = bucket.allowance;
  bucket.left = Math.min(atOnce, bucket.left + ((now - bucket.at) / 1000) * perSecond);
  bucket.at = now;
  if (bucket.left < amount) return false;
  bucket.left -= amount;
  return true;
}

/** What the caller says of sets. */
import type { BlockId } from '../protocol/ids';
import { maxSetBlocks } from '../protocol/limits';
import { cancelSet } from './asked';
import { eachOf } from './bitmap';
import { forget, planned } from './heard';
import { digestBytes } from './plan';
import { unserve } from './serve';
import { BlockSet } from './set';
import { change, type State } from './state';

/** The set, which is begun if it is not known. */
function open(s: State, id: BlockId): BlockSet {
  const there = s.known.get(id);
  if (there !== undefined) return there;
  const set = new BlockSet(id);
  s.known.set(id, set);
  s.sets.push(set);
  for (const n of s.neighbours) if (n.claims.has(id)) n.unknown--;
  change(s, set);
  return set;
}

/** Something of a set is another: neighbours may have to know, and something may be asked for. */
function stir(s: State, set: BlockSet): void {
  s.tells = true;
  s.asks = true;
  change(s, set);
}

/** Adds to the plan. @returns false: the set would be too large, or was whole already. */
export function extend(s: State, id: BlockId, digests: Uint8Array, whole: boolean): boolean {
  const set = open(s, id);
  const from = set.plan.length;
  if (set.whole || from + digests.length / digestBytes > maxSetBlocks) return false;
  set.grow(digests);
  set.whole = whole;
  planned(s, set, from);
  if (set.complete) set.settle();
  stir(s, set);
  return true;
}

/** Says what is here, of what is known of the plan. */
export function have(s: State, id: BlockId, bits: Uint8Array): void {
  const set = open(s, id);
  eachOf(bits, 0, (i) => {
    if (i < set.plan.length && !set.have.has(i)) set.add(i);
  });
  stir(s, set);
}

/** Says that all is here. */
export function hold(s: State, id: BlockId, digests: Uint8Array): void {
  const set = open(s, id);
  if (!set.whole && digests.length / digestBytes < maxSetBlocks) {
    const from = set.plan.length;
    set.grow(digests.subarray((from - 1) * digestBytes));
    set.whole = true;
    planned(s, set, from);
  }
  for (let i = 0; i < set.plan.length; i++) if (!set.have.has(i)) set.add(i);
  if (set.complete) set.settle(); // all of it may have been here before
  stir(s, set);
}

export function want(s: State, id: BlockId): void {
  const set = open(s, id);
  set.wanted = true;
  set.declined = false;
  stir(s, set);
}

export function priority(s: State, id: BlockId, first: number, count: number): void {
  const set = s.known.get(id);
  if (set === undefined) return;
  set.first = Math.max(0, first);
  set.end = set.first + Math.min(Math.max(0, count), maxSetBlocks);
  s.asks = true;
}

export function pause(s: State, id: BlockId): void {
  const set = s.known.get(id);
  if (set !== undefined) stop(s, set);
}

/** Takes back what was asked for of a set. */
export function stop(s: State, set: BlockSet): void {
  set.wanted = false;
  for (const n of s.neighbours) cancelSet(s, n, set);
  s.tells = true;
  change(s, set);
}

export function decline(s: State, id: BlockId): void {
  const set = open(s, id);
  set.declined = true;
  stop(s, set);
  unserve(s, set);
}

export function drop(s: State, id: BlockId): void {
  const set = s.known.get(id);
  if (set === undefined) return;
  stop(s, set);
  unserve(s, set);
  set.gone = true;
  s.known.delete(id);
  s.sets = s.sets.filter((other) => other !== set);
  s.changed = s.changed.filter((other) => other !== set);
  for (const n of s.neighbours) forget(n, set);
}

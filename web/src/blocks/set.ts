/** What is known of one set of blocks. */
import { decodeBase64url } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import type { Peer } from './action';
import { Bitmap } from './bitmap';
import { maxLevel } from './limits';
import { Meter } from './meter';
import { digestBytes, Plan } from './plan';
import { grown } from './grow';

/** What others are told about a set besides which blocks are here (B4). */
export type Standing = 'nothing' | 'wants' | 'all' | 'declined';

/** A set. Its parts change it by the methods below; indexes are below `plan.length`. */
export class BlockSet {
  readonly id: BlockId;
  readonly plan = new Plan();
  /** The plan is. */
  whole = false;
  wanted = false;
  declined = false;
  /** It was dropped: what tasks come back for it comes to nothing. */
  gone = false;

  readonly have = new Bitmap();
  /** Of `have`. */
  count = 0;
  /** What was added to `have`, in that order, until it is complete. */
  fresh: number[] = [];
  /** Checked, and being kept. */
  fine = new Bitmap();

  /** Those that are lacking and not busy. */
  open = new Bitmap();
  openCount = 0;
  /** Asks that are not late, checks and keeps, of each index that has any. */
  readonly busy = new Map<number, number>();

  /** Indexes by how many neighbours have the block, not counting those that have all. */
  levels: readonly Bitmap[] = Array.from({ length: maxLevel + 1 }, () => new Bitmap());
  /** The own share. */
  mine = new Bitmap();
  /** The own part of all shares. */
  second = new Bitmap();
  /** How many want the set, this member among them. */
  sharers = 0;

  /** Who is not asked any more. */
  readonly bad = new Set<Peer>();
  /** What is wanted before others: from `first` to before `end`. */
  first = 0;
  end = 0;
  /** Kept since the set was opened. */
  bytes = 0;
  readonly rate = new Meter();

  /** How many neighbours have each block: what `levels` is made of. */
  #seen = new Uint16Array();
  #seenLength = 0;
  /** How many are open, of each level. */
  readonly #openAt = new Int32Array(maxLevel + 1);
  /** No open block is in a word before this one. */
  #low = 0;
  /** What the share was made of, beside `sharers`. */
  #place = 0;
  #shared = 0;

  constructor(id: BlockId) {
    this.id = id;
    this.grow(decodeBase64url(id));
  }

  get complete(): boolean {
    return this.whole && this.count === this.plan.length;
  }

  /** Whether more of it is to be asked for. */
  get wants(): boolean {
    return this.wanted && !this.complete;
  }

  get standing(): Standing {
    if (this.declined) return 'declined';
    if (this.complete) return 'all';
    return this.wanted ? 'wants' : 'nothing';
  }

  grow(digests: Uint8Array): void {
    const from = this.plan.length;
    this.plan.push(digests);
    this.#seenLength = this.plan.length;
    this.#seen = grown(this.#seen, this.#seenLength, (length) => new Uint16Array(length));
    for (let i = from; i < from + digests.length / digestBytes; i++) {
      this.levels[0]?.add(i);
      this.#reopen(i);
    }
  }

  /** Counts one neighbour more, or less, that has a block. */
  seenBy(i: number, more: 1 | -1): void {
    if (i >= this.#seenLength) return;
    const seen = this.#seen[i] as number;
    this.#seen[i] = seen + more;
    const [before, after] = [Math.min(seen, maxLevel), Math.min(seen + more, maxLevel)];
    if (before === after) return;
    this.levels[before]?.remove(i);
    this.levels[after]?.add(i);
    if (!this.open.has(i)) return;
    this.#countOpen(before, -1);
    this.#countOpen(after, 1);
  }

  /** Makes a block busy. */
  take(i: number): void {
    this.busy.set(i, (this.busy.get(i) ?? 0) + 1);
    this.#close(i);
  }

  /** Undoes one `take`. */
  release(i: number): void {
    const left = (this.busy.get(i) ?? 0) - 1;
    if (left > 0) {
      this.busy.set(i, left);
      return;
    }
    this.busy.delete(i);
    this.#reopen(i);
  }

  /** Says that a block is here, which was not. */
  add(i: number): void {
    this.have.add(i);
    this.count++;
    this.plan.hold(i);
    this.#close(i);
    this.fresh.push(i);
    if (this.complete) this.settle();
  }

  /** Lets go of what a set that is complete needs no more. */
  settle(): void {
    this.fresh = [];
    this.fine = new Bitmap();
    this.open = new Bitmap();
    this.mine = new Bitmap();
    this.second = new Bitmap();
    this.levels = [];
    this.#seen = new Uint16Array();
    this.#seenLength = 0;
  }

  /** Finds out which blocks are its own, if so many want the set, and so many of them come before this member. */
  share(sharers: number, place: number): void {
    if (this.sharers === sharers && this.#place === place && this.#shared === this.plan.length) return;
    this.sharers = sharers;
    this.#place = place;
    this.#shared = this.plan.length;
    this.mine = new Bitmap();
    this.second = new Bitmap();
    for (let i = place; i < this.plan.length; i += sharers) this.mine.add(i);
    for (let i = place * sharers; i < this.plan.length; i += sharers * sharers) {
      for (let j = i; j < Math.min(i + sharers, this.plan.length); j++) this.second.add(j);
    }
  }

  /** The first word with an open block, or none. */
  firstOpen(): number {
    while (this.#low < this.open.length && this.open.word(this.#low) === 0) this.#low++;
    return this.#low;
  }

  /** No open block has fewer neighbours than this, of those that have not all. */
  rarest(): number {
    const level = this.#openAt.findIndex((count) => count > 0);
    return level < 0 ? maxLevel : level;
  }

  #reopen(i: number): void {
    if (this.have.has(i) || this.open.has(i)) return;
    this.open.add(i);
    this.openCount++;
    this.#countOpen(this.#levelOf(i), 1);
    this.#low = Math.min(this.#low, i >>> 5);
  }

  #close(i: number): void {
    if (!this.open.has(i)) return;
    this.open.remove(i);
    this.openCount--;
    this.#countOpen(this.#levelOf(i), -1);
  }

  #levelOf(i: number): number {
    return Math.min(this.#seen[i] as number, maxLevel);
  }

  #countOpen(level: number, more: 1 | -1): void {
    this.#openAt[level] = (this.#openAt[level] as number) + more;
  }
}

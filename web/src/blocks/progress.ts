/** How it stands. */
import type { BlockId } from '../protocol/ids';
import type { Peer } from './action';
import type { State } from './state';

/**
 * How it stands with a set. `have` blocks of `total` that are known of are here; where it is `whole`, there are no more,
 * and `complete` says that all are here. `wants`: it is neither paused nor declined nor complete.
 */
export type Progress = {
  readonly have: number;
  readonly total: number;
  readonly whole: boolean;
  readonly complete: boolean;
  readonly wants: boolean;
  readonly declined: boolean;
  /** Of blocks that were kept since the set was opened. */
  readonly bytes: number;
  /** Of them in a second, over the last five, or since it began. */
  readonly rate: number;
  /** Those that said something of the set, by identity. */
  readonly neighbours: readonly Claimed[];
};

/**
 * What a neighbour said of a set, by its last word: it `has` so many blocks, or all, wants what it lacks, declined it.
 * Who is `blamed` is not asked any more.
 */
export type Claimed = {
  readonly peer: Peer;
  readonly has: number;
  readonly all: boolean;
  readonly wants: boolean;
  readonly declined: boolean;
  readonly blamed: boolean;
};

/** How many bytes of blocks came from a neighbour, and went to it, in a second, over the last five, or since it began. */
export type Rate = { readonly peer: Peer; readonly in: number; readonly out: number };

/** How it stands with a set; nothing of nothing if it is not known. */
export function progressOf(s: State, id: BlockId): Progress {
  const set = s.known.get(id);
  if (set === undefined) {
    const no = false;
    return { have: 0, total: 0, whole: no, complete: no, wants: no, declined: no, bytes: 0, rate: 0, neighbours: [] };
  }
  const { count: have, plan, whole, complete, wants, declined, bytes } = set;
  const neighbours = s.neighbours.flatMap(({ peer, claims, shunned }): Claimed[] => {
    const claim = claims.get(id);
    if (claim?.said !== true) return [];
    const has = claim.all ? plan.length : claim.has;
    return [{ peer, has, all: claim.all, wants: claim.wants, declined: claim.declined, blamed: shunned || set.bad.has(peer) }];
  });
  return { have, total: plan.length, whole, complete, wants, declined, bytes, rate: set.rate.rate(s.now), neighbours };
}

export function ratesOf(s: State): Rate[] {
  return s.neighbours.map(({ peer, in: came, out: went }) => ({ peer, in: came.rate(s.now), out: went.rate(s.now) }));
}

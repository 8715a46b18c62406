/** Blocks that come, and who is to blame for those that are not as they should be (SPEC B6, B8). */
import type { BlockPiece } from '../protocol/block-frame';
import { maxBlockBytes } from '../protocol/limits';
import type { Fault, Peer, Task } from './action';
import { cancel, cancelSet, unask } from './asked';
import { uncount, uncountAll } from './heard';
import { maxStray, maxWindow, nonesInARow, quickMs, slowMs } from './limits';
import type { BlockSet } from './set';
import { stop } from './sets';
import { act, change, hasBlock, neighbourOf, newTask, type Ask, type Neighbour, type State } from './state';

/** Takes a part of a block. */
export function takePiece(s: State, n: Neighbour, { request, offset, size, bytes }: BlockPiece): void {
  n.in.add(s.now, bytes.length);
  const a = n.asks.find((one) => one.request === request);
  if (a === undefined) {
    n.stray += bytes.length;
    if (n.stray > (n.cancelled + maxStray) * maxBlockBytes && !n.shunned) shun(s, n);
    return;
  }
  if (n.current !== null && n.current !== a) {
    ban(s, n.peer, n.current.set, 'pieces');
    return;
  }
  a.block ??= new Uint8Array(size);
  if (offset !== a.filled || size !== a.block.length) {
    ban(s, n.peer, a.set, 'pieces');
    return;
  }
  n.current = a;
  a.block.set(bytes, offset);
  a.filled += bytes.length;
  if (a.filled === size) check(s, n, a, a.block);
}

/** Has a block checked that has come. */
function check(s: State, n: Neighbour, a: Ask, block: Uint8Array<ArrayBuffer>): void {
  const { set, index, at } = a;
  const took = s.now - at;
  if (took <= quickMs && n.asks.length >= n.window) n.window = Math.min(maxWindow, n.window + 1);
  else if (took > slowMs && n.window > 2) n.window--;
  set.take(index);
  unask(s, n, a);
  const claim = n.claims.get(set.id);
  if (claim !== undefined) claim.nones = 0;
  s.unkept++;
  const task = newTask(s);
  s.checks.set(task, { peer: n.peer, set, index, block });
  act(s, { do: 'check', task, id: set.plan.at(index), bytes: block });
  s.asks = true;
}

/** Takes it that a block does not come. */
export function takeNone(s: State, n: Neighbour, request: number): void {
  const a = n.asks.find((one) => one.request === request);
  const claim = a === undefined ? undefined : n.claims.get(a.set.id);
  if (a === undefined || claim === undefined) return;
  unask(s, n, a);
  s.asks = true;
  if (!hasBlock(claim, a.index)) return;
  claim.barred.add(a.index);
  claim.refused.push(a.index);
  claim.refusedAt = s.now;
  claim.nones++;
  if (claim.nones >= nonesInARow) ban(s, n.peer, a.set, 'none');
}

/** Asks a neighbour for nothing of a set any more. */
function ban(s: State, peer: Peer, set: BlockSet, why: Fault): void {
  if (set.bad.has(peer)) return;
  set.bad.add(peer);
  act(s, { do: 'blame', peer, set: set.id, why });
  change(s, set);
  const n = neighbourOf(s, peer);
  if (n !== undefined) {
    const claim = n.claims.get(set.id);
    if (claim !== undefined) uncount(set, claim);
    cancelSet(s, n, set);
  }
  s.asks = true;
}

/** Asks a neighbour for nothing any more. */
function shun(s: State, n: Neighbour): void {
  n.shunned = true;
  act(s, { do: 'blame', peer: n.peer, set: null, why: 'stray' });
  uncountAll(s, n);
  cancel(s, n, () => true);
}

/** Takes the answer to a check. */
export function checked(s: State, task: Task, ok: boolean): void {
  const arrived = s.checks.get(task);
  if (arrived === undefined) return;
  s.checks.delete(task);
  const { peer, set, index, block } = arrived;
  s.asks = true;
  if (!ok && !set.gone) ban(s, peer, set, 'digest');
  if (!ok || set.gone || set.have.has(index) || set.fine.has(index)) {
    s.unkept--;
    set.release(index);
    return;
  }
  set.fine.add(index);
  for (const n of s.neighbours) cancel(s, n, (a) => a.set === set && a.index === index);
  const next = newTask(s);
  s.keeps.set(next, arrived);
  act(s, { do: 'keep', task: next, set: set.id, index, id: set.plan.at(index), bytes: block });
}

/** Takes the answer to a keep. */
export function kept(s: State, task: Task, ok: boolean): void {
  const arrived = s.keeps.get(task);
  if (arrived === undefined) return;
  s.keeps.delete(task);
  s.unkept--;
  const { set, index, block } = arrived;
  s.asks = true;
  set.fine.remove(index);
  if (!set.gone) {
    if (!ok) stop(s, set);
    else if (!set.have.has(index)) {
      set.add(index);
      set.bytes += block.length;
      set.rate.add(s.now, block.length);
      s.tells = true;
      change(s, set);
    }
  }
  set.release(index);
}

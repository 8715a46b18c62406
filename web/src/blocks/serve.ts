/** Blocks that neighbours ask for (SPEC B5 to B7). */
import { pieceHeader, type BlockWant } from '../protocol/block-frame';
import { maxBlockBytes, maxWants } from '../protocol/limits';
import type { Task } from './action';
import { maxNones, readAhead } from './limits';
import type { BlockSet } from './set';
import { act, newTask, send, type Neighbour, type State } from './state';

/** Takes a neighbour's wish for a block. */
export function takeWant(s: State, n: Neighbour, { request, block }: BlockWant): void {
  const waiting = [n.wants, n.reading, n.ready];
  if (waiting.some((some) => some.some((one) => one.request === request))) return;
  if (n.wants.length + n.reading.length + n.ready.length < maxWants) {
    for (const set of s.sets) {
      const index = set.declined ? -1 : set.plan.held(block);
      if (index < 0) continue;
      n.wants.push({ to: n, request, set, index });
      return;
    }
  }
  refuse(n, request);
}

function refuse(n: Neighbour, request: number): void {
  if (n.nones.length < maxNones) n.nones.push(request);
}

/** Forgets what a neighbour cancels. What is being read for it comes to nothing. */
export function unwant(n: Neighbour, request: number): void {
  n.wants = n.wants.filter((one) => one.request !== request);
  n.reading = n.reading.filter((one) => one.request !== request);
  n.ready = n.ready.filter((one) => one.request !== request);
}

/** Refuses what neighbours want of a set and was not begun. */
export function unserve(s: State, set: BlockSet): void {
  for (const n of s.neighbours) {
    for (const one of n.wants) if (one.set === set) refuse(n, one.request);
    n.wants = n.wants.filter((one) => one.set !== set);
  }
}

/** Reads for a neighbour and sends pieces, as far as there is room. */
export function serve(s: State, n: Neighbour): void {
  for (;;) {
    readMore(s, n);
    const [one] = n.ready;
    if (one === undefined) return;
    const { request, block, sent } = one;
    const bytes = block.subarray(sent, sent + s.piece);
    if (n.room < pieceHeader + bytes.length) return;
    send(s, n, { t: 'block', request, offset: sent, size: block.length, bytes });
    n.out.add(s.now, bytes.length);
    one.sent += bytes.length;
    if (one.sent === block.length) n.ready.shift();
  }
}

function readMore(s: State, n: Neighbour): void {
  while (n.reading.length + n.ready.length < readAhead) {
    const next = n.wants.shift();
    if (next === undefined) return;
    n.reading.push(next);
    const task = newTask(s);
    s.reads.set(task, next);
    const { set, index } = next;
    act(s, { do: 'read', task, set: set.id, index, id: set.plan.at(index) });
  }
}

/** Takes the answer to a read: null if the block is not there. */
export function read(s: State, task: Task, block: Uint8Array | null): void {
  const wanted = s.reads.get(task);
  s.reads.delete(task);
  if (wanted?.to.reading.includes(wanted) !== true) return;
  const { to, request } = wanted;
  to.reading = to.reading.filter((other) => other !== wanted);
  if (block === null || block.length === 0 || block.length > maxBlockBytes) refuse(to, request);
  else to.ready.push({ request, block, sent: 0 });
}

/** When bodies are over (SPEC E13): a heap, the soonest first. */
import type { Node } from './node';

type Ending = { readonly node: Node; readonly at: number };

export type Endings = Ending[];

/** Two places of the heap change what they hold. */
function swap(heap: Endings, a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] as Ending, heap[a] as Ending];
}

const isSooner = (heap: Endings, a: number, b: number) => (heap[a]?.at ?? Infinity) < (heap[b]?.at ?? Infinity);

export function putEnding(heap: Endings, node: Node, at: number): void {
  heap.push({ node, at });
  for (let i = heap.length - 1; i > 0; ) {
    const above = (i - 1) >> 1;
    if (!isSooner(heap, i, above)) return;
    swap(heap, i, above);
    i = above;
  }
}

/** Takes out the soonest if it is over at `now`; null if none is. */
export function takeEnding(heap: Endings, now: number): Node | null {
  const [soonest] = heap;
  if (soonest === undefined || soonest.at > now) return null;
  swap(heap, 0, heap.length - 1);
  heap.pop();
  for (let i = 0; ; ) {
    const [left, right] = [2 * i + 1, 2 * i + 2];
    const below = isSooner(heap, right, left) ? right : left;
    if (!isSooner(heap, below, i)) return soonest.node;
    swap(heap, i, below);
    i = below;
  }
}

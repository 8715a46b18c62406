/** What a removal makes silent, now or later (SPEC E10). What is silent stays so. */
import type { EventId } from '../../protocol/ids';
import { admitted, eventsOf, type Author, type Node } from './node';
import type { State } from './state';

/**
 * Finds what a new event makes silent: itself, if its author was removed or was let in by nobody who counts; or others, if
 * it is a removal.
 */
export function silence(state: State, node: Node, silenced: EventId[]): void {
  const { rule, admission, chain } = node;
  const open: Node[] = [];
  if (rule?.is === 'removes') {
    for (const other of saidBy(state.authors.get(rule.member))) if (isCutBy(node, other)) open.push(other);
  }
  if (admission?.silent === true || chain.author.removals.some((one) => isCutBy(one, node))) open.push(node);
  // What is found on the way is behind the others; admissions of admissions may be as deep as somebody likes.
  for (const one of open) {
    if (one.silent) continue;
    one.silent = true;
    silenced.push(one.event.id);
    const member = admitted(one);
    if (member === null) continue;
    for (const other of saidBy(state.authors.get(member))) if (other.admission === one) open.push(other);
  }
}

/** Whether an event of the removed one is in a chain from before the removal, behind its last event that counts. */
function isCutBy(removal: Node, { event, admission }: Node): boolean {
  if (removal.rule?.is !== 'removes' || admission === null) return false;
  return !admission.removed.has(removal) && event.n > (removal.rule.ends.get(event.chain) ?? 0);
}

function* saidBy(author: Author | undefined): Generator<Node> {
  for (const chain of author?.chains.values() ?? []) yield* eventsOf(chain);
}

/** Who was let in, and who is in, as the events that are here say (SPEC E9, E10). */
import { compareBase64url } from '../../protocol/base64url';
import type { ChainEnd } from '../../protocol/event-member';
import type { EventId, IdentityKey } from '../../protocol/ids';
import { maxRemovalChains } from '../../protocol/limits';
import { compareNodes, type Author, type Node } from './node';
import { isFounder, type State } from './state';

/** Somebody who was let in. */
export type Member = {
  readonly id: IdentityKey;
  /** As the one who let them in gave it; the founder's as they gave it themselves. */
  readonly name: string;
  /** Who let them in; the founder let in themselves. */
  readonly by: IdentityKey;
  /** The event; the root for the founder. */
  readonly admission: EventId;
  /** False when they were removed, or when who let them in had no say any more. */
  readonly in: boolean;
};

export function membersOf(state: State): Member[] {
  const { id, author } = state.root.event;
  const founder = { id: author, name: ownName(state), by: author, admission: id, in: true };
  const admitted = [...state.authors.values()]
    .filter((one) => one.id !== author)
    .map((one) => currentAdmission(one) ?? lastOf(one.admissions.filter(({ silent }) => !silent)))
    .filter((node) => node !== null)
    .toSorted(compareNodes);
  return [founder, ...admitted.flatMap((node) => memberOf(state, node))];
}

function memberOf(state: State, { event, rule }: Node): Member[] {
  if (rule?.is !== 'admits') return [];
  const { member, name } = rule.admission;
  return [{ id: member, name, by: event.author, admission: event.id, in: isMember(state, member) }];
}

/** The founder's, as their last admission of themselves says: nobody else gives it to them. */
function ownName(state: State): string {
  const { author } = state.root.event;
  const own = state.authors.get(author)?.admissions.filter(({ event }) => event.author === author) ?? [];
  const rule = lastOf(own)?.rule;
  return rule?.is === 'admits' ? rule.admission.name : '';
}

/** Whether somebody is in the room, as far as is known here. */
export function isMember(state: State, id: IdentityKey): boolean {
  return isFounder(state, id) || currentAdmission(state.authors.get(id)) !== null;
}

/** Whether somebody was removed, and not let in again since. */
export function isRemoved(state: State, id: IdentityKey): boolean {
  const author = state.authors.get(id);
  return author !== undefined && author.removals.length > 0 && currentAdmission(author) === null;
}

/** The last admission of somebody that counts and is not over; null if there is none. */
export function currentAdmission(author: Author | undefined): Node | null {
  return author === undefined ? null : lastOf(author.admissions.filter((one) => isLasting(author, one)));
}

/** Whether an admission counts, and no removal has come after it. */
export function isLasting({ removals }: Author, admission: Node): boolean {
  return !admission.silent && removals.every((one) => admission.removed.has(one));
}

function lastOf(nodes: readonly Node[]): Node | null {
  return nodes.reduce<Node | null>((last, one) => (last !== null && compareNodes(one, last) < 0 ? last : one), null);
}

/**
 * Where the chains of a member end here, for a removal: what is known of them counts, nothing else. The longest count if
 * there are more than a removal has room for.
 */
export function chainEndsOf(state: State, member: IdentityKey): ChainEnd[] {
  const chains = [...(state.authors.get(member)?.chains.values() ?? [])];
  return chains
    .map(({ id, line }) => ({ chain: id, n: line.length }))
    .toSorted((a, b) => b.n - a.n || compareBase64url(a.chain, b.chain))
    .slice(0, maxRemovalChains);
}

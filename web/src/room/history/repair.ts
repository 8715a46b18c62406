/** What is here, for two to compare, and what one of them lacks (SPEC R5). */
import { sha256 } from '@noble/hashes/sha2.js';
import { compareBase64url, decodeBase64url, encodeBase64url } from '../../protocol/base64url';
import type { ChainId, Digest, EventId, IdentityKey } from '../../protocol/ids';
import type { ChainSummary, ChainTip } from '../../protocol/room-frame';
import { compareNodes, eventsOf, type Chain, type Node } from './node';
import type { State } from './state';

/** How many ends of a forked chain a summary names one by one. */
const maxTips = 8;

/** In the order of author and chain. */
export function summaryOf(state: State): ChainSummary[] {
  return chainsOf(state)
    .map(chainSummary)
    .toSorted((a, b) => compareBase64url(a.author, b.author) || compareBase64url(a.chain, b.chain));
}

/** The same for two who have the same events, and, as far as anybody knows, for no others. */
export function digestOf(state: State): Digest {
  return digestOver(summaryOf(state).map(({ digest }) => digest));
}

/** Parents before children. */
export function lackingOf(state: State, theirs: readonly ChainSummary[]): EventId[] {
  const known = new Map(theirs.map((one) => [keyOf(one.author, one.chain), one]));
  return chainsOf(state)
    .flatMap((chain) => lackingOfChain(state, chain, known.get(keyOf(chain.author.id, chain.id))))
    .toSorted(compareNodes)
    .map(({ event }) => event.id);
}

const keyOf = (author: IdentityKey, chain: ChainId) => `${author} ${chain}`;

function chainsOf(state: State): Chain[] {
  return [...state.authors.values()].flatMap(({ chains }) => [...chains.values()]);
}

function chainSummary(chain: Chain): ChainSummary {
  if (chain.told !== null) return chain.told;
  const tips = chain.tips.toSorted(compareNodes).map(({ event: { n, id } }) => ({ n, id }));
  const digest = digestOver(tips.map(({ id }) => id));
  chain.told = { author: chain.author.id, chain: chain.id, tips: tips.slice(-maxTips), digest };
  return chain.told;
}

function digestOver(parts: readonly string[]): Digest {
  const sum = sha256.create();
  for (const part of parts) sum.update(decodeBase64url(part));
  return encodeBase64url(sum.digest()) as Digest;
}

/**
 * Compares one chain. A tip that is unknown here and beyond all that is here is most likely the same chain gone on, so
 * nothing is sent; if it is another branch, its holder sees that and sends it, and the next comparison knows the tip.
 */
function lackingOfChain(state: State, chain: Chain, theirs: ChainSummary | undefined): Node[] {
  if (theirs === undefined) return [...eventsOf(chain)];
  if (theirs.digest === chainSummary(chain).digest) return [];
  const shared = theirs.tips.map(({ id }) => state.nodes.get(id)).filter((one) => one?.chain === chain) as Node[];
  const [only] = shared;
  if (only !== undefined && shared.length === 1 && chain.forks.length === 0) return chain.line.slice(only.event.n);
  const isAhead = (tip: ChainTip) => state.nodes.get(tip.id)?.chain !== chain && tip.n > chain.line.length;
  return theirs.tips.some(isAhead) ? [] : beyond(chain, shared);
}

/** The events of a chain that are not behind one of these. */
function beyond(chain: Chain, tips: readonly Node[]): Node[] {
  const had = new Set<Node>();
  for (const tip of tips) {
    for (let one: Node | undefined = tip; one !== undefined && !had.has(one); ) {
      had.add(one);
      one = one.event.n > 1 ? one.parents[0] : undefined;
    }
  }
  return [...eventsOf(chain)].filter((one) => !had.has(one));
}

/** Who is writing, and who got what: over own links alone, and never kept (SPEC R7). */
import { compareBase64url } from '../../protocol/base64url';
import type { EventId } from '../../protocol/ids';
import type { Config, Receipt } from './config';
import { act, isDue, isMember, linkTo, send, soon, type Got, type Link, type Peer, type Receipts, type State } from './state';

/** How often one's own typing is told, and how long it holds. */
const typingEveryMs = 3000;
const typingMs = 5000;
/** How long what came waits for more, until its author is told. */
const gotMs = 200;
/** Of how many members it is remembered what they got. */
const maxReceipts = 1000;

export function newReceipts({ typing, reading }: Config): Receipts {
  return { tells: { typing, reading }, typed: -Infinity, typists: [], got: new Map(), seen: null };
}

/** Who has an event of this member, ascending. */
export function receiptsOf(s: State, id: EventId): Receipt[] {
  const event = s.room?.history.event(id) ?? null;
  if (event === null || event.author !== s.self) return [];
  return [...s.receipts.got]
    .filter(([, { chain, n }]) => chain === event.chain && n >= event.n)
    .map(([member, got]) => ({ member, read: got.read >= event.n }))
    .toSorted((a, b) => compareBase64url(a.member, b.member));
}

/** Tells the neighbours that the person is writing. */
export function type(s: State): void {
  const { receipts } = s;
  if (s.over || !receipts.tells.typing || !isMember(s, s.self) || s.now - receipts.typed < typingEveryMs) return;
  receipts.typed = s.now;
  for (const link of s.links) if (link.joined) send(s, link, { t: 'typing' });
}

/** What others are told is another thing from now on. What they know they know. */
export function tell(s: State, { typing, reading }: Pick<Config, 'typing' | 'reading'>): void {
  s.receipts.tells = { typing, reading };
  if (reading && s.receipts.seen !== null) for (const link of s.links) mustTell(s, link);
}

/** A neighbour's person is writing. */
export function takeTyping(s: State, { peer }: Link): void {
  if (!isMember(s, peer)) return;
  const { typists } = s.receipts;
  const until = s.now + typingMs;
  const one = typists.find((typist) => typist.peer === peer);
  if (one !== undefined) {
    one.until = until;
    return;
  }
  typists.push({ peer, until });
  act(s, { do: 'typists' });
}

/** Something of a member has come: it has written, and is to be told that it is here. */
export function wrote(s: State, author: Peer): void {
  quiet(s, ({ peer }) => peer === author);
  const link = linkTo(s, author);
  if (link !== undefined) mustTell(s, link);
}

/** Ends what holds no more. */
export function checkTypists(s: State): void {
  quiet(s, ({ peer, until }) => s.now >= until || linkTo(s, peer) === undefined);
}

function quiet(s: State, which: (typist: Receipts['typists'][number]) => boolean): void {
  const { receipts } = s;
  const left = receipts.typists.filter((one) => !which(one));
  if (left.length < receipts.typists.length) act(s, { do: 'typists' });
  receipts.typists = left;
}

/** Remembers how far the person has read. */
export function read(s: State, id: EventId): void {
  const { room, receipts } = s;
  if (s.over || room === null || !room.history.has(id)) return;
  if (receipts.seen !== null && room.history.compare(receipts.seen, id) >= 0) return;
  receipts.seen = id;
  if (receipts.tells.reading) for (const link of s.links) mustTell(s, link);
}

/** The neighbour is told soon how much of its chain is here. */
export function mustTell(s: State, { tells }: Link): void {
  tells.due = true;
  soon(s, 'got', gotMs);
}

/** Tells the neighbours what is here of theirs. */
export function tellReceipts(s: State): void {
  if (!isDue(s, 'got')) return;
  for (const link of s.links) {
    const { tells } = link;
    if (!tells.due || !link.joined) continue;
    tells.due = false;
    const got = gotOf(s, link.peer);
    const { last } = tells;
    if (got === null || (last?.chain === got.chain && last.n === got.n && last.read === got.read)) continue;
    tells.last = got;
    send(s, link, got);
  }
}

/** What is here of somebody's last chain; null if that is nothing. */
function gotOf(s: State, peer: Peer): Got | null {
  const history = s.room?.history;
  const id = history?.last(peer) ?? null;
  const event = id === null ? null : (history?.event(id) ?? null);
  if (history === undefined || event === null) return null;
  const { chain, n } = event;
  const { seen, tells } = s.receipts;
  const upto = tells.reading && seen !== null ? history.upto(peer, chain, seen) : 0;
  return { t: 'got', chain, n, read: Math.min(upto, n) };
}

/** A neighbour has what was said here. */
export function takeGot(s: State, { peer }: Link, { chain, n, read: theirs }: Got): void {
  const { got } = s.receipts;
  const own = s.writer.kept;
  if (chain !== own?.chain || n > own.n || !isMember(s, peer)) return;
  const there = got.get(peer);
  if (there === undefined && got.size >= maxReceipts) return;
  const old = there?.chain === chain ? there : { n: 0, read: 0 };
  const now: Got = { t: 'got', chain, n: Math.max(old.n, n), read: Math.max(old.read, theirs) };
  got.set(peer, now);
  draw(s, old.n, now.n);
  draw(s, old.read, Math.min(now.read, old.n));
}

/** Draws own events anew: those after one number, to another one. */
function draw(s: State, after: number, to: number): void {
  const chain = s.writer.kept?.chain;
  if (chain === undefined || s.room === null) return;
  for (let n = after + 1; n <= to; n++) {
    const id = s.room.history.at(s.self, { chain, n });
    if (id !== null) s.gathered.drawn.push(id);
  }
}

/** Comparing what two neighbours have, and sending what one lacks (SPEC R5, R6). */
import type { Bytes } from '../../protocol/base64url';
import type { EventId } from '../../protocol/ids';
import { maxFrameBytes, maxFrameEvents, maxSummaryChains } from '../../protocol/limits';
import type { ChainSummary, RoomOwnFrame } from '../../protocol/room-frame';
import { newBucket, spend } from '../overlay/bucket';
import { spread } from '../overlay/chance';
import { isDue, isThere, linkTo, send, type Link, type Peer, type Repair, type Room, type State } from './state';
import { caughtUp } from './synced';

type Frame<T extends RoomOwnFrame['t']> = Extract<RoomOwnFrame, { readonly t: T }>;

/** How many bulk frames are under way to one neighbour at a time. */
const maxBulk = 4;
/** How often this member compares with somebody by chance. */
const haveMs = 30_000;
/** How often a neighbour is told what is here because it lacks nothing of that. */
const summaryMs = 2000;
/** How long after a summary, or a frame of its answer, further ones count as asked for. */
const askedMs = 30_000;
/** How many events a neighbour may have asked for by name at a time. */
const maxWanted = 1024;
/** What a neighbour may ask (R6). */
const asks = { atOnce: 20, perSecond: 2 };
/** In all frames of a summary. */
const maxRoomChains = 4096;
/** Keeps a frame of a summary below its bound. */
const maxSummaryTips = 400;
/** What a frame has for events, with quotes and commas. */
const eventsFrameBytes = maxFrameBytes - 64;

export function newRepair(now: number): Repair {
  return {
    allowance: newBucket(asks, now), asked: -Infinity, told: -Infinity, came: -Infinity, theirs: null, wanted: [],
    lacking: [], bulk: 0, again: false, done: false,
  };
}

/** Whether what a neighbour sends was asked for. */
export function hasAsked({ now }: State, { repair }: Link): boolean {
  return now - repair.asked < askedMs;
}

/** Begins a repair. */
export function compare(s: State, link: Link): void {
  if (s.room === null) {
    link.repair.asked = s.now;
    send(s, link, { t: 'summary', chains: [], more: false });
    return;
  }
  send(s, link, { t: 'have', digest: s.room.history.digest() });
}

/** Compares with a neighbour now and then, and with all others when there is news. */
export function compareAgain(s: State): void {
  if (isDue(s, 'share')) {
    for (const link of s.links) if (link.joined && link.peer !== s.shareNot) compare(s, link);
  }
  if (!isDue(s, 'have')) return;
  s.due.have = s.now + comparePause(s);
  const link = s.links[s.links.length === 0 ? 0 : s.config.chance(s.links.length)];
  if (link?.joined === true) compare(s, link);
}

/** Until the next time. */
export function comparePause({ config }: Pick<State, 'config'>): number {
  return spread(config.chance, haveMs);
}

/** Takes what a neighbour has, in short. */
export function takeHave(s: State, link: Link, { digest }: Frame<'have'>): void {
  if (s.room === null || !mayAsk(s, link)) return;
  if (digest === s.room.history.digest()) caughtUp(s, link);
  else summarise(s, link, s.room);
}

function mayAsk({ now }: State, { repair }: Link): boolean {
  return spend(repair.allowance, 1, now);
}

/** Tells what is here. */
function summarise(s: State, link: Link, { history }: Room): void {
  Object.assign(link.repair, { asked: s.now, told: s.now });
  const chains = history.summary().slice(0, maxRoomChains);
  do {
    let tips = 0;
    const end = chains.findIndex((one, i) => i === maxSummaryChains || (tips += one.tips.length) > maxSummaryTips);
    const frame = chains.splice(0, end < 0 ? chains.length : end);
    send(s, link, { t: 'summary', chains: frame, more: chains.length > 0 });
  } while (chains.length > 0);
}

/** Takes what a neighbour has, and sends what it lacks. */
export function takeSummary(s: State, link: Link, { chains, more }: Frame<'summary'>): void {
  const { repair } = link;
  if (s.room === null || (repair.theirs === null && !mayAsk(s, link))) return;
  const theirs = [...(repair.theirs ?? []), ...chains];
  repair.theirs = more && theirs.length <= maxRoomChains ? theirs : null;
  if (more || theirs.length > maxRoomChains) return;
  if (repair.lacking.length > 0) repair.again = true;
  else give(s, link, s.room.history.lacking(theirs));
  if (!isThere(s, link)) return;
  if (!lacks(s.room, theirs)) caughtUp(s, link);
  else if (s.now - repair.told >= summaryMs) summarise(s, link, s.room);
}

/** Whether somebody else's summary has something that is not here. */
function lacks({ history }: Room, theirs: readonly ChainSummary[]): boolean {
  return theirs.some(({ tips }) => tips.some(({ id }) => !history.has(id) && !history.waits(id)));
}

/** Sends events to a neighbour that lacks them, parents first. */
export function give(s: State, link: Link, ids: EventId[]): void {
  link.repair.lacking = ids;
  pump(s, link);
}

/** Bulk frames that were sent to a neighbour have left the channel's buffer. */
export function drained(s: State, peer: Peer): void {
  const link = linkTo(s, peer);
  if (link === undefined) return;
  link.repair.bulk = 0;
  pump(s, link);
}

/** Sends events as long as frames may be under way. */
function pump(s: State, link: Link): void {
  const { repair, peer } = link;
  const { room } = s;
  if (room === null) return;
  while (repair.bulk < maxBulk && repair.wanted.length + repair.lacking.length > 0) {
    const isWanted = repair.wanted.length > 0;
    const { events, rest } = fill(room, isWanted ? repair.wanted : repair.lacking, peer);
    if (isWanted) repair.wanted = rest;
    else repair.lacking = rest;
    if (events.length === 0) continue;
    repair.bulk++;
    send(s, link, { t: 'events', events, more: !isWanted && rest.length > 0 }, true);
  }
  if (repair.lacking.length > 0 || !repair.again) return;
  repair.again = false;
  compare(s, link);
}

/** Takes the events of a frame from a queue, as the neighbour may have them. */
function fill({ history }: Room, queue: EventId[], to: Peer): { readonly events: Bytes[]; readonly rest: EventId[] } {
  const events: Bytes[] = [];
  let left = eventsFrameBytes;
  for (const [i, id] of queue.entries()) {
    const event = history.give(id, to);
    if (event === null) continue;
    left -= Math.ceil((event.bytes.length * 8) / 6) + '"",'.length;
    if (left < 0 || events.length === maxFrameEvents) return { events, rest: queue.slice(i) };
    events.push(event.bytes);
  }
  return { events, rest: [] };
}

/** Takes a neighbour's question for events by name. */
export function takeWant(s: State, link: Link, { ids }: Frame<'want'>): void {
  if (s.room === null || !mayAsk(s, link)) return;
  const { wanted } = link.repair;
  for (const id of ids) if (wanted.length < maxWanted && !wanted.includes(id)) wanted.push(id);
  pump(s, link);
}

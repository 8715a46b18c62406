/**
 * Frames of a neighbour, checked as far as that takes no more than the frame: presences and events are parsed, and their
 * signatures hold. Here, since WebCrypto checks while others do something else; the member itself goes one step at a time.
 */
import { FaultError, parseEvent, type Event } from '../../protocol/event';
import { eventKinds } from '../../protocol/event-header';
import type { EventId } from '../../protocol/ids';
import type { Gossip } from '../../protocol/overlay-frame';
import { laterVersion, ParseError } from '../../protocol/parse-error';
import { parsePresence } from '../../protocol/presence';
import type { RoomFrame, RoomHello } from '../../protocol/room-frame';
import type { Signatures } from '../../protocol/signing';
import type { Passed } from './stays';

/** What goes on over a link after the hellos. */
export type Told = Exclude<RoomFrame, RoomHello | { readonly t: 'restart' } | { readonly t: 'bye' }>;

/**
 * An event that holds, or whose fault it is that it does not: of its author, who signed it (`misplaced`), or of the
 * neighbour that brought it (`forged`). Nobody's if it is `unknown`: of a later version, or of a room not known yet.
 */
export type CheckedEvent =
  | { readonly is: 'event'; readonly event: Event }
  | { readonly is: 'misplaced'; readonly fault: FaultError }
  | { readonly is: 'forged' | 'unknown' };

/** The same of what is gossiped. */
export type CheckedItem = CheckedEvent | ({ readonly is: 'presence' } & Passed);

/** A frame whose events are checked. */
export type CheckedFrame =
  | Exclude<Told, Gossip | { readonly t: 'events' }>
  | { readonly t: 'gossip'; readonly hops: number; readonly item: CheckedItem }
  | { readonly t: 'events'; readonly events: readonly CheckedEvent[]; readonly more: boolean };

type Verifying = Pick<Signatures, 'verify'>;

/**
 * Checks a frame.
 * @param root - of the room, as `Member.rootFor` says of the neighbour; null while none is known. Then a first event that
 *   comes first in a frame says it for those behind.
 */
export async function checkFrame(frame: Told, root: EventId | null, signatures: Verifying): Promise<CheckedFrame> {
  if (frame.t === 'gossip') return { t: 'gossip', hops: frame.hops, item: await checkItem(frame, root, signatures) };
  if (frame.t !== 'events') return frame;
  return { t: 'events', events: await checkEvents(frame.events, root, signatures), more: frame.more };
}

async function checkItem({ of, bytes }: Gossip, root: EventId | null, signatures: Verifying): Promise<CheckedItem> {
  if (root === null) return { is: 'unknown' };
  if (of === 'event') return checkEvent(bytes, root, signatures);
  try {
    return { is: 'presence', ...(await parsePresence(bytes, root, signatures)), raw: bytes };
  } catch (error) {
    return refusalBy(error);
  }
}

async function checkEvents(
  events: readonly Uint8Array[],
  root: EventId | null,
  signatures: Verifying,
): Promise<readonly CheckedEvent[]> {
  if (root !== null) return Promise.all(events.map((one) => checkEvent(one, root, signatures)));
  const [first, ...rest] = events;
  const event = first === undefined ? null : await parseFirst(first, signatures);
  if (event === null) return events.map(() => ({ is: 'unknown' }));
  return [{ is: 'event', event }, ...(await checkEvents(rest, event.id, signatures))];
}

/** Reads an event of a room, or its first one, which is signed for no room (E2). */
async function checkEvent(bytes: Uint8Array, root: EventId, signatures: Verifying): Promise<CheckedEvent> {
  try {
    const first = bytes[1] === eventKinds.room ? await parseFirst(bytes, signatures) : null;
    return { is: 'event', event: first?.id === root ? first : await parseEvent(bytes, root, signatures) };
  } catch (error) {
    return error instanceof FaultError ? { is: 'misplaced', fault: error } : refusalBy(error);
  }
}

/** Reads a room's first event; null if it is none. */
async function parseFirst(bytes: Uint8Array, signatures: Verifying): Promise<Event | null> {
  try {
    return await parseEvent(bytes, null, signatures);
  } catch {
    return null;
  }
}

function refusalBy(error: unknown): { readonly is: 'forged' | 'unknown' } {
  if (error instanceof ParseError) return { is: error.reason === laterVersion ? 'unknown' : 'forged' };
  throw error;
}

/**
 * Frames of a neighbour, checked as far as that takes no more than the frame: presences and events are parsed, and their
 * signatures hold. Here, since WebCrypto checks while others do something else; the member itself goes one step at a time.
 */
import { FaultError, parseEvent, type Event } from '../../protocol/event';
import { eventKinds } from '../../protocol/event-header';
import type { EventId, GossipId } from '../../protocol/ids';
import type { Gossip } from '../../protocol/overlay-frame';
import { ParseError } from '../../protocol/parse-error';
import { parsePresence, type Presence } from '../../protocol/presence';
import type { RoomFrame, RoomHello } from '../../protocol/room-frame';
import type { Signatures } from '../../protocol/signing';

/** What goes on over a link after the hellos. */
export type Told = Exclude<RoomFrame, RoomHello | { readonly t: 'restart' } | { readonly t: 'bye' }>;

/**
 * An event that holds, or whose fault it is that it does not: of its author, who signed it (`misplaced`), or of the
 * neighbour that brought it (`forged`).
 */
export type CheckedEvent =
  | { readonly is: 'event'; readonly event: Event }
  | { readonly is: 'misplaced'; readonly fault: FaultError }
  | { readonly is: 'forged'; readonly because: ParseError };

/** The same of what is gossiped. */
export type CheckedItem = CheckedEvent | { readonly is: 'presence'; readonly id: GossipId; readonly presence: Presence; readonly raw: Gossip['bytes'] };

/** A frame whose events are checked. */
export type CheckedFrame =
  | Exclude<Told, Gossip | { readonly t: 'events' }>
  | { readonly t: 'gossip'; readonly hops: number; readonly item: CheckedItem }
  | { readonly t: 'events'; readonly events: readonly CheckedEvent[]; readonly more: boolean };

type Verifying = Pick<Signatures, 'verify'>;

/**
 * Checks a frame.
 * @param root - of the room, as `Member.rootFor` says of the neighbour; null while none is known. Then a first event that
 *   comes in a frame says it for those behind.
 */
export async function checkFrame(frame: Told, root: EventId | null, signatures: Verifying): Promise<CheckedFrame> {
  if (frame.t === 'gossip') return { t: 'gossip', hops: frame.hops, item: await checkItem(frame, root, signatures) };
  if (frame.t !== 'events') return frame;
  return { t: 'events', events: await checkEvents(frame.events, root, signatures), more: frame.more };
}

async function checkItem({ of, bytes }: Gossip, root: EventId | null, signatures: Verifying): Promise<CheckedItem> {
  if (of === 'event') return checkEvent(bytes, root, signatures);
  if (root === null) return { is: 'forged', because: new ParseError('O2', 'presence', 'of no room') };
  try {
    return { is: 'presence', ...(await parsePresence(bytes, root, signatures)), raw: bytes };
  } catch (error) {
    return { is: 'forged', because: refusalIn(error) };
  }
}

async function checkEvents(
  events: readonly Uint8Array[], root: EventId | null, signatures: Verifying,
): Promise<readonly CheckedEvent[]> {
  const [begins, ...rest] = events;
  if (root !== null || begins === undefined) {
    return Promise.all(events.map((one) => checkEvent(one, root, signatures)));
  }
  const first = await checkEvent(begins, null, signatures);
  const found = first.is === 'event' ? first.event.id : null;
  return [first, ...(await Promise.all(rest.map((one) => checkEvent(one, found, signatures))))];
}

async function checkEvent(bytes: Uint8Array, root: EventId | null, signatures: Verifying): Promise<CheckedEvent> {
  try {
    if (root !== null && bytes[kindAt] === eventKinds.room) {
      const first = await asFirst(bytes, root, signatures);
      if (first !== null) return { is: 'event', event: first };
    }
    return { is: 'event', event: await parseEvent(bytes, root, signatures) };
  } catch (error) {
    if (error instanceof FaultError) return { is: 'misplaced', fault: error };
    return { is: 'forged', because: refusalIn(error) };
  }
}

const kindAt = 1;

/** The room's first event has its name without a root (E2). Null: it is another one. */
async function asFirst(bytes: Uint8Array, root: EventId, signatures: Verifying): Promise<Event | null> {
  try {
    const event = await parseEvent(bytes, null, signatures);
    return event.id === root ? event : null;
  } catch {
    return null;
  }
}

function refusalIn(error: unknown): ParseError {
  if (error instanceof ParseError) return error;
  throw error;
}

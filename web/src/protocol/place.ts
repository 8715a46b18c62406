/** Where a sealed payload belongs (SPEC L3). */
import type { Role } from './api';
import type { Bytes } from './base64url';
import { keyToBytes, type Key, type LinkId, type RoomId } from './ids';
import { encodeUtf8 } from './utf8';

/** What a sealed payload is. */
export type PayloadKind = 'offer' | 'answer' | 'batch';

/**
 * A payload opens at the place for which it was sealed and nowhere else: a store that moves, swaps or replays documents,
 * or that lies about who is who, ends up with payloads that do not open.
 */
export type Place = {
  readonly room: RoomId;
  /** Null in a pair room, which is a link itself (D2). */
  readonly link: LinkId | null;
  readonly kind: PayloadKind;
  /** The number of a batch (D8); 0 for offer and answer. */
  readonly number: number;
  /** The writer's key. */
  readonly from: Key;
  /** The reader's key. */
  readonly to: Key;
};

/** How a payload is sealed (L4): 1 in link rooms, 2 in pair rooms. */
export type Suite = 1 | 2;

export const versionSealed = 1;

/** A link, as both of its sides know it: what its payloads are sealed for, and what both sign (L3, H4). */
export type LinkPlace = {
  readonly suite: Suite;
  readonly room: RoomId;
  /** Null in a pair room. */
  readonly link: LinkId | null;
  readonly callerKey: Key;
  readonly calleeKey: Key;
};

/** The place of what one side of a link writes. */
export function placeOf(link: LinkPlace, writer: Role, kind: PayloadKind, number = 0): Place {
  const { room, callerKey, calleeKey } = link;
  const [from, to] = writer === 'caller' ? [callerKey, calleeKey] : [calleeKey, callerKey];
  return { room, link: link.link, kind, number, from, to };
}

const label = encodeUtf8('parley/v1/sealed');
const kinds: Record<PayloadKind, number> = { offer: 1, answer: 2, batch: 3 };

/** What is authenticated of a place. */
export function placeBytes(place: Place, suite: Suite): Bytes {
  const { from, to, number } = place;
  const counted = [number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff];
  const head = [versionSealed, suite, kinds[place.kind], ...counted];
  return Uint8Array.from([...label, ...head, ...keyToBytes(from), ...keyToBytes(to), ...idBytes(place)]);
}

/** A link's room id and link id, each with its length. */
export function idBytes({ room, link }: Pick<Place, 'room' | 'link'>): number[] {
  return [room, link ?? ''].flatMap((id) => [id.length, ...encodeUtf8(id)]);
}

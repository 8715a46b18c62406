import type { RoomId } from '../../../protocol/ids';

/** What was begun in each room and not sent: for as long as the page is open. */
const drafts = new Map<RoomId, string>();

/** What was begun in a room; empty if nothing was. */
export function draftOf(room: RoomId): string {
  return drafts.get(room) ?? '';
}

/** Keeps what was begun. */
export function keepDraft(room: RoomId, text: string): void {
  if (text === '') drafts.delete(room);
  else drafts.set(room, text);
}

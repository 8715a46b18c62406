import type { EpochMs } from '../../../session/model';
import type { RoomEntries, RoomEntry } from '../../../session/room-model';
import type { IdentityKey } from '../../../protocol/ids';
import type { MessageAct } from './MessageMenu';
import type { SaidEntry } from './Said';

/** So long an own text can be edited and deleted (SPEC E11), in milliseconds. */
export const CHANGEABLE_MS = 24 * 3_600_000;

/** What can be done with a message, in the order of the menu. */
export function allowed(entry: SaidEntry, self: IdentityKey | null, now: EpochMs): readonly MessageAct[] {
  const own = entry.author === self;
  const changeable = own && now - entry.at < CHANGEABLE_MS;
  return [
    'reply',
    ...some(entry.text !== '', 'copy'),
    // What was said with a file stays as it was said (SPEC F1).
    ...some(changeable && entry.file === null, 'edit'),
    ...some(own, 'who'),
    ...some(changeable, 'unsay'),
  ];
}

const some = (is: boolean, act: MessageAct): readonly MessageAct[] => (is ? [act] : []);

/** So far back the own last text is looked for. */
const MOST_BACK = 200;

/** The own last text that can be edited, or null. */
export function lastEditable(entries: RoomEntries, self: IdentityKey | null, now: EpochMs): RoomEntry | null {
  for (let i = entries.length - 1; i >= Math.max(0, entries.length - MOST_BACK); i--) {
    const entry = entries.at(i);
    if (entry.kind === 'text' && entry.is === 'here' && allowed(entry, self, now).includes('edit')) return entry;
  }
  return null;
}

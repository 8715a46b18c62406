/** An archive for a page that has no database: gone with it. */
import type { EventId } from '../../protocol/ids';
import type { KeptEvent } from '../member/config';
import type { Archive, KeptRoom } from './archive';

export function pageArchive(): Archive {
  const rooms = new Map<EventId, KeptRoom>();
  const events = new Map<EventId, Map<EventId, KeptEvent>>();
  return {
    rooms: async () => [...rooms.values()].toSorted((a, b) => b.at - a.at),
    keep: async (room) => void rooms.set(room.root, room),
    events: async (root) => [...(events.get(root)?.values() ?? [])],
    async add(root, some) {
      const all = events.get(root) ?? new Map<EventId, KeptEvent>();
      events.set(root, all);
      for (const one of some) all.set(one.id, one);
    },
    async forget(root) {
      rooms.delete(root);
      events.delete(root);
    },
  };
}

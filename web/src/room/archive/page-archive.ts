/** An archive for a page that has no database: gone with it. */
import type { Bytes } from '../../protocol/base64url';
import type { EventId } from '../../protocol/ids';
import type { Archive, KeptRoom } from './archive';

export function pageArchive(): Archive {
  const rooms = new Map<EventId, KeptRoom>();
  const events = new Map<EventId, Map<EventId, Bytes>>();
  return {
    rooms: async () => [...rooms.values()].toSorted((a, b) => b.at - a.at),
    keep: async (room) => void rooms.set(room.root, room),
    events: async (root) => [...(events.get(root)?.values() ?? [])],
    async add(root, some) {
      const all = events.get(root) ?? new Map<EventId, Bytes>();
      events.set(root, all);
      for (const { id, bytes } of some) all.set(id, bytes);
    },
    async forget(root) {
      rooms.delete(root);
      events.delete(root);
    },
  };
}

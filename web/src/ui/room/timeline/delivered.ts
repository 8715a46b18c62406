import type { RoomDelivery } from '../../../session/room-model';
import type { RoomWords } from '../../words/english-room';

/** How far an own text has come, in a few words. */
export function delivered({ is, have, read, of }: RoomDelivery, { delivery }: RoomWords): string {
  if (is === 'waiting') return delivery.waiting;
  if (is === 'read') return of > 1 ? delivery.readAll : delivery.read;
  if (read > 0) return delivery.readBy(read, of);
  if (is === 'delivered') return of > 1 ? delivery.deliveredAll : delivery.delivered;
  return delivery.sent(have, of);
}

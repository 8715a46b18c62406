/** Entering the room of a reunion: what is read and written of it (SPEC K3, M8, D4). */
import { Failure } from '../protocol/failures';
import type { Key, RoomId, Uid } from '../protocol/ids';
import type { Member } from '../signaling/documents';
import { Refused } from '../signaling/failures';
import type { RoomStore } from '../signaling/room-store';
import { comesBefore } from './precedence';
import { Awaited, type Scope } from './scope';

/** Who one is in a room. The key is of this stay alone. */
export type Membership = { readonly roomId: RoomId; readonly uid: Uid; readonly key: Key };

/** Creates the room, or enters the one that is there, and is a member then. @throws Failure. */
export async function writeMember(store: RoomStore, { roomId, uid, key }: Membership): Promise<void> {
  try {
    return await store.createRoom(roomId, uid, key);
  } catch (error) {
    // The other was faster, or it is ours: the SDK sends a write again whose outcome it did not hear of.
    if (!(error instanceof Refused)) throw error;
  }
  try {
    return await store.enterRoom(roomId, uid, key);
  } catch (error) {
    throw error instanceof Refused ? new Failure('room_over', { cause: error }) : error;
  }
}

/** The members that were here before, latest first, as of our own entry (K4). @throws Failure; Ended. */
export async function earlierMembers(
  store: RoomStore, scope: Scope, { roomId, uid, key }: Membership,
): Promise<readonly Member[]> {
  const found = new Awaited<readonly Member[]>();
  const stop = store.watchMembers(roomId, {
    next: (members) => {
      // The key tells our new entry from an older one that is still on its way out.
      const own = members.find((member) => member.uid === uid && member.key === key);
      if (own === undefined) return;
      const earlier = members.filter((member) => comesBefore(member, own));
      found.resolve(earlier.toSorted((a, b) => (comesBefore(a, b) ? 1 : -1)));
    },
    fail: (failure) => found.reject(failure),
  });
  const cancel = scope.defer(stop);
  try {
    return await scope.wait(found.promise);
  } finally {
    // Who comes later calls us: nothing more is to be learnt here.
    cancel();
    stop();
  }
}

/** Entering a room: what is read and written of it (SPEC K3, D4). */
import { Failure } from '../protocol/failures';
import type { Key, RoomId, Uid } from '../protocol/ids';
import type { Member } from '../signaling/documents';
import { Refused } from '../signaling/failures';
import type { RoomStore } from '../signaling/room-store';
import { comesBefore } from './precedence';
import { Awaited, type Scope } from './scope';

/** Who one is in a room. The key is of this stay alone. */
export type Membership = { readonly roomId: RoomId; readonly uid: Uid; readonly key: Key };

/**
 * Reads the room, and goes on listening to it while the scope lasts.
 * @param over - told what ends a stay, now or later.
 * @throws Failure `room_not_found`, `room_over`, …; Ended.
 */
export async function checkRoom(
  store: RoomStore, scope: Scope, roomId: RoomId, over: (failure: Failure) => void,
): Promise<void> {
  const there = new Awaited<void>();
  const fail = (failure: Failure) => {
    there.reject(failure);
    over(failure);
  };
  const stop = store.watchRoom(roomId, {
    next: (room) => {
      if (room === null) fail(new Failure('room_not_found'));
      else if (room.state === 'closed') fail(new Failure('room_over'));
      else there.resolve();
    },
    fail,
  });
  scope.defer(stop);
  await scope.wait(there.promise);
}

/** Creates the room or not, and is a member then. @throws Failure. */
export async function writeMember(store: RoomStore, { roomId, uid, key }: Membership, create: boolean): Promise<void> {
  try {
    if (create) return await store.createRoom(roomId, uid, key);
  } catch (error) {
    // The SDK sends a write again whose outcome it did not hear of, and a room is not created twice.
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

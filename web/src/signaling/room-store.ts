/** Mesh rooms, their members, and the calls that reach one of them (SPEC D3–D5, D9). */
import { collection, doc, limit, orderBy, query, serverTimestamp, where, type Query } from 'firebase/firestore';
import { keyToBytes, parseLinkId, type Key, type LinkId, type RoomId, type Uid } from '../protocol/ids';
import { roomLifeMs } from '../protocol/limits';
import { parseLink, parseMember, parseMeshRoom, type Link, type Member, type MeshRoom } from './documents';
import { acceptable, documentBytes, type Access } from './access';
import { watchDocument, watchQuery, type Observer, type Unsubscribe } from './watch';

/** A link that names this tab's person as callee. */
export type Call = { readonly linkId: LinkId; readonly link: Link };

/** Mesh rooms, as the session uses them. */
export type RoomStore = {
  /** Null: absent. One past its time is told as `closed` (K3). */
  watchRoom(roomId: RoomId, observer: Observer<MeshRoom | null>): Unsubscribe;
  /** Creates a mesh room, also in the place of one whose time is over, and enters it, in one commit (D3, D4). */
  createRoom(roomId: RoomId, uid: Uid, key: Key): Promise<void>;
  /** Writes the own member document anew (D4). */
  enterRoom(roomId: RoomId, uid: Uid, key: Key): Promise<void>;
  leaveRoom(roomId: RoomId, uid: Uid): Promise<void>;
  /** All members that are not past their time. */
  watchMembers(roomId: RoomId, observer: Observer<readonly Member[]>): Unsubscribe;
  /** The four that entered last, as far as they are not past their time (R3). */
  watchDoors(roomId: RoomId, observer: Observer<readonly Member[]>): Unsubscribe;
  /** All links that name `callee` and are not past their time, `paired` and `closed` ones (D9). */
  watchCalls(roomId: RoomId, callee: Uid, observer: Observer<readonly Call[]>): Unsubscribe;
};

/** Documents of one query (D9). */
const maxDocuments = 32;
/** Documents of members that a newcomer reads (R3). */
const maxDoors = 4;

/** @param access - the database. */
export function createRoomStore(access: Access): RoomStore {
  const { firestore, timers, commit, later } = access;
  const roomDoc = (roomId: RoomId) => doc(firestore, 'rooms', roomId);
  const memberDoc = (roomId: RoomId, uid: Uid) => doc(roomDoc(roomId), 'members', uid);
  const member = (key: Key) => ({
    key: documentBytes(keyToBytes(key)),
    joinedAt: serverTimestamp(),
    expireAt: later(roomLifeMs),
  });

  const membersOf = (roomId: RoomId) => collection(roomDoc(roomId), 'members');
  const watchMembers = (of: Query, observer: Observer<readonly Member[]>) =>
    watchQuery(access, of, {
      next(snapshot) {
        const members = acceptable(snapshot.docs, (one) => parseMember(one.id, one.data()));
        observer.next(members.filter((one) => one.expireAt > timers.now()));
      },
      fail: observer.fail,
    });

  // Owned by this closure. Leaving and entering again concern one document: the second waits for the first.
  let last: Promise<void> = Promise.resolve();
  const inOrder = (write: () => Promise<void>): Promise<void> => {
    last = last.then(write, write);
    return last;
  };

  return {
    watchRoom: (roomId, observer) =>
      watchDocument(access, roomDoc(roomId), {
        next(snapshot) {
          const room = snapshot.exists() ? parseMeshRoom(snapshot.data()) : null;
          observer.next(room !== null && room.expireAt <= timers.now() ? { ...room, state: 'closed' } : room);
        },
        fail: observer.fail,
      }),
    createRoom: (roomId, uid, key) =>
      inOrder(() =>
        commit((tx) => {
          const room = { kind: 'mesh', state: 'waiting', owner: uid, createdAt: serverTimestamp() };
          tx.set(roomDoc(roomId), { ...room, expireAt: later(roomLifeMs) });
          tx.set(memberDoc(roomId, uid), member(key));
        }),
      ),
    enterRoom: (roomId, uid, key) => inOrder(() => commit((tx) => tx.set(memberDoc(roomId, uid), member(key)))),
    leaveRoom: (roomId, uid) => inOrder(() => commit((tx) => tx.delete(memberDoc(roomId, uid)))),
    watchMembers: (roomId, observer) => watchMembers(query(membersOf(roomId), limit(maxDocuments)), observer),
    watchDoors: (roomId, observer) =>
      watchMembers(query(membersOf(roomId), orderBy('joinedAt', 'desc'), limit(maxDoors)), observer),
    watchCalls(roomId, callee, observer) {
      const own = query(collection(roomDoc(roomId), 'links'), where('callee', '==', callee), limit(maxDocuments));
      return watchQuery(access, own, {
        next(snapshot) {
          const calls = acceptable(snapshot.docs, (one) => ({
            linkId: parseLinkId(one.id),
            link: parseLink(one.data()),
          }));
          observer.next(calls.filter((one) => one.link.expireAt > timers.now()));
        },
        fail: observer.fail,
      });
    },
  };
}

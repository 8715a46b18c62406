/** Links and their candidates (SPEC D1, D5–D8, D11). */
import { collection, doc, limit, query, serverTimestamp } from 'firebase/firestore';
import type { DocumentReference } from 'firebase/firestore';
import type { Role } from '../protocol/api';
import type { Bytes as Payload } from '../protocol/base64url';
import { keyToBytes, type Key, type Uid } from '../protocol/ids';
import { linkLifeMs, maxBatches } from '../protocol/limits';
import { parseBatchDocument, parseLink } from './documents';
import type { BatchDocument, CloseReason, Link, LinkRef } from './documents';
import { acceptable, documentBytes, type Access } from './access';
import { watchDocument, watchQuery, type Observer, type Unsubscribe } from './watch';

/** Which batches of each side are known, to be deleted with their link. */
export type KnownBatches = { readonly caller: readonly number[]; readonly callee: readonly number[] };

/** The two ends of a link. */
export type LinkEnds = {
  readonly caller: Uid;
  readonly callee: Uid;
  readonly callerKey: Key;
  readonly calleeKey: Key;
};

/** Links, as the session uses them. */
export type LinkStore = {
  /** Null: absent, or past its time (D1). */
  watchLink(ref: LinkRef, observer: Observer<Link | null>): Unsubscribe;
  /** Batches of that side, also such as were told before; those against the rules are left out (P4). */
  watchCandidates(ref: LinkRef, side: Role, observer: Observer<BatchDocument>): Unsubscribe;
  writeOffer(ref: LinkRef, offer: Payload): Promise<void>;
  writeAnswer(ref: LinkRef, answer: Payload): Promise<void>;
  writeBatch(ref: LinkRef, side: Role, number: number, batch: Payload): Promise<void>;
  closeLink(ref: LinkRef, reason: CloseReason): Promise<void>;
  /** Deletes the link and the candidates that are known, in one commit (D11). */
  deleteLink(ref: LinkRef, known: KnownBatches): Promise<void>;
  /** Creates a link of a mesh room whole, with its offer (D5). */
  createLink(ref: LinkRef, ends: LinkEnds, offer: Payload): Promise<void>;
};

const candidatesOf: { readonly [side in Role]: string } = { caller: 'callerCandidates', callee: 'calleeCandidates' };

/** @param access - the database. */
export function createLinkStore(access: Access): LinkStore {
  const { firestore, timers, commit, later } = access;
  const linkDoc = (ref: LinkRef): DocumentReference =>
    ref.linkId === null
      ? doc(firestore, 'rooms', ref.roomId)
      : doc(firestore, 'rooms', ref.roomId, 'links', ref.linkId);
  const batches = (ref: LinkRef, side: Role) => collection(linkDoc(ref), candidatesOf[side]);

  return {
    watchLink: (ref, observer) =>
      watchDocument(access, linkDoc(ref), {
        next(snapshot) {
          const link = snapshot.exists() ? parseLink(snapshot.data()) : null;
          observer.next(link === null || link.expireAt <= timers.now() ? null : link);
        },
        fail: observer.fail,
      }),
    watchCandidates: (ref, side, observer) =>
      watchQuery(access, query(batches(ref, side), limit(maxBatches)), {
        next(snapshot) {
          for (const one of acceptable(snapshot.docs, (entry) => parseBatchDocument(entry.id, entry.data()))) {
            observer.next(one);
          }
        },
        fail: observer.fail,
      }),
    writeOffer: (ref, offer) => commit((tx) => tx.update(linkDoc(ref), { offer: documentBytes(offer) })),
    writeAnswer: (ref, answer) => commit((tx) => tx.update(linkDoc(ref), { answer: documentBytes(answer) })),
    writeBatch: (ref, side, number, batch) =>
      commit((tx) => {
        const content = { batch: documentBytes(batch), expireAt: later(linkLifeMs) };
        tx.set(doc(batches(ref, side), String(number)), content);
      }),
    closeLink: (ref, reason) => commit((tx) => tx.update(linkDoc(ref), { state: 'closed', reason })),
    deleteLink: (ref, known) =>
      commit((tx) => {
        for (const number of known.caller) tx.delete(doc(batches(ref, 'caller'), String(number)));
        for (const number of known.callee) tx.delete(doc(batches(ref, 'callee'), String(number)));
        tx.delete(linkDoc(ref));
      }),
    createLink: (ref, ends, offer) =>
      commit((tx) =>
        tx.set(linkDoc(ref), {
          caller: ends.caller,
          callee: ends.callee,
          callerKey: documentBytes(keyToBytes(ends.callerKey)),
          calleeKey: documentBytes(keyToBytes(ends.calleeKey)),
          offer: documentBytes(offer),
          state: 'paired',
          createdAt: serverTimestamp(),
          expireAt: later(linkLifeMs),
        }),
      ),
  };
}

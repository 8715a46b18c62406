import {
  collection, deleteDoc, doc, type Firestore, getDoc, getDocs, limit, query, setDoc, updateDoc, writeBatch,
} from 'firebase/firestore';
import { describe } from 'vitest';
import {
  badPayloads, batch, BATCH_SIZES, CALLEE, CALLER, inMinutes, link, MESH, meshRoom, newId, PAIR, pairRoom, payload, STRANGER,
  without,
} from './documents.ts';
import { allows, denies, openWorld } from './world.ts';

const { as, asNobody, given } = openWorld('candidates');

/** The two kinds of link: both have the same rules, written once and used twice. */
const LINKS = [
  { kind: 'pair room', head: PAIR, open: (change = {}) => given(`rooms/${newId()}`, pairRoom(change)) },
  {
    kind: 'link of a mesh room',
    head: MESH,
    open: async (change = {}) => given(`${await given(`rooms/${newId()}`, meshRoom())}/links/${newId()}`, link(change)),
  },
] as const;
const SIDES = [
  { side: 'callerCandidates', own: CALLER, other: CALLEE },
  { side: 'calleeCandidates', own: CALLEE, other: CALLER },
] as const;

for (const { kind, head, open } of LINKS) {
  for (const { side, own, other } of SIDES) {
    describe(`writing ${side} of a ${kind}`, () => {
      const write = async (data = batch(head), { n = '0', uid = own as string, path = open() } = {}) =>
        setDoc(doc(as(uid), `${await path}/${side}/${n}`), data);
      allows('[D8] its own side', () => write());
      denies('[D8] the other side', () => write(batch(head), { uid: other }));
      denies('[D8] another uid', () => write(batch(head), { uid: STRANGER }));
      denies('[D8] nobody signed in', async () => setDoc(doc(asNobody(), `${await open()}/${side}/0`), batch(head)));
      for (const n of ['9', '10', '19', '20', '29', '30', '31']) allows(`[D8] batch ${n}`, () => write(batch(head), { n }));
      for (const n of ['32', '39', '40', '00', '01', '100', '-1', '1.0', 'x']) {
        denies(`[D8] batch ${n}`, () => write(batch(head), { n }));
      }
      denies('[D8] a second time', async () => {
        const path = await open();
        await given(`${path}/${side}/0`, batch(head));
        return updateDoc(doc(as(own), `${path}/${side}/0`), { batch: payload(head, 1_024) });
      });
      denies('[D8] with a field that no rule names', () => write(batch(head, { more: true })));
      denies('[D8] without batch', () => write(without(batch(head), 'batch')));
      denies('[D8] without expireAt', () => write(without(batch(head), 'expireAt')));
      for (const size of BATCH_SIZES) {
        allows(`[L2] of ${size} bytes`, () => write(batch(head, { batch: payload(head, size) })));
      }
      for (const [why, bad] of badPayloads(head, BATCH_SIZES)) denies(why, () => write(batch(head, { batch: bad })));
      denies('[D8] expired', () => write(batch(head, { expireAt: inMinutes(-1) })));
      denies('[D8] for over an hour', () => write(batch(head, { expireAt: inMinutes(60.5) })));
      allows('[D8] for nearly an hour', () => write(batch(head, { expireAt: inMinutes(59.5) })));
      denies('[D6] to a closed link', () => write(batch(head), { path: open({ state: 'closed' }) }));
      denies('[D1] to an expired link', () => write(batch(head), { path: open({ expireAt: inMinutes(-1) }) }));
      denies('[D8] to a link that does not exist', () =>
        write(batch(head), { path: Promise.resolve(`rooms/${newId()}/links/${newId()}`) }));
    });

    describe(`reading ${side} of a ${kind}`, () => {
      const found = async (change = {}) => {
        const path = await open(change);
        await given(`${path}/${side}/0`, batch(head));
        return `${path}/${side}`;
      };
      const list = (db: Firestore, path: string, most = 32) => getDocs(query(collection(db, path), limit(most)));
      for (const uid of [own, other]) {
        allows(`[D8] ${uid}, a peer, lists them`, async () => list(as(uid), await found()));
        allows(`[D8] ${uid}, a peer, reads one`, async () => getDoc(doc(as(uid), await found(), '0')));
      }
      denies('[D9] another uid lists them', async () => list(as(STRANGER), await found()));
      denies('[D9] another uid reads one', async () => getDoc(doc(as(STRANGER), await found(), '0')));
      denies('[D9] nobody signed in lists them', async () => list(asNobody(), await found()));
      denies('[D9] more than 32', async () => list(as(other), await found(), 33));
      denies('[D9] without a limit', async () => getDocs(collection(as(other), await found())));
      denies('[D1] listing those of an expired link', async () =>
        list(as(other), await found({ expireAt: inMinutes(-1) })));
      denies('[D1] reading one of an expired link', async () =>
        getDoc(doc(as(other), await found({ expireAt: inMinutes(-1) }), '0')));
    });

    describe(`deleting ${side} of a ${kind}`, () => {
      const found = async () => {
        const path = `${await open()}/${side}/0`;
        return given(path, batch(head));
      };
      for (const uid of [own, other]) {
        allows(`[D8] ${uid}, a peer`, async () => deleteDoc(doc(as(uid), await found())));
      }
      denies('[D8] another uid', async () => deleteDoc(doc(as(STRANGER), await found())));
      denies('[D8] nobody signed in', async () => deleteDoc(doc(asNobody(), await found())));
    });
  }

  describe(`deleting a ${kind} with its candidates`, () => {
    const NUMBERS = Array.from({ length: 32 }, (_, n) => String(n));
    for (const uid of [CALLER, CALLEE]) {
      allows(`[D11] ${uid}, a peer, in one commit, link first`, async () => {
        const path = await open();
        const paths = [path, ...SIDES.flatMap(({ side }) => NUMBERS.map((n) => `${path}/${side}/${n}`))];
        await Promise.all(paths.slice(1).map((candidates) => given(candidates, batch(head))));
        const commit = writeBatch(as(uid));
        for (const each of paths) commit.delete(doc(as(uid), each));
        return commit.commit();
      });
    }
    denies('[D11] candidates after their link is gone', async () => {
      const path = await open();
      await given(`${path}/callerCandidates/0`, batch(head));
      await deleteDoc(doc(as(CALLER), path));
      return deleteDoc(doc(as(CALLER), `${path}/callerCandidates/0`));
    });
  });
}

/** Who is signed in decides what is told, from the moment on that it changes. */
import { expect, inject } from 'vitest';
import { contract } from './world.ts';

const OWN_RULES = `service cloud.firestore { match /databases/{database}/documents {
  match /own/{uid} { allow read, write: if request.auth.uid == uid; }
  match /notes/{id} { allow read: if resource.data.owner == request.auth.uid; }
  match /all/{id} { allow read; }
} }`;

contract('a token of the SDK: own documents, and refusals that reach the listener alone', async ({ world }) => {
  await world.rules(OWN_RULES);
  await world.admin.set('notes/1', { owner: 'ann' });
  await world.admin.set('notes/2', { owner: 'ben' });
  const ann = await world.open({ user: 'ann' });
  const codes = await ann.run(async (sdk) => {
    const { db, doc, collection, query, where, watch, setDoc, getDoc, getDocs, codeOf, runTransaction } = sdk;
    const mine = watch('mine', doc(db, 'own/ann'));
    const his = watch('his', doc(db, 'own/ben'));
    const notes = watch('notes', query(collection(db, 'notes'), where('owner', '==', 'ann')));
    const others = watch('others', query(collection(db, 'notes'), where('owner', '==', 'ben')));
    // Google's emulator may not tell what is written in the moment in which a listener opens: docs/adr/0011.
    await mine.until((h) => h.docs.size === 0);
    await setDoc(doc(db, 'own/ann'), { n: 1 });
    await mine.until((h) => h.docs.get('ann')?.n === 1);
    await notes.until((h) => [...h.docs.keys()].join('') === '1');
    return [
      await his.untilEnded(), await others.untilEnded(), mine.ended, notes.ended,
      await codeOf(setDoc(doc(db, 'own/ben'), { n: 1 })),
      await codeOf(getDoc(doc(db, 'own/ben'))),
      await codeOf(getDocs(collection(db, 'notes'))),
      await codeOf(runTransaction(db, (transaction) => transaction.get(doc(db, 'own/ben')))),
      await codeOf(setDoc(doc(db, 'own/ann'), { n: 2 })),
    ];
  });
  const denied = 'permission-denied';
  expect(codes).toEqual([denied, denied, undefined, undefined, denied, denied, denied, denied, 'fine']);
});

contract('signing in, changing and signing out while listeners are open', async ({ world }) => {
  await world.rules(OWN_RULES);
  await world.admin.set('all/1', { n: 1 });
  const ann = await world.open({ auth: inject('authHost') });
  const uid = await ann.run(async ({ app, db, doc, auth, watch }) => {
    const { user } = await auth.signInAnonymously(auth.getAuth(app));
    await watch('all', doc(db, 'all/1')).until((h) => h.docs.get('1')?.n === 1);
    await watch('own', doc(db, 'own', user.uid)).until((h) => h.docs.size === 0);
    return user.uid;
  });
  await world.admin.set(`own/${uid}`, { n: 1 });
  const other = await ann.run(async ({ app, db, doc, auth, watch, watched, getDoc, setDoc, codeOf }, former) => {
    await watched('own').until((h) => h.docs.get(former)?.n === 1);
    const token = JSON.stringify({ sub: 'g1', email: 'ben@example.com', email_verified: true });
    const { user } = await auth.signInWithCredential(auth.getAuth(app), auth.GoogleAuthProvider.credential(token));
    const codes = [await watched('own').untilEnded(), await codeOf(getDoc(doc(db, 'own', former)))];
    await setDoc(doc(db, 'own', user.uid), { n: 2 });
    await watch('other', doc(db, 'own', user.uid)).until((h) => h.docs.get(user.uid)?.n === 2);
    return { codes, another: user.uid !== former };
  }, uid);
  expect(other).toEqual({ codes: ['permission-denied', 'permission-denied'], another: true });
  await world.admin.set('all/1', { n: 2 });
  const nobody = await ann.run(async ({ app, db, doc, auth, watched, setDoc, codeOf }, former) => {
    await watched('all').until((h) => h.docs.get('1')?.n === 2);
    await auth.signOut(auth.getAuth(app));
    return [await watched('other').untilEnded(), await codeOf(setDoc(doc(db, 'own', former), { n: 3 }))];
  }, uid);
  expect(nobody).toEqual(['permission-denied', 'permission-denied']);
  await world.admin.set('all/1', { n: 3 });
  const last = await ann.run(async ({ watched }) => {
    await watched('all').until((h) => h.docs.get('1')?.n === 3);
    return watched('all').ended;
  });
  expect(last).toBeUndefined();
});

contract('rules that change hold for the next request', async ({ world }) => {
  const ann = await world.open();
  const write = () => ann.run(({ db, doc, setDoc, codeOf }) => codeOf(setDoc(doc(db, 'all/1'), { n: 1 })));
  const before = await write();
  await world.rules(OWN_RULES);
  expect([before, await write()]).toEqual(['fine', 'permission-denied']);
});

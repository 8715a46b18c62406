import {
  createUserWithEmailAndPassword,
  deleteUser,
  signInAnonymously,
  signInWithCredential,
  signInWithEmailAndPassword,
  updateProfile,
} from 'firebase/auth';
import { expect, test } from 'vitest';
import { administrator, google, newPerson, toldOf } from './person.ts';

test('an anonymous person is somebody until they sign out', async () => {
  const auth = newPerson();
  const signedIn = toldOf(auth, (user) => user !== null);
  const { user } = await signInAnonymously(auth);
  expect((await signedIn)?.uid).toBe(user.uid);
  expect(user.isAnonymous).toBe(true);
  expect((await user.getIdTokenResult()).claims).toMatchObject({ provider_id: 'anonymous', user_id: user.uid });

  await auth.signOut();
  expect(await toldOf(auth, () => true)).toBeNull();
  expect((await signInAnonymously(auth)).user.uid).not.toBe(user.uid);
});

test('a profile is seen elsewhere after a reload, and in new tokens', async () => {
  const credential = google();
  const { user } = await signInWithCredential(newPerson(), credential);
  const { user: elsewhere } = await signInWithCredential(newPerson(), credential);
  await updateProfile(user, { displayName: 'Bo', photoURL: 'https://example.com/bo.png' });
  await elsewhere.reload();
  expect(elsewhere).toMatchObject({ displayName: 'Bo', photoURL: 'https://example.com/bo.png' });

  const before = await elsewhere.getIdTokenResult();
  const after = await elsewhere.getIdTokenResult(true);
  expect(after.claims).toMatchObject({ name: 'Bo', picture: 'https://example.com/bo.png' });
  expect(after.authTime).toBe(before.authTime);

  await updateProfile(user, { displayName: '' });
  await elsewhere.reload();
  expect(elsewhere.displayName).toBeFalsy();
});

test('custom claims come with the next token', async () => {
  const { user } = await signInAnonymously(newPerson());
  await administrator('update', { localId: user.uid, customAttributes: '{"role":"moderator"}' });
  expect((await user.getIdTokenResult(true)).claims.role).toBe('moderator');
});

test('who deletes their account is signed out, and gone', async () => {
  const auth = newPerson();
  const credential = google();
  const { user } = await signInWithCredential(auth, credential);
  await deleteUser(user);
  expect(auth.currentUser).toBeNull();
  expect((await signInWithCredential(auth, credential)).user.uid).not.toBe(user.uid);
});

test.for([
  ['deletes', 'delete', {}, 'auth/user-token-expired'],
  ['disables', 'update', { disableUser: true }, 'auth/user-disabled'],
  ['revokes', 'update', { validSince: Math.floor(Date.now() / 1000) + 60 }, 'auth/user-token-expired'],
] as const)('whose account the administrator %s is signed out', async ([, call, change, code]) => {
  const auth = newPerson();
  const { user } = await signInAnonymously(auth);
  await administrator(call, { localId: user.uid, ...change });
  await expect(user.getIdToken(true)).rejects.toMatchObject({ code });
  expect(auth.currentUser).toBeNull();
});

test('passwords are refused by name', async () => {
  const auth = newPerson();
  for (const way of [signInWithEmailAndPassword, createUserWithEmailAndPassword]) {
    await expect(way(auth, 'ann@example.com', 'secret')).rejects.toMatchObject({ code: 'auth/operation-not-allowed' });
  }
});

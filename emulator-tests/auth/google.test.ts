import {
  GoogleAuthProvider,
  getAdditionalUserInfo,
  linkWithCredential,
  reauthenticateWithCredential,
  signInAnonymously,
  signInWithCredential,
  unlink,
} from 'firebase/auth';
import { expect, test } from 'vitest';
import { google, newEmail, newPerson } from './person.ts';

test('a Google account signs in to the same account from two places', async () => {
  const email = newEmail();
  const credential = google({ email, email_verified: true, name: 'Ann' });
  const first = await signInWithCredential(newPerson(), credential);
  const second = await signInWithCredential(newPerson(), credential);
  expect(second.user.uid).toBe(first.user.uid);
  expect(getAdditionalUserInfo(first)).toMatchObject({
    isNewUser: true,
    providerId: 'google.com',
    profile: { email, verified_email: true, name: 'Ann' },
  });
  expect(getAdditionalUserInfo(second)?.isNewUser).toBe(false);
  expect(second.user).toMatchObject({ email, emailVerified: true, displayName: 'Ann', isAnonymous: false });
  expect(GoogleAuthProvider.credentialFromResult(second)?.idToken).toBe(credential.idToken);
  const { signInProvider, claims } = await second.user.getIdTokenResult();
  expect(signInProvider).toBe('google.com');
  expect(claims).toMatchObject({ name: 'Ann', email, email_verified: true });
});

test('an anonymous account keeps its uid when Google is linked, and loses Google when unlinked', async () => {
  const { user } = await signInAnonymously(newPerson());
  const { uid } = user;
  const credential = google({ email: newEmail(), email_verified: true });
  await linkWithCredential(user, credential);
  expect(user).toMatchObject({ uid, isAnonymous: false });
  expect(user.providerData.map((info) => info.providerId)).toEqual(['google.com']);
  await expect(linkWithCredential(user, google())).rejects.toMatchObject({ code: 'auth/provider-already-linked' });
  expect((await signInWithCredential(newPerson(), credential)).user.uid).toBe(uid);

  await unlink(user, 'google.com');
  expect(user.providerData).toEqual([]);
  expect((await signInWithCredential(newPerson(), google({ sub: subOf(credential.idToken) }))).user.uid).not.toBe(uid);
});

test("a Google account that is somebody's is not linked to somebody else", async () => {
  const credential = google();
  const { user: owner } = await signInWithCredential(newPerson(), credential);
  const auth = newPerson();
  const { user } = await signInAnonymously(auth);
  const refused = await linkWithCredential(user, credential).catch((cause: unknown) => cause);
  expect(refused).toMatchObject({ code: 'auth/credential-already-in-use' });
  expect(user.isAnonymous).toBe(true);
  expect((await signInWithCredential(auth, credential)).user.uid).toBe(owner.uid);
});

test('an email is of one account', async () => {
  const email = newEmail();
  await signInWithCredential(newPerson(), google({ email, email_verified: true }));
  await expect(signInWithCredential(newPerson(), google({ email }))).rejects.toMatchObject({
    code: 'auth/account-exists-with-different-credential',
  });
  const { user } = await signInAnonymously(newPerson());
  await expect(linkWithCredential(user, google({ email }))).rejects.toMatchObject({ code: 'auth/email-already-in-use' });
});

test('signing in again proves who one is, and nobody else', async () => {
  const auth = newPerson();
  const credential = google();
  const { user } = await signInWithCredential(auth, credential);
  const again = await reauthenticateWithCredential(user, credential);
  expect(again.user.uid).toBe(user.uid);
  const others = google();
  await signInWithCredential(newPerson(), others);
  await expect(reauthenticateWithCredential(user, others)).rejects.toMatchObject({ code: 'auth/user-mismatch' });
  // No account is made for one who is not known.
  const stranger = google();
  await expect(reauthenticateWithCredential(user, stranger)).rejects.toMatchObject({ name: 'FirebaseError' });
  expect(getAdditionalUserInfo(await signInWithCredential(newPerson(), stranger))?.isNewUser).toBe(true);
});

test('a credential that is none', async () => {
  await expect(signInWithCredential(newPerson(), GoogleAuthProvider.credential('{"email":"a@b.c"}'))).rejects.toMatchObject({
    code: 'auth/invalid-credential',
  });
});

function subOf(idToken: string | undefined): string {
  return (JSON.parse(idToken ?? '') as { sub: string }).sub;
}

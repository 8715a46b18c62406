import { deleteApp, initializeApp } from 'firebase/app';
import { type Auth, GoogleAuthProvider, type OAuthCredential, type User, connectAuthEmulator, getAuth } from 'firebase/auth';
import { inject, onTestFinished } from 'vitest';

let apps = 0;

/** The unmodified SDK of one person who has not been here before; gone when the test ends. */
export function newPerson(): Auth {
  const app = initializeApp({ apiKey: 'any', projectId: 'demo-parley' }, `person-${(apps += 1)}`);
  onTestFinished(() => deleteApp(app));
  const auth = getAuth(app);
  connectAuthEmulator(auth, `http://${inject('authHost')}`, { disableWarnings: true });
  return auth;
}

/** A Google credential as emulators take it; a new Google account if `sub` is not said. */
export function google(claims: { sub?: string; email?: string; email_verified?: boolean; name?: string } = {}): OAuthCredential {
  return GoogleAuthProvider.credential(JSON.stringify({ sub: crypto.randomUUID(), ...claims }));
}

/** An address that no other test has. */
export function newEmail(): string {
  return `${crypto.randomUUID()}@example.com`;
}

/** Calls the administrator's API; `body` is JSON. */
export async function administrator(call: 'delete' | 'update', body: object): Promise<void> {
  const answer = await fetch(
    `http://${inject('authHost')}/identitytoolkit.googleapis.com/v1/projects/demo-parley/accounts:${call}`,
    {
      method: 'POST',
      headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
  );
  if (!answer.ok) throw new Error(`accounts:${call}: ${await answer.text()}`);
}

/** Settles when the SDK tells of a user who passes, or of nobody. */
export function toldOf(auth: Auth, passes: (user: User | null) => boolean): Promise<User | null> {
  return new Promise((resolve) => {
    const stop = auth.onAuthStateChanged((user) => {
      if (!passes(user)) return;
      stop();
      resolve(user);
    });
  });
}

/** Who this tab is: an anonymous person of Firebase Authentication. */
import { signInAnonymously, type Auth } from 'firebase/auth';
import { parseUid, type Uid } from '../protocol/ids';
import { abortable } from './abortable';
import { signInFailure } from './failures';

/** Signs in, and vouches for this tab at the function. Safe to call at any time, also several times at once. */
export type Identity = {
  /**
   * The person; signs in if nobody is. Calls that overlap share one sign-in.
   * @throws Failure `sign_in_failed`; AbortError when `signal` ends the wait (the sign-in goes on).
   */
  signIn(signal: AbortSignal): Promise<Uid>;
  /**
   * A token for the function's `Authorization` header.
   * @param fresh - true after the function refused one: get another, as another person if need be.
   * @throws Failure `sign_in_failed`.
   */
  token(fresh: boolean, signal: AbortSignal): Promise<string>;
};

/** The identity of a Firebase app. */
export function createIdentity(auth: Auth): Identity {
  // Owned by this closure: the sign-in under way, if any.
  let running: Promise<void> | null = null;

  async function signInOnce(): Promise<void> {
    await auth.authStateReady();
    if (auth.currentUser === null) await signInAnonymously(auth);
  }

  async function person() {
    running ??= signInOnce().finally(() => {
      running = null;
    });
    await running;
    if (auth.currentUser === null) throw new Error('signed out meanwhile');
    return auth.currentUser;
  }

  async function token(fresh: boolean): Promise<string> {
    const user = await person();
    if (!fresh) return user.getIdToken();
    try {
      return await user.getIdToken(true);
    } catch {
      // The account is gone, as after a restart of a local server: be somebody new.
      await auth.signOut();
      return (await person()).getIdToken();
    }
  }

  return {
    async signIn(signal) {
      try {
        return parseUid((await abortable(person(), signal)).uid);
      } catch (error) {
        signal.throwIfAborted();
        throw signInFailure(error);
      }
    },
    async token(fresh, signal) {
      try {
        return await abortable(token(fresh), signal);
      } catch (error) {
        signal.throwIfAborted();
        throw signInFailure(error);
      }
    },
  };
}

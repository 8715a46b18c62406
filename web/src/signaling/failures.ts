/** From Firebase's error codes to the failures of SPEC section 8: the one place that knows them. */
import { FirebaseError } from 'firebase/app';
import { Failure, type FailureName } from '../protocol/failures';

/**
 * The security rules refused a read or write. Mostly that means that what it was for is no more: the link
 * was closed, deleted or has expired. Without a better reading it is a bug: `internal`.
 */
export class Refused extends Failure {
  constructor(options?: ErrorOptions) {
    super('internal', options);
  }
}

/** Firestore's codes; those left out are bugs of ours. */
const storeFailures: { readonly [code: string]: FailureName } = {
  unavailable: 'store_unavailable',
  'deadline-exceeded': 'store_unavailable',
  'resource-exhausted': 'store_unavailable',
  aborted: 'store_unavailable',
  cancelled: 'store_unavailable',
  unknown: 'store_unavailable',
  internal: 'store_unavailable',
  unauthenticated: 'sign_in_failed',
};

/** Gives an error of Firestore its name. A {@link Failure} stays what it is. */
export function storeFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof FirebaseError)) return new Failure('internal', { cause: error });
  const code = error.code.replace(/^firestore\//u, '');
  if (code === 'permission-denied' || code === 'not-found') return new Refused({ cause: error });
  return new Failure(storeFailures[code] ?? 'internal', { cause: error });
}

/** Gives an error of Authentication its name: whatever the reason, nobody is signed in. */
export function signInFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('sign_in_failed', { cause: error });
}

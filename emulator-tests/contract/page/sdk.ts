/** What runs in the page: the SDK whole, one Firestore, and listeners that remember what they heard. */
import { initializeApp } from 'firebase/app';
import * as auth from 'firebase/auth';
import * as firestore from 'firebase/firestore';
import { heardOf, Watch } from './watch.ts';

/** How the SDK is told to speak to the server. */
export type Transport = 'streaming' | 'detected' | 'long polling';

/** Which Firestore a page opens. */
export type Opening = {
  readonly projectId: string;
  /** `host:port`. */
  readonly host: string;
  readonly transport: Transport;
  /** Whether tabs share a cache that outlives them. */
  readonly persistent: boolean;
  /** Who the SDK says it is: a uid, with a token that it makes itself; undefined: nobody. */
  readonly user: string | undefined;
  /** `host:port` of an Auth emulator for those who sign in. */
  readonly auth: string | undefined;
};

const transports: Record<Transport, firestore.FirestoreSettings> = {
  streaming: { experimentalAutoDetectLongPolling: false },
  detected: { experimentalAutoDetectLongPolling: true },
  'long polling': { experimentalForceLongPolling: true },
};

/** Opens the page's Firestore. Called once. */
function open(opening: Opening): void {
  const app = initializeApp({ projectId: opening.projectId, apiKey: 'none' });
  const localCache = opening.persistent
    ? firestore.persistentLocalCache({ tabManager: firestore.persistentMultipleTabManager() })
    : firestore.memoryLocalCache();
  const db = firestore.initializeFirestore(app, { ...transports[opening.transport], localCache });
  if (opening.auth !== undefined) {
    auth.connectAuthEmulator(auth.initializeAuth(app), `http://${opening.auth}`, { disableWarnings: true });
  }
  const [host = '', port] = opening.host.split(':');
  const { user } = opening;
  firestore.connectFirestoreEmulator(db, host, Number(port), user === undefined ? {} : { mockUserToken: { sub: user } });
  Object.assign(sdk, { app, db });
}

const watches = new Map<string, Watch>();

const page = {
  open,
  auth,
  /** Begins to listen, with metadata, under a name. */
  watch(name: string, target: firestore.DocumentReference | firestore.Query): Watch {
    const watch = new Watch();
    watches.set(name, watch);
    const options = { includeMetadataChanges: true };
    const failed = (error: firestore.FirestoreError) => watch.fail(error.code);
    watch.stop =
      target.type === 'document'
        ? firestore.onSnapshot(target, options, (s) => watch.hear(heardOf(s)), failed)
        : firestore.onSnapshot(target, options, (s) => watch.hear(heardOf(s)), failed);
    return watch;
  },
  /** The listener of that name. */
  watched(name: string): Watch {
    const watch = watches.get(name);
    if (!watch) throw new Error(`nobody listens as ${name}`);
    return watch;
  },
  /** What a promise is rejected with, by its code; `fine` if it is not. */
  codeOf: (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'fine',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
    ),
};

/** What a test's functions are given in the page: all of `firebase/firestore`, and the page's own. */
export type Sdk = typeof firestore & typeof page & { readonly db: firestore.Firestore; readonly app: auth.Auth['app'] };

const sdk: Record<string, unknown> = { ...firestore, ...page };
Object.assign(globalThis, { sdk });
firestore.setLogLevel('silent'); // What goes wrong is asked for, and Chromium's console is nobody's.

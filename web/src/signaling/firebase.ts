/** Starts Firebase: the one place that decides between Google's services and local ones. */
import { initializeApp, type FirebaseApp } from 'firebase/app';
import { browserSessionPersistence, connectAuthEmulator, inMemoryPersistence, initializeAuth } from 'firebase/auth';
import type { Auth } from 'firebase/auth';
import { initializeFirestore, memoryLocalCache, setLogLevel, type Firestore } from 'firebase/firestore';
import { isDemo, type AppConfig, type LocalServices } from './config';

/** A running Firebase. Nothing of it has connected yet. */
export type Firebase = { readonly app: FirebaseApp; readonly auth: Auth; readonly firestore: Firestore };

/** Where the services are: null, Google's own, unless the project's name says that it cannot be real. */
export function servicesOf(config: AppConfig): LocalServices | null {
  return isDemo(config.project.projectId) ? config.local : null;
}

/**
 * Starts Firebase for a project. The person lives as long as the tab (session persistence), so two tabs are
 * two people; where storage is refused, as long as the page. Firestore keeps its cache in memory: nothing
 * of a conversation is left on the device.
 */
export function startFirebase(config: AppConfig): Firebase {
  // The SDK writes requests that fail to the console, descriptions and addresses with them. Failures are told here
  // by their names instead.
  setLogLevel('silent');
  const local = servicesOf(config);
  const app = initializeApp({ ...config.project });
  // Without a popup resolver: anonymous sign-in needs none, and it would load code of other hosts.
  const auth = initializeAuth(app, { persistence: [browserSessionPersistence, inMemoryPersistence] });
  if (local !== null) connectAuthEmulator(auth, local.authUrl, { disableWarnings: true });
  const place = local === null ? {} : { host: local.firestore.host, ssl: local.firestore.ssl };
  const firestore = initializeFirestore(app, { localCache: memoryLocalCache(), ...place });
  return { app, auth, firestore };
}

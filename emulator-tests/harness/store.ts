/** The emulator as its administrator: to leave no trace between tests, and to see what is written. */
import { deleteApp, initializeApp } from 'firebase/app';
import { connectFirestoreEmulator, getFirestore, type Firestore } from 'firebase/firestore';

/** Where Parley's documents are. */
export type StoreAddress = { readonly host: string; readonly projectId: string };

/** Deletes every document of the project: nobody waits in a queue for the next test. */
export async function clearStore({ host, projectId }: StoreAddress): Promise<void> {
  const url = `http://${host}/emulator/v1/projects/${projectId}/databases/(default)/documents`;
  const answer = await fetch(url, { method: 'DELETE' });
  if (!answer.ok) throw new Error(`harness: clearing the store: ${answer.status} ${await answer.text()}`);
}

/** Parley's own emulator neither answers nor refuses until {@link resumeStore}. */
export const pauseStore = ({ host }: StoreAddress) => tell(host, 'pause');

/** Ends {@link pauseStore}. */
export const resumeStore = ({ host }: StoreAddress) => tell(host, 'resume');

/** Parley's own emulator loses every document and breaks off every stream, as if it had died. */
export async function breakStore(address: StoreAddress): Promise<void> {
  await pauseStore(address); // Nobody is told of what goes.
  await clearStore(address);
  await tell(address.host, 'cut');
  await resumeStore(address);
}

/** Parley's own emulator believes from now on that so much time has passed; there is no way back. */
export const moveClock = ({ host }: StoreAddress, seconds: number) =>
  tell(host, 'clock', JSON.stringify({ advance: `${seconds}s` }));

/** What Firestore would bill, in documents. */
export type Usage = { readonly reads: number; readonly writes: number; readonly deletes: number };

const usageUrl = ({ host, projectId }: StoreAddress) =>
  `http://${host}/emulator/v1/projects/${projectId}/databases/(default)/usage`;

/** What Parley's own emulator would bill since the last {@link countAnew}, by uid. */
export async function usageOf(address: StoreAddress): Promise<ReadonlyMap<string, Usage>> {
  const answer = await fetch(usageUrl(address));
  if (!answer.ok) throw new Error(`harness: usage: ${answer.status} ${await answer.text()}`);
  const { clients } = (await answer.json()) as { clients: Record<string, Usage> };
  return new Map(Object.entries(clients));
}

/** Parley's own emulator counts from zero. */
export async function countAnew(address: StoreAddress): Promise<void> {
  const answer = await fetch(usageUrl(address), { method: 'DELETE' });
  if (!answer.ok) throw new Error(`harness: usage: ${answer.status} ${await answer.text()}`);
}

async function tell(host: string, what: 'pause' | 'resume' | 'cut' | 'clock', body = ''): Promise<void> {
  const answer = await fetch(`http://${host}/emulator/v1/${what}`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`harness: ${what}: ${answer.status} ${await answer.text()}`);
}

/** Calls `use` with a Firestore that no rules bind. */
export async function withStore<T>({ host, projectId }: StoreAddress, use: (store: Firestore) => Promise<T>): Promise<T> {
  const app = initializeApp({ projectId }, crypto.randomUUID());
  try {
    const store = getFirestore(app);
    const [name = '', port] = host.split(':');
    connectFirestoreEmulator(store, name, Number(port), { mockUserToken: 'owner' });
    return await use(store);
  } finally {
    await deleteApp(app);
  }
}

/** The store of a running Parley: the emulator's line, and the project that the page is told. */
export async function storeOf(pageUrl: string, firestoreUrl: string): Promise<StoreAddress> {
  const answer = await fetch(new URL('/__/firebase/init.json', pageUrl));
  const settings: unknown = await answer.json();
  if (typeof settings !== 'object' || settings === null || !('projectId' in settings)) {
    throw new Error('harness: /__/firebase/init.json names no project');
  }
  return { host: firestoreUrl.replace(/^\w+:\/\//, '').replace(/\/$/, ''), projectId: String(settings.projectId) };
}

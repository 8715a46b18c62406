/** What the device keeps, in IndexedDB: private keys are kept as keys, which nobody can read out. */
import { openDB, unwrap, type DBSchema, type IDBPDatabase } from 'idb';
import type { IdentityKey } from '../protocol/ids';
import type { KeptKey } from '../protocol/signing';
import { mostKept, pageStore, type DeviceStore } from './device-store';
import type { EpochMs } from './model';

type Schema = DBSchema & {
  own: { key: 'device'; value: KeptKey };
  verified: { key: IdentityKey; value: { readonly at: EpochMs }; indexes: { oldest: EpochMs } };
};

const databaseName = 'parley';
const version = 2;

/** The store of this browser; where there is none (private windows of some browsers), one for this page. */
export async function openBrowserStore(): Promise<DeviceStore> {
  try {
    const database = await openDB<Schema>(databaseName, version, {
      upgrade(fresh, from) {
        // There was a table of who had been in which room.
        if (from === 1) return unwrap(fresh as unknown as IDBPDatabase).deleteObjectStore('rooms');
        fresh.createObjectStore('own');
        fresh.createObjectStore('verified').createIndex('oldest', 'at');
      },
      // Another tab has a newer version of the app.
      blocking: (_, __, event) => (event.target as IDBDatabase).close(),
    });
    return storeIn(database);
  } catch {
    return pageStore();
  }
}

function storeIn(database: IDBPDatabase<Schema>): DeviceStore {
  return {
    key: () => orElse(null, async () => (await database.get('own', 'device')) ?? null),
    keepKey: (fresh, instead) =>
      orElse(fresh, async () => {
        const { store, done } = database.transaction('own', 'readwrite');
        const there = await store.get('device');
        const stays = there === undefined || there.identity === instead ? fresh : there;
        if (stays === fresh) await store.put(fresh, 'device');
        await done;
        return stays;
      }),
    verifiedAt: (identity) => orElse(null, async () => (await database.get('verified', identity))?.at ?? null),
    keepVerified: (identity, at) =>
      orElse(undefined, () =>
        at === null ? database.delete('verified', identity) : keepNewest(database, identity, at)),
  };
}

async function keepNewest(database: IDBPDatabase<Schema>, identity: IdentityKey, at: EpochMs): Promise<void> {
  const { store, done } = database.transaction('verified', 'readwrite');
  await store.put({ at }, identity);
  if ((await store.count()) > mostKept) await (await store.index('oldest').openCursor())?.delete();
  await done;
}

/** What the database cannot do is as if it had nothing. */
async function orElse<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}

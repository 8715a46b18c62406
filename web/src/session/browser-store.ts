/** What the device keeps, in IndexedDB: private keys are kept as keys, which nobody can read out. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { IdentityKey, RoomId } from '../protocol/ids';
import type { KeptKey } from '../protocol/signing';
import { mostKept, pageStore, type DeviceStore, type RoomPin } from './device-store';
import type { EpochMs } from './model';

type Schema = DBSchema & {
  own: { key: 'device'; value: KeptKey };
  rooms: { key: RoomId; value: RoomPin; indexes: { oldest: EpochMs } };
  verified: { key: IdentityKey; value: { readonly at: EpochMs }; indexes: { oldest: EpochMs } };
};

const databaseName = 'parley';
const version = 1;

/** The store of this browser; where there is none (private windows of some browsers), one for this page. */
export async function openBrowserStore(): Promise<DeviceStore> {
  try {
    const database = await openDB<Schema>(databaseName, version, {
      upgrade(fresh) {
        fresh.createObjectStore('own');
        fresh.createObjectStore('rooms').createIndex('oldest', 'metAt');
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
    roomOf: (room) => orElse(null, async () => (await database.get('rooms', room)) ?? null),
    keepRoom: (room, pin) => orElse(undefined, () => keepNewest(database, 'rooms', pin, room)),
    verifiedAt: (identity) => orElse(null, async () => (await database.get('verified', identity))?.at ?? null),
    keepVerified: (identity, at) =>
      orElse(undefined, () =>
        at === null ? database.delete('verified', identity) : keepNewest(database, 'verified', { at }, identity)),
  };
}

async function keepNewest<Name extends 'rooms' | 'verified'>(
  database: IDBPDatabase<Schema>,
  name: Name,
  value: Schema[Name]['value'],
  key: Schema[Name]['key'],
): Promise<void> {
  const { store, done } = database.transaction(name, 'readwrite');
  await store.put(value, key);
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

/** Pieces of files in IndexedDB. */
import { openDB, type DBSchema } from 'idb';
import type { Bytes } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import type { KeptHead, Pieces } from './piece-storage';

type Schema = DBSchema & {
  heads: { key: BlockId; value: KeptHead };
  pieces: { key: [BlockId, number]; value: Bytes };
};

const databaseName = 'parley-files';
const allOf = (root: BlockId) => IDBKeyRange.bound([root, 0], [root, Infinity]);

/** Rejects where the browser gives no database. */
export async function browserPieces(): Promise<Pieces> {
  const database = await openDB<Schema>(databaseName, 1, {
    upgrade(fresh) {
      for (const name of ['heads', 'pieces'] as const) fresh.createObjectStore(name);
    },
    // Another tab has a newer version of the app.
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  });
  return {
    async heads() {
      const { store } = database.transaction('heads');
      const [roots, heads] = await Promise.all([store.getAllKeys(), store.getAll()]);
      return new Map(roots.map((root, i) => [root, heads[i] as KeptHead]));
    },
    async putHead(root, head) {
      await database.put('heads', head, root);
    },
    async put(root, index, piece) {
      await database.put('pieces', piece, [root, index]);
    },
    get: (root, index) => database.get('pieces', [root, index]),
    indexes: async (root) => (await database.getAllKeys('pieces', allOf(root))).map(([, index]) => index),
    async delete(root) {
      const both = database.transaction(['heads', 'pieces'], 'readwrite');
      await Promise.all([both.objectStore('heads').delete(root), both.objectStore('pieces').delete(allOf(root)), both.done]);
    },
  };
}

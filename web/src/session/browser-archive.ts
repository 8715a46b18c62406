/** What the browser keeps of rooms, in IndexedDB: sealed with a key that the browser keeps and nobody can read out. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { EventId, RandomBytes } from '../protocol/ids';
import { decodeUtf8, encodeUtf8 } from '../protocol/utf8';
import type { Archive, KeptRoom } from '../room/archive/archive';
import { decodeSegment, encodeSegment, newArchiveKey, vaultOf, type Vault } from '../room/archive/segment';
import { Segments } from '../room/archive/segments';
import { pageArchive } from '../room/archive/page-archive';
import type { KeptEvent } from '../room/member/config';

type Schema = DBSchema & {
  key: { key: 'archive'; value: CryptoKey };
  rooms: { key: EventId; value: Uint8Array };
  segments: { key: [EventId, number]; value: Uint8Array };
};

const databaseName = 'parley-rooms';
const version = 1;
/** More rooms are not kept; the oldest go. */
const mostRooms = 200;

/** The archive of this browser; where there is no database (private windows of some browsers), one for this page. */
export async function openBrowserArchive(
  subtle: SubtleCrypto, random: RandomBytes,
): Promise<{ readonly archive: Archive; readonly keepable: boolean }> {
  try {
    const database = await openDB<Schema>(databaseName, version, {
      upgrade(fresh) {
        for (const name of ['key', 'rooms', 'segments'] as const) fresh.createObjectStore(name);
      },
      // Another tab has a newer version of the app.
      blocking: (_, __, event) => (event.target as IDBDatabase).close(),
    });
    const vault = vaultOf(subtle, await keyIn(database, subtle), random);
    return { archive: new BrowserArchive(database, vault), keepable: true };
  } catch {
    return { archive: pageArchive(), keepable: false };
  }
}

/** The key of this browser: another tab may be making one at the same time. */
async function keyIn(database: IDBPDatabase<Schema>, subtle: SubtleCrypto): Promise<CryptoKey> {
  const there = await database.get('key', 'archive');
  if (there !== undefined) return there;
  const fresh = await newArchiveKey(subtle);
  const { store, done } = database.transaction('key', 'readwrite');
  const faster = await store.get('archive');
  if (faster === undefined) await store.put(fresh, 'archive');
  await done;
  return faster ?? fresh;
}

const roomLabel = (root: EventId) => `room/${root}`;
const segmentLabel = (root: EventId, n: number) => `segment/${root}/${n}`;

class BrowserArchive implements Archive {
  readonly #database: IDBPDatabase<Schema>;
  readonly #vault: Vault;
  readonly #segments = new Map<EventId, Segments>();
  /** One write after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: IDBPDatabase<Schema>, vault: Vault) {
    this.#database = database;
    this.#vault = vault;
  }

  async rooms(): Promise<readonly KeptRoom[]> {
    return this.#inOrder<readonly KeptRoom[]>([], async () => {
      const roots = await this.#database.getAllKeys('rooms');
      const rooms = await Promise.all(roots.map((root) => this.#room(root)));
      return rooms.filter((one) => one !== null).toSorted((a, b) => b.at - a.at);
    });
  }

  keep(room: KeptRoom): Promise<void> {
    return this.#inOrder(undefined, async () => {
      const sealed = await this.#vault.seal(roomLabel(room.root), encodeUtf8(JSON.stringify(room)));
      await this.#database.put('rooms', sealed, room.root);
      if ((await this.#database.count('rooms')) > mostRooms) await this.#forgetOldest();
    });
  }

  async events(root: EventId): Promise<readonly KeptEvent[]> {
    return this.#inOrder<readonly KeptEvent[]>([], async () => {
      const kept = await this.#load(root);
      return [...kept.values()].flat();
    });
  }

  add(root: EventId, events: readonly KeptEvent[]): Promise<void> {
    return this.#inOrder(undefined, async () => {
      if (!this.#segments.has(root)) await this.#load(root);
      for (const { n, events: all } of (await this.#segments.get(root)?.add(events)) ?? []) {
        const sealed = await this.#vault.seal(segmentLabel(root, n), encodeSegment(all));
        await this.#database.put('segments', sealed, [root, n]);
      }
    });
  }

  forget(root: EventId): Promise<void> {
    return this.#inOrder(undefined, () => this.#forget(root));
  }

  async #load(root: EventId): Promise<ReadonlyMap<number, readonly KeptEvent[]>> {
    const kept = new Map<number, readonly KeptEvent[]>();
    for (const [, n] of await this.#database.getAllKeys('segments', ofRoom(root))) kept.set(n, await this.#segment(root, n));
    this.#segments.set(root, new Segments(kept, (n) => this.#segment(root, n)));
    return kept;
  }

  async #forget(root: EventId): Promise<void> {
    this.#segments.delete(root);
    const work = this.#database.transaction(['rooms', 'segments'], 'readwrite');
    await work.objectStore('rooms').delete(root);
    await work.objectStore('segments').delete(ofRoom(root));
    await work.done;
  }

  async #forgetOldest(): Promise<void> {
    const roots = await this.#database.getAllKeys('rooms');
    const rooms = await Promise.all(roots.map(async (root) => ({ root, at: (await this.#room(root))?.at ?? 0 })));
    const [oldest] = rooms.toSorted((a, b) => a.at - b.at);
    if (oldest !== undefined) await this.#forget(oldest.root);
  }

  async #room(root: EventId): Promise<KeptRoom | null> {
    const sealed = await this.#database.get('rooms', root);
    return orElse(null, async () =>
      sealed === undefined ? null : (JSON.parse(decodeUtf8(await this.#vault.open(roomLabel(root), sealed))) as KeptRoom));
  }

  /** What cannot be opened, or is broken, is not there. */
  async #segment(root: EventId, n: number): Promise<readonly KeptEvent[]> {
    const sealed = await this.#database.get('segments', [root, n]);
    return orElse([], async () =>
      sealed === undefined ? [] : decodeSegment(await this.#vault.open(segmentLabel(root, n), sealed)));
  }

  #inOrder<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => orElse(otherwise, work));
    this.#last = done;
    return done;
  }
}

function ofRoom(root: EventId): IDBKeyRange {
  return IDBKeyRange.bound([root], [root, []]);
}

/** What the database cannot do is as if it had nothing. */
async function orElse<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}

/**
 * The store in memory, with what the session can notice of the real one: writes of one person in order, snapshots
 * late and in order, refusals by the rules, and a server that may be gone. Documents are what SPEC section 3 says;
 * every document that the real store would bill is counted.
 */
import type { Role } from '../../protocol/api';
import { Failure } from '../../protocol/failures';
import type { LinkId, RoomId, Uid } from '../../protocol/ids';
import { roomLifeMs } from '../../protocol/limits';
import type { CodeDocument, Guess } from '../../signaling/code-documents';
import type { BatchDocument, Link, LinkRef, Member, MeshRoom } from '../../signaling/documents';
import { Refused } from '../../signaling/failures';
import type { Store } from '../../signaling/store';
import { within } from '../../signaling/timers';
import { silenceMs, type Observer, type Unsubscribe } from '../../signaling/watch';
import type { Clock } from './clock';

/** Of a link. */
const lifeMs = 3_600_000;

/** Everything that is stored, and who listens. */
export class MemoryDatabase {
  readonly clock: Clock;
  readonly random: () => number;
  readonly links = new Map<string, Link>();
  readonly rooms = new Map<RoomId, MeshRoom>();
  readonly members = new Map<string, Member>();
  readonly batches = new Map<string, Uint8Array>();
  /** Short codes, by slot. */
  readonly codes = new Map<string, CodeDocument>();
  /** Guesses at them, by slot, code and number. */
  readonly guesses = new Map<string, Guess>();
  /** What was billed, the function's part included. */
  readonly billed = { reads: 0, writes: 0, deletes: 0 };
  /** True: nobody reaches it. */
  down = false;
  #commits = 0;
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  /** How long anything takes to get there or back. */
  delay(): number {
    return 1 + Math.floor(this.random() * 40);
  }

  /** A server time that sorts. */
  serverTime(): string {
    return `${String(Math.floor(this.clock.now())).padStart(15, '0')}.${String(this.#commits++).padStart(9, '0')}`;
  }

  /** It is there, and its time is not over. */
  isLive(document: { readonly expireAt: number } | undefined): boolean {
    return document !== undefined && document.expireAt > this.clock.now();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Calls `look` at every change until unsubscribed. */
  listen(look: () => void): Unsubscribe {
    this.#listeners.add(look);
    return () => this.#listeners.delete(look);
  }
}

/** Whether somebody's browser has crashed: then nothing leaves it any more. */
export type Gone = () => boolean;

/** How one person reaches the database: what late and lost means there. */
export class MemoryAccess {
  readonly #db: MemoryDatabase;
  readonly #gone: Gone;
  #writes: Promise<void> = Promise.resolve();

  constructor(db: MemoryDatabase, gone: Gone) {
    this.#db = db;
    this.#gone = gone;
  }

  /**
   * Writes of one person happen in order. While the server is gone they are under way, and fail for who waits; they
   * are taken when it is back.
   */
  write(commit: () => void): Promise<void> {
    if (this.#gone()) return Promise.resolve();
    const written = this.#writes.then(async () => {
      await this.#wait(this.#db.delay());
      while (this.#db.down) await this.#wait(500);
      if (this.#gone()) return;
      this.#db.billed.writes++;
      try {
        commit();
        this.#db.changed();
      } finally {
        await this.#wait(this.#db.delay());
      }
    });
    this.#writes = written.catch(() => undefined);
    return within(this.#db.clock, 10_000, new AbortController().signal, () => written, notTaken);
  }

  /** Snapshots come late, in order, and only when something is different. */
  watch<T>(observer: Observer<T>, read: () => T): Unsubscribe {
    let over = false;
    let last: string | null = null;
    let busy = false;
    let dirty = false;
    const pause = (ms: number, run: () => void) => {
      const cancel = this.#db.clock.after(ms, () => {
        cancels.delete(cancel);
        run();
      });
      cancels.add(cancel);
    };
    const cancels = new Set<() => void>();
    const end = () => {
      over = true;
      for (const cancel of cancels) cancel();
      stop();
    };
    const fail = (failure: Failure) => {
      end();
      observer.fail(failure);
    };
    const look = () => {
      dirty = true;
      if (busy || over) return;
      busy = true;
      if (this.#db.down) return pause(silenceMs, () => fail(new Failure('store_unavailable')));
      pause(this.#db.delay(), () => {
        busy = dirty = false;
        deliver();
        if (dirty) look();
      });
    };
    const deliver = () => {
      let value: T;
      try {
        value = read();
      } catch (error) {
        return fail(error as Failure);
      }
      const text = JSON.stringify(value);
      if (over || text === last) return;
      last = text;
      this.#db.billed.reads++;
      observer.next(value);
    };
    const stop = this.#db.listen(look);
    look();
    return end;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#db.clock.after(ms, resolve);
    });
  }
}

const linkKey = (ref: LinkRef) => `${ref.roomId}/${ref.linkId ?? ''}`;
const batchPrefix = (ref: LinkRef, side: Role) => `${linkKey(ref)}/${side}/`;

/** The store as one person reaches it. */
export class MemoryStore implements Store {
  readonly #db: MemoryDatabase;
  readonly #uid: Uid;
  readonly #at: MemoryAccess;

  constructor(db: MemoryDatabase, uid: Uid, gone: Gone = () => false) {
    this.#db = db;
    this.#uid = uid;
    this.#at = new MemoryAccess(db, gone);
  }

  warm(): void {
    // Nothing is far away here.
  }

  watchLink(ref: LinkRef, observer: Observer<Link | null>): Unsubscribe {
    return this.#at.watch(observer, () => {
      const link = this.#db.links.get(linkKey(ref));
      if (link !== undefined && link.caller !== this.#uid && link.callee !== this.#uid) throw new Refused();
      return link ?? null;
    });
  }

  watchCandidates(ref: LinkRef, side: Role, observer: Observer<BatchDocument>): Unsubscribe {
    const told = new Set<string>();
    const prefix = batchPrefix(ref, side);
    const all: Observer<readonly string[]> = {
      next: (keys) => {
        for (const key of keys) {
          const batch = this.#db.batches.get(key);
          if (told.has(key) || batch === undefined) continue;
          told.add(key);
          observer.next({ number: Number(key.slice(prefix.length)), batch });
        }
      },
      fail: observer.fail,
    };
    return this.#at.watch(all, () => [...this.#db.batches.keys()].filter((key) => key.startsWith(prefix)));
  }

  writeOffer(ref: LinkRef, offer: Uint8Array): Promise<void> {
    return this.#update(ref, (link) => link.caller === this.#uid && link.offer === null, { offer });
  }

  writeAnswer(ref: LinkRef, answer: Uint8Array): Promise<void> {
    const allowed = (link: Link) => link.callee === this.#uid && link.offer !== null && link.answer === null;
    return this.#update(ref, allowed, { answer });
  }

  writeBatch(ref: LinkRef, side: Role, number: number, batch: Uint8Array): Promise<void> {
    return this.#at.write(() => {
      const link = this.#db.links.get(linkKey(ref));
      if (link === undefined || link.state === 'closed' || link[side] !== this.#uid) throw new Refused();
      this.#db.batches.set(batchPrefix(ref, side) + String(number), batch);
    });
  }

  closeLink(ref: LinkRef, reason: 'full' | 'left' | 'failed'): Promise<void> {
    const isPeer = (link: Link) => link.caller === this.#uid || link.callee === this.#uid;
    return this.#update(ref, isPeer, { state: 'closed', reason });
  }

  deleteLink(ref: LinkRef, known: { caller: readonly number[]; callee: readonly number[] }): Promise<void> {
    const sides = ['caller', 'callee'] as const;
    const keys = sides.flatMap((side) => known[side].map((number) => batchPrefix(ref, side) + String(number)));
    return this.#at.write(() => {
      this.#db.billed.writes--;
      this.#db.billed.deletes += 1 + keys.length;
      this.#db.links.delete(linkKey(ref));
      for (const key of keys) this.#db.batches.delete(key);
    });
  }

  createLink(ref: LinkRef, ends: Pick<Link, 'caller' | 'callee' | 'callerKey' | 'calleeKey'>, offer: Uint8Array) {
    return this.#at.write(() => {
      if (!this.#isOpen(ref.roomId) || this.#db.links.has(linkKey(ref))) throw new Refused();
      this.#db.links.set(linkKey(ref), newLink(ends, offer, this.#db.clock.now()));
    });
  }

  watchRoom(roomId: RoomId, observer: Observer<MeshRoom | null>): Unsubscribe {
    return this.#at.watch(observer, () => {
      const room = this.#db.rooms.get(roomId) ?? null;
      return room === null || this.#db.isLive(room) ? room : { ...room, state: 'closed' };
    });
  }

  createRoom(roomId: RoomId, uid: Uid, key: Member['key']): Promise<void> {
    return this.#at.write(() => {
      if (this.#db.isLive(this.#db.rooms.get(roomId))) throw new Refused();
      this.#db.billed.writes++;
      this.#db.rooms.set(roomId, { state: 'waiting', owner: uid, expireAt: this.#db.clock.now() + roomLifeMs });
      this.#join(roomId, uid, key);
    });
  }

  enterRoom(roomId: RoomId, uid: Uid, key: Member['key']): Promise<void> {
    return this.#at.write(() => {
      if (!this.#isOpen(roomId)) throw new Refused();
      this.#join(roomId, uid, key);
    });
  }

  leaveRoom(roomId: RoomId, uid: Uid): Promise<void> {
    return this.#at.write(() => void this.#db.members.delete(`${roomId}/${uid}`));
  }

  watchMembers(roomId: RoomId, observer: Observer<readonly Member[]>): Unsubscribe {
    return this.#at.watch(observer, () =>
      [...this.#db.members]
        .filter(([key, member]) => key.startsWith(`${roomId}/`) && this.#db.isLive(member))
        .map(([, member]) => member),
    );
  }

  watchDoors(roomId: RoomId, observer: Observer<readonly Member[]>): Unsubscribe {
    return this.watchMembers(roomId, { next: (members) => observer.next(latest(members)), fail: observer.fail });
  }

  watchCalls(roomId: RoomId, callee: Uid, observer: Observer<readonly { linkId: LinkId; link: Link }[]>): Unsubscribe {
    return this.#at.watch(observer, () =>
      [...this.#db.links]
        .filter(([key, link]) => key.startsWith(`${roomId}/`) && link.callee === callee && !key.endsWith('/'))
        .filter(([, link]) => this.#db.isLive(link))
        .map(([key, link]) => ({ linkId: key.slice(roomId.length + 1) as LinkId, link })),
    );
  }

  #join(roomId: RoomId, uid: Uid, key: Member['key']): void {
    const joinedAt = this.#db.serverTime();
    this.#db.members.set(`${roomId}/${uid}`, { uid, key, joinedAt, expireAt: this.#db.clock.now() + roomLifeMs });
  }

  #isOpen(roomId: RoomId): boolean {
    const room = this.#db.rooms.get(roomId);
    return room?.state === 'waiting' && this.#db.isLive(room);
  }

  #update(ref: LinkRef, allowed: (link: Link) => boolean, change: Partial<Link>): Promise<void> {
    return this.#at.write(() => {
      const link = this.#db.links.get(linkKey(ref));
      if (link === undefined || link.state === 'closed' || !allowed(link)) throw new Refused();
      this.#db.links.set(linkKey(ref), { ...link, ...change });
    });
  }
}

function latest(members: readonly Member[]): readonly Member[] {
  return members.toSorted((a, b) => (a.joinedAt < b.joinedAt ? 1 : -1)).slice(0, 4);
}

function notTaken(): Failure {
  return new Failure('store_unavailable');
}

/** A link as it is created, in a mesh room with its offer, by the function without. */
export function newLink(
  ends: Pick<Link, 'caller' | 'callee' | 'callerKey' | 'calleeKey'>,
  offer: Uint8Array | null,
  now: number,
): Link {
  return { ...ends, state: 'paired', reason: null, offer, answer: null, expireAt: now + lifeMs };
}

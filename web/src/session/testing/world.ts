/**
 * A world in memory with as many people as a test wants. Theirs is the real session with the real peer code; the
 * browser, the store and the function are in memory, late by what the seed says.
 */
import { expect, onTestFinished } from 'vitest';
import type { IceServer, QuickMatchAnswer, QuickMatchRequest } from '../../protocol/api';
import { encodeBase64url } from '../../protocol/base64url';
import { Failure } from '../../protocol/failures';
import { parseRoomId, parseUid, type Key, type RandomBytes, type RequestId, type RoomId, type Uid } from '../../protocol/ids';
import { findPrimitives, type Primitives } from '../../protocol/primitives';
import type { Api } from '../../signaling/api';
import { pageStore, type DeviceStore } from '../device-store';
import { createCodes } from '../codes';
import { createMeeting } from '../meeting';
import type { Message, Session, SessionSettings, SessionState } from '../model';
import type { Archive } from '../../room/archive/archive';
import { pageArchive } from '../../room/archive/page-archive';
import type { Codes, Meeting, Notes, SessionDeps } from '../ports';
import type { RoomState } from '../room-model';
import { RoomFiles } from '../rooms/files/room-files';
import { Wishes } from '../rooms/files/wishes';
import { Room } from '../rooms/room';
import { Rooms } from '../rooms/rooms';
import type { Scope } from '../scope';
import { createSession } from '../session';
import { Clock, seeded } from './clock';
import { MemoryCodes } from './memory-codes';
import { filesTools, MemoryDisk } from './memory-files';
import { Ether, type MemoryConnection } from './memory-rtc';
import { MemoryDatabase, MemoryStore, newLink } from './memory-store';

/** `uid` and `device`: of somebody who is here already. `subtle`: null, or WebCrypto of an older browser. */
export type PersonOptions = {
  readonly uid?: Uid;
  readonly device?: DeviceStore;
  readonly settings?: SessionSettings;
  readonly subtle?: SubtleCrypto | null;
  /** Their clock goes so far ahead of everybody's. */
  readonly aheadMs?: number;
};

type Ticket = { readonly uid: Uid; request: QuickMatchRequest; answer: QuickMatchAnswer; until: number };

type Kept = {
  readonly archive: Archive;
  readonly notes: Notes;
  readonly there: Map<RoomId, () => void>;
  /** Of their tab, and their disk. */
  readonly tab: Notes;
  readonly disk: MemoryDisk;
};

/** The page around a session: what it reports, and who listens to what. */
type MemoryPage = { online: boolean; crashed: boolean; keeps: boolean } & { readonly [event in 'offline' | 'network' | 'hide' | 'restore']: Set<() => void> };

/** One person: a session, what its screen showed, and switches for what goes wrong around it. */
/** Settings of which only one matters here. */
export const settingsWith = (relayOnly: boolean): SessionSettings => ({ relayOnly, tellTyping: true, tellRead: true });

export class Person {
  readonly uid: Uid;
  readonly session: Session;
  /** What their browser keeps. */
  readonly device: DeviceStore;
  /** Every state shown, in order. */
  readonly shown: SessionState[] = [];
  readonly #page: MemoryPage;

  constructor(uid: Uid, session: Session, device: DeviceStore, page: MemoryPage) {
    this.uid = uid;
    this.session = session;
    this.device = device;
    this.#page = page;
    session.subscribe(() => this.shown.push(session.getState()));
  }

  get page(): MemoryPage {
    return this.#page;
  }

  get state(): SessionState {
    return this.session.getState();
  }

  /** The room on the screen. Fails when there is none. */
  get room(): RoomState {
    if (this.state.at !== 'room') throw new Error(`in no room: ${JSON.stringify(this.state)}`);
    return this.state;
  }

  /** The texts of the room on the screen, with who said them; the own ones without. */
  get read(): string[] {
    const { entries, members } = this.room;
    const names = new Map(members.map(({ id, name, self }) => [id, self ? '' : `${name || '?'}: `]));
    return Array.from({ length: entries.length }, (_, i) => entries.at(i)).flatMap((one) =>
      one.kind === 'text' && one.is === 'here' ? [`${names.get(one.author) ?? '?: '}${one.text}`] : [],
    );
  }

  /** The talk on the screen. Fails when there is none. */
  get talk(): Extract<SessionState, { at: 'talking' }> {
    if (this.state.at !== 'talking') throw new Error(`not talking: ${JSON.stringify(this.state)}`);
    return this.state;
  }

  /** What was heard. */
  get heard(): string[] {
    return this.talk.messages.filter((one: Message) => one.from === 'them').map((one) => one.text);
  }

  /** What the screen showed, in short: `connecting/asking`, `talking/here`. */
  get story(): string[] {
    const short = this.shown.map((state) => {
      if (state.at === 'connecting') return `${state.at}/${state.step}`;
      if (state.at === 'talking') return `${state.at}/${state.peer}`;
      return state.at === 'failed' ? `${state.at}/${state.failure}` : state.at;
    });
    return short.filter((one, i) => one !== short[i - 1]);
  }

  goOffline(): void {
    this.#page.online = false;
    for (const run of this.#page.offline) run();
  }

  goOnline(): void {
    this.#page.online = true;
    const listening = [...this.#page.network];
    for (const run of listening) run();
  }

  hide(): void {
    for (const run of this.#page.hide) run();
  }

  restore(): void {
    for (const run of this.#page.restore) run();
  }
}

/** The world. Dispose of it at the end of a test: {@link World.end} checks that nothing is left. */
export class World {
  readonly clock = new Clock();
  readonly random: () => number;
  readonly ether: Ether;
  readonly db: MemoryDatabase;
  readonly people: Person[] = [];
  /** While set, every call of the function fails, as this. */
  apiDown: Error | null = null;
  /** What the function answers about ICE servers. */
  iceServers: readonly IceServer[] = [
    { urls: ['stun:127.0.0.1:1'] },
    { urls: ['turn:127.0.0.1:1'], username: 'u', credential: 'c' },
  ];
  /** How long credentials for the relay are good, which ends with them; null: longer than the test. */
  credentialsSeconds: number | null = null;
  signInFails = false;
  /** What the function tells callers of the other's key; null: the truth. */
  keyTold: Key | null = null;
  leaseSeconds = 30;
  /** What the settings of whoever comes say. */
  relayOnly = false;
  /** How many members a room holds. */
  limit = 100;
  readonly tickets: Ticket[] = [];
  /** What browsers keep of rooms, and which of their pages is in one. */
  readonly #kept = new Map<DeviceStore, Kept>();
  readonly #connections = new Map<MemoryPage, readonly MemoryConnection[]>();
  apiCalls: string[] = [];
  #ids = 0;

  constructor(seed = 1) {
    this.random = seeded(seed);
    this.ether = new Ether(this.clock, this.random);
    this.db = new MemoryDatabase(this.clock, this.random);
  }

  /** Somebody with a browser of their own. */
  person(options: PersonOptions = {}): Person {
    const uid = options.uid ?? parseUid(`u${String(++this.#ids)}`);
    const page = { online: true, crashed: false, keeps: true, offline: new Set(), network: new Set(), hide: new Set(), restore: new Set() } as MemoryPage;
    const device = options.device ?? pageStore();
    const session = createSession(this.#deps(uid, page, { ...options, device }));
    const person = new Person(uid, session, device, page);
    this.people.push(person);
    return person;
  }

  connectionsOf(person: Person): readonly MemoryConnection[] {
    return this.#connections.get(person.page) ?? [];
  }

  /** The disk of somebody who has been in a room. */
  diskOf(person: Person): MemoryDisk {
    const kept = this.#kept.get(person.device);
    if (kept === undefined) throw new Error('was in no room');
    return kept.disk;
  }

  /** Somebody's browser is gone, without a word to anybody. @param keeps - false: nor is anything written any more. */
  async crash(person: Person, { keeps } = { keeps: true }): Promise<void> {
    person.page.crashed = true;
    person.page.keeps = keeps;
    for (const connection of this.#connections.get(person.page) ?? []) connection.vanish();
    const ended = person.session.dispose();
    await this.clock.advance(1000);
    await ended;
  }

  /** Ends everybody and checks that nothing of them is left: no timer, no connection. */
  async end(): Promise<void> {
    this.db.down = false;
    const ended = Promise.all(this.people.map((one) => one.session.dispose()));
    await this.clock.advance(60_000);
    await ended;
    expect(this.clock.pending, 'timers left behind').toBe(0);
    expect(this.ether.open, 'connections left open').toBe(0);
  }

  #deps(uid: Uid, page: MemoryPage, options: PersonOptions & { device: DeviceStore }): SessionDeps {
    const random = (length: number) => Uint8Array.from({ length }, () => Math.floor(this.random() * 256));
    const subtle = options.subtle === undefined ? crypto.subtle : options.subtle;
    const meeting = this.clock.track(this.#meet(subtle, random, options.device, page));
    meeting.catch(() => undefined);
    return {
      timers: { now: () => this.clock.now() + (options.aheadMs ?? 0), after: (ms, run) => this.clock.after(ms, run) },
      random,
      subtle: subtle === null ? null : this.clock.tracked(subtle),
      identity: { signIn: (signal) => this.#signIn(uid, signal) },
      api: this.#api(uid),
      store: new MemoryStore(this.db, uid, () => page.crashed),
      meeting: () => meeting,
      rooms: (changed) => this.clock.track(this.#rooms(options.device, page, subtle, changed)),
      codes: () => this.clock.track(this.#codes(uid, subtle, random)),
      page: {
        online: () => page.online,
        onOffline: on(page.offline),
        onNetwork: on(page.network),
        onHide: on(page.hide),
        onRestore: on(page.restore),
      },
      baseUrl: 'https://parley.example/',
      settings: options.settings ?? settingsWith(this.relayOnly),
    };
  }

  /** All that seals and proves is the real thing, whose work time waits for. */
  async #meet(subtle: SubtleCrypto | null, random: RandomBytes, store: DeviceStore, page: MemoryPage): Promise<Meeting> {
    const found = await findPrimitives(subtle, random);
    const { clock } = this;
    const primitives: Primitives = {
      ...found,
      subtle: clock.tracked(found.subtle),
      hpke: clock.tracked(found.hpke),
      signatures: clock.tracked(found.signatures),
      signerOf: async (kept) => clock.tracked(await clock.track(found.signerOf(kept))),
    };
    const connect = (plan: RTCConfiguration) => {
      const connection = this.ether.connect(plan);
      this.#connections.set(page, [...(this.#connections.get(page) ?? []), connection]);
      return connection;
    };
    return createMeeting({ primitives, store, timers: clock, connect });
  }

  async #rooms(device: DeviceStore, page: MemoryPage, subtle: SubtleCrypto | null, changed: () => void): Promise<Rooms> {
    if (subtle === null) throw new Failure('browser_too_old');
    const kept = this.#kept.get(device) ?? newKept();
    this.#kept.set(device, kept);
    const { notes, there, tab, disk } = kept;
    const archive = whileAlive(kept.archive, page);
    const alone = async (scope: Scope, room: RoomId, lost: () => void) => {
      there.get(room)?.();
      there.set(room, lost);
      scope.defer(() => {
        if (there.get(room) === lost) there.delete(room);
      });
    };
    const { limit } = this;
    const wishes = new Wishes(notes, tab, () => this.clock.now());
    const files = async () => ({ RoomFiles, wishes, tools: filesTools(disk, this.clock.tracked(subtle), this.clock) });
    const tools = { subtle: this.clock.tracked(subtle), archive, notes, keepable: true, load: loadRoom, files, alone, limit };
    const rooms = new Rooms(tools, changed);
    await rooms.load();
    return rooms;
  }

  async #codes(uid: Uid, subtle: SubtleCrypto | null, random: RandomBytes): Promise<Codes> {
    if (subtle === null) throw new Failure('browser_too_old');
    const { clock, db } = this;
    return createCodes({ store: new MemoryCodes(db, uid), subtle: clock.tracked(subtle), random, timers: clock });
  }

  async #signIn(uid: Uid, signal: AbortSignal): Promise<Uid> {
    await this.#trip();
    signal.throwIfAborted();
    if (this.signInFails) throw new Failure('sign_in_failed');
    return uid;
  }

  #api(uid: Uid): Api {
    return {
      quickMatch: (request, signal) => this.#called('quick-match', signal, () => this.#match(uid, request)),
      endTicket: (_pool, requestId, signal) => this.#called('end', signal, () => this.#endTicket(uid, requestId)),
      endTicketAtPageEnd: (_pool, requestId) => {
        this.apiCalls.push('end at page end');
        this.#endTicket(uid, requestId);
      },
      iceServers: (signal) =>
        this.#called('ice-servers', signal, () => ({ iceServers: this.#relays(), ttlSeconds: this.credentialsSeconds ?? 600 })),
    };
  }

  #relays(): readonly IceServer[] {
    const { credentialsSeconds: seconds } = this;
    if (seconds === null) return this.iceServers;
    const username = String(this.clock.now() + seconds * 1000);
    return this.iceServers.map((one) => (one.username === undefined ? one : { ...one, username }));
  }

  async #called<T>(name: string, signal: AbortSignal, serve: () => T): Promise<T> {
    this.apiCalls.push(name);
    await this.#trip();
    signal.throwIfAborted();
    if (this.apiDown !== null) throw this.apiDown;
    // The function works also when nobody waits for its answer any more.
    const answer = serve();
    await this.#trip();
    signal.throwIfAborted();
    return answer;
  }

  /** As the function does it: A3 to A6, without its crowds. */
  #match(uid: Uid, request: QuickMatchRequest): QuickMatchAnswer {
    const now = this.clock.now();
    const own =
      this.tickets.find((one) => one.uid === uid && one.request.requestId === request.requestId) ??
      this.tickets.find((one) => one.uid === uid && one.answer.status === 'waiting');
    if (own !== undefined) {
      own.request = request;
      own.until = now + this.leaseSeconds * 1000;
      return own.answer;
    }
    const other = this.tickets.find((one) => one.answer.status === 'waiting' && one.until > now && one.uid !== uid);
    this.db.billed.reads++;
    this.db.billed.writes += 2;
    const until = now + this.leaseSeconds * 1000;
    const { leaseSeconds } = this;
    if (other === undefined) {
      const roomId = parseRoomId(encodeBase64url(Uint8Array.from({ length: 20 }, () => Math.floor(this.random() * 256))));
      const answer: QuickMatchAnswer = { status: 'waiting', roomId, role: 'callee', leaseSeconds };
      this.tickets.push({ uid, request, answer, until });
      return answer;
    }
    const { roomId } = other.answer;
    const ends = { caller: uid, callee: other.uid, callerKey: request.key, calleeKey: other.request.key };
    this.db.links.set(`${roomId}/`, newLink(ends, null, now));
    this.db.changed();
    other.answer = { status: 'paired', roomId, role: 'callee', peerKey: request.key, leaseSeconds };
    const peerKey = this.keyTold ?? other.request.key;
    const answer: QuickMatchAnswer = { status: 'paired', roomId, role: 'caller', peerKey, leaseSeconds };
    this.tickets.push({ uid, request, answer, until });
    return answer;
  }

  #endTicket(uid: Uid, requestId: RequestId): void {
    const at = this.tickets.findIndex((one) => one.uid === uid && one.request.requestId === requestId);
    const [ticket] = at < 0 ? [] : this.tickets.splice(at, 1);
    const key = `${ticket?.answer.roomId ?? ''}/`;
    const link = this.db.links.get(key);
    if (ticket?.answer.status !== 'paired' || link === undefined) return;
    this.db.links.set(key, { ...link, state: 'closed', reason: 'left' });
    this.db.changed();
  }

  #trip(): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(this.db.delay(), resolve);
    });
  }
}

/** Nothing of a page that is gone is written. */
const whileAlive = (archive: Archive, page: MemoryPage): Archive => ({
  ...archive,
  add: async (root, events) => (page.keeps ? archive.add(root, events) : undefined),
  keep: async (room) => (page.keeps ? archive.keep(room) : undefined),
});

const newKept = (): Kept => ({
  archive: pageArchive(), notes: memoryNotes(), there: new Map(), tab: memoryNotes(), disk: new MemoryDisk(),
});

const loadRoom = async () => ({ Room });

function memoryNotes(): Notes {
  const kept = new Map<string, string>();
  return {
    read: (name) => kept.get(name) ?? null,
    write: (name, text) => void (text === null ? kept.delete(name) : kept.set(name, text)),
  };
}

/** How a page offers an event of which `set` holds the listeners. */
function on(set: Set<() => void>): (run: () => void) => () => void {
  return (run) => {
    set.add(run);
    return () => set.delete(run);
  };
}

/** A world that is ended, and looked over for leftovers, when the test is. */
export function newWorld(seed = 1): World {
  const world = new World(seed);
  onTestFinished(() => world.end());
  return world;
}

/** Two people who talk, having met as strangers: the second was the caller. */
export async function twoTalk(world: World): Promise<[Person, Person]> {
  const [a, b] = [world.person(), world.person()];
  a.session.find();
  expect(await world.clock.until(() => a.state.at === 'waiting')).toBe(true);
  b.session.find();
  await bothTalk(world, a, b);
  return [a, b];
}

/** Waits until both talk. */
export async function bothTalk(world: World, a: Person, b: Person, limitMs = 60_000): Promise<void> {
  const here = (one: Person) => one.state.at === 'talking' && one.state.peer === 'here';
  const met = await world.clock.until(() => here(a) && here(b), limitMs);
  expect(met, `${JSON.stringify(a.story)} ${JSON.stringify(b.story)}`).toBe(true);
}

/** Sends both ways and checks that it arrived. */
export async function wordsBothWays(world: World, a: Person, b: Person): Promise<void> {
  expect(a.session.send('from a')).toEqual({ ok: true });
  expect(b.session.send('from b')).toEqual({ ok: true });
  await world.clock.advance(1000);
  expect(b.heard.at(-1)).toBe('from a');
  expect(a.heard.at(-1)).toBe('from b');
}

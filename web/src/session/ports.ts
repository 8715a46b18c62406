/** What the session needs of the world, as small as it needs it. The browser fills it in, and so do the tests. */
import type { IceServer, Role } from '../protocol/api';
import type { RandomBytes, Uid } from '../protocol/ids';
import type { RoomCode } from '../protocol/room-code';
import type { OwnKey, Sealer } from '../protocol/seal';
import type { Signatures, Signer } from '../protocol/signing';
import type { Peer, PeerObserver } from '../peer/connection';
import type { Api } from '../signaling/api';
import type { Identity } from '../signaling/identity';
import type { Store } from '../signaling/store';
import type { Timers } from '../signaling/timers';
import type { Journey } from './journey';
import type { SessionSettings, ShortCode } from './model';
import type { People } from './people';
import type { Rooms } from './rooms/rooms';
import type { Scope } from './scope';

/** One connection, see {@link Peer}. */
export type PeerPort = Pick<
  Peer,
  | 'prepare' | 'describe' | 'answer' | 'accept' | 'addBatch' | 'send' | 'push' | 'low' | 'takeRestart' | 'mayRestart'
  | 'restart' | 'renew' | 'renewed' | 'line' | 'bye' | 'finish' | 'sayBye' | 'close' | 'blocks'
>;

/** What a connection is made for. */
export type PeerPlan = {
  readonly role: Role;
  readonly iceServers: Promise<readonly IceServer[]>;
  readonly relayOnly: boolean;
  readonly signer: Signer;
  /** What is said over it: a conversation of two, or a room's frames. */
  readonly carries: 'texts' | 'frames';
  /** Candidates that are found later are told to nobody: the descriptions wait for them (O8). */
  readonly whole: boolean;
};

/** What it takes to meet somebody: who finds whom, connections, and what seals and proves them. It comes after the first load. */
export type Meeting = {
  /** Looks for a stranger until talking. @throws Failure; Ended. */
  meetStranger(journey: Journey): Promise<void>;
  /** @throws Failure `browser_too_old`. */
  connect(plan: PeerPlan, observer: PeerObserver): PeerPort;
  /** A key for a ticket or a membership (V4). */
  newKey(): Promise<OwnKey>;
  roomSealer(code: RoomCode): Promise<Sealer>;
  /** Somebody whom nobody knows, for one ticket (H1). */
  newSigner(): Promise<Signer>;
  /** This device, the same each time (H1). */
  deviceSigner(): Promise<Signer>;
  readonly people: People;
  readonly signatures: Signatures;
};

/** A short code for a room. */
export type CodePlan = {
  readonly room: RoomCode;
  readonly uid: Uid;
  /** Told of each change. */
  readonly show: (code: ShortCode) => void;
};

/** Short codes. They come when somebody asks for them. */
export type Codes = {
  /** Makes a code, and answers those who guess, while the scope lasts; it ends the scope when the code is over. */
  offer(scope: Scope, plan: CodePlan): void;
  /** One guess: exchanges the words of a code, as a person typed it, for its room. @throws Failure; Ended. */
  enter(scope: Scope, typed: string, uid: Uid): Promise<RoomCode>;
};

/** Small things that a browser keeps at once, in clear: no secrets. Nothing throws: what cannot be kept is forgotten. */
export type Notes = {
  /** Null: nothing is kept under that name. */
  read(name: string): string | null;
  /** @param text - null forgets it. */
  write(name: string, text: string | null): void;
};

/** The page around the session. Every `on…` returns the unsubscribe. */
export type Page = {
  /** False: the browser reports no network. */
  online(): boolean;
  onOffline(run: () => void): () => void;
  /** The network is another one, or is there again. */
  onNetwork(run: () => void): () => void;
  /** The page goes away, perhaps for good: only what is sent at once is sent. */
  onHide(run: () => void): () => void;
  /** The page came back as it was, without its connections. */
  onRestore(run: () => void): () => void;
};

/** Everything a session is made of. */
export type SessionDeps = {
  readonly timers: Timers;
  readonly random: RandomBytes;
  /** WebCrypto; null where the page is not a secure context. */
  readonly subtle: SubtleCrypto | null;
  readonly identity: Pick<Identity, 'signIn'>;
  readonly api: Api;
  readonly store: Store;
  /** The same each time. @throws Failure `browser_too_old`. */
  readonly meeting: () => Promise<Meeting>;
  /** Rooms of many, a new one each time. @param changed - told when its list is another. @throws as `codes`. */
  readonly rooms: (changed: () => void) => Promise<Rooms>;
  /** @throws Failure `browser_too_old`, `function_unavailable`. */
  readonly codes: () => Promise<Codes>;
  readonly page: Page;
  /** The app's address, to which a room's fragment is added. */
  readonly baseUrl: string;
  readonly settings: SessionSettings;
};

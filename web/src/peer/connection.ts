/**
 * One RTCPeerConnection with the channel of SPEC C1, from nothing to closed. It knows no signaling: its
 * owner carries descriptions and batches between the two sides.
 *
 *     caller: prepare ─► describe ─► offer …… answer ─► accept          ┐
 *     callee:                offer ─► answer ─► answer                  ├─► proofs ─► open ─► send, said ─► ended
 *     both:   batches out as they are found, addBatch in                ┘
 *
 * The other side is not trusted: its descriptions and candidates go through the negotiation machine and the
 * browser's own checks (describing.ts), its frames through the protocol's parser; and nothing of it is told before it
 * has proved who it is (gate.ts, proving.ts).
 */
import type { IceServer, Role } from '../protocol/api';
import type { Hello } from '../protocol/hello';
import { maxBufferedBytes } from '../protocol/limits';
import { channel as chat, encodeFrame, parseFrame, type Ack, type Chat, type Restart } from '../protocol/message';
import { ParseError } from '../protocol/parse-error';
import type { Answer, Batch, Candidate, Offer } from '../protocol/payload';
import type { LinkPlace } from '../protocol/place';
import type { Primitives } from '../protocol/primitives';
import type { Signer } from '../protocol/signing';
import { BlockLine } from './block-line';
import { configurationOf, kindsOf, newConnection } from './configuration';
import { Describing } from './describing';
import { Gate } from './gate';
import { Gathering, type Kinds } from './gathering';
import type { Line, Path } from './path';
import { PathReader } from './path-reader';
import { Proving, type Proved } from './proving';
import { Restarting } from './restarting';
import { SendQueue } from './send-queue';
import type { Timers } from './timers';

/** What a connection is made of. */
export type PeerOptions = {
  readonly role: Role;
  /** Comes while the connection is made. Nothing is gathered before, and nothing at all when it does not come. */
  readonly iceServers: Promise<readonly IceServer[]>;
  /** True: only relayed candidates are gathered and used. */
  readonly relayOnly: boolean;
  /** Who we are to the other side. */
  readonly signer: Signer;
  /** What is said over it: a conversation of two (section 11), or what a room's members say, which its owner reads. */
  readonly carries: 'texts' | 'frames';
  /** True: candidates that are found after the description are told to nobody, so it waits for them (O8). */
  readonly whole: boolean;
  readonly primitives: Primitives;
  readonly timers: Timers & { now(): number };
  /** Makes the browser's connection; `(c) => new RTCPeerConnection(c)` in a browser. */
  readonly connect: (configuration: RTCConfiguration) => RTCPeerConnection;
};

/**
 * How a connection ended: the other said bye; it broke; it never came to be (ICE found no path); or the other could not
 * prove who it is (H6).
 */
export type PeerEnd = 'left' | 'lost' | 'failed' | 'tampered';

/** What the two say to each other once they have proved who they are (SPEC section 11). */
export type Said = Chat | Ack | Hello;

/** What a connection tells its owner. Nothing is told any more after `ended` or {@link Peer.close}. */
export type PeerObserver = {
  /** Candidates found after the description was taken (D8). */
  batch(number: number, batch: Batch): void;
  /** ICE has a path; DTLS and the channel follow. */
  opening(): void;
  /** The channel is open and the other has proved who it is (C1). */
  open(proved: Proved): void;
  /** From the other side. A restart is one that is not possible: another connection is asked for (M11). */
  said(said: Said | Restart): void;
  /** From the other side of a connection that carries frames: one, as it came. */
  frame(frame: string): void;
  /** Texts that had to wait have been handed over: their numbers. */
  sent(numbers: readonly number[]): void;
  /** Nothing waits any more of what was pushed. */
  drained(): void;
  /** False: ICE lost the other side and may find it again. */
  steady(steady: boolean): void;
  /** How bytes travel, whenever that changes. */
  path(path: Path): void;
  /** It is over. Told once; never after {@link Peer.close}. */
  ended(how: PeerEnd): void;
};

/** How long {@link Peer.bye} waits for its word to leave. */
const byeMs = 500;
const pollMs = 20;

/** One connection. Owned by whoever made it, who also closes it. */
export class Peer {
  /** For blocks (B3); null where texts are said. It ends with the connection. */
  readonly blocks: BlockLine | null;
  readonly #relayOnly: boolean;
  readonly #carries: PeerOptions['carries'];
  readonly #timers: Timers;
  readonly #observer: PeerObserver;
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #queue: SendQueue;
  readonly #gate: Gate;
  readonly #path: PathReader;
  readonly #describing: Describing;
  readonly #restarting: Restarting;
  readonly #abort = new AbortController();

  /** @throws Failure `browser_too_old` when there is no WebRTC. */
  constructor(options: PeerOptions, observer: PeerObserver) {
    const { role, timers } = options;
    this.#relayOnly = options.relayOnly;
    this.#carries = options.carries;
    this.#timers = timers;
    this.#observer = observer;
    const connection = newConnection(options.connect, options.relayOnly);
    this.#connection = connection;
    this.#channel = connection.createDataChannel(chat.label, { negotiated: true, id: chat.id, ordered: true });
    this.#channel.bufferedAmountLowThreshold = maxBufferedBytes / 4;
    this.#queue = new SendQueue(this.#channel);
    this.blocks = options.carries === 'frames' ? new BlockLine(connection, () => timers.now()) : null;
    const proving = new Proving(options.primitives, role, options.signer);
    this.#gate = new Gate(proving, {
      proved: () => this.#openIfReady(),
      frame: (frame) => this.#received(frame),
      over: (how) => this.#over(how),
    });
    this.#path = new PathReader(connection, timers, (path) => observer.path(path));
    const path = () => this.#path.now();
    const batch = (number: number, found: Batch) => observer.batch(number, found);
    const gathering = new Gathering(timers, this.#given(options), options.whole);
    this.#describing = new Describing({ role, connection, gathering, proving, timers, path, batch });
    const send = (restart: Restart) => {
      if (this.#isOpen()) this.#queue.push(null, encodeFrame(restart));
    };
    this.#restarting = new Restarting({ role, connection, timers, send });
    this.#listen();
  }

  /** Caller: makes the offer and starts gathering, so that candidates are there when {@link describe} is called. */
  prepare(): Promise<void> {
    return this.#describing.prepare();
  }

  /**
   * Caller: the offer, when gathering is complete or has had its time, with the candidates found by then (P5). Later
   * ones come as batches.
   * @throws Failure `internal` when nothing was prepared.
   */
  describe(): Promise<Offer> {
    return this.#describing.offer();
  }

  /**
   * Callee: takes the offer, and makes the answer as {@link describe} makes the offer.
   * @param link - what both sign that they are on.
   * @throws Failure `protocol_error` when the offer is none.
   */
  answer(link: LinkPlace, offer: Offer): Promise<Answer> {
    return this.#describing.answer(link, offer);
  }

  /** Caller: takes the answer. @throws Failure `protocol_error` when it is none, or a second one (S2). */
  async accept(link: LinkPlace, answer: Answer): Promise<void> {
    await this.#describing.accept(link, answer);
    this.#openIfReady();
  }

  /** Takes a batch of the other side, at any time (S3). A candidate that the browser refuses is left out (P4). */
  addBatch(number: number, candidates: readonly Candidate[]): void {
    this.#describing.addBatch(number, candidates);
  }

  /**
   * Sends what is well-formed: texts only that {@link textFault} has passed.
   * @returns as {@link SendQueue.push}; `full` for an acknowledgement that would have to wait, a later one says more;
   * `closed` when the connection is not open.
   */
  send(said: Said): 'sent' | 'waiting' | 'full' | 'closed' {
    if (!this.#isOpen()) return 'closed';
    const frame = encodeFrame(said);
    if (said.t === 'ack') return this.#queue.offer(frame) ? 'sent' : 'full';
    return this.#queue.push(said.t === 'chat' ? said.n : null, frame);
  }

  /** Sends a frame. @returns as {@link SendQueue.push}; `closed` when the connection is not open. */
  push(frame: string): 'sent' | 'waiting' | 'full' | 'closed' {
    return this.#isOpen() ? this.#queue.push(null, frame) : 'closed';
  }

  /** Little of what was pushed is still here: {@link PeerObserver.drained} has told so, or has nothing to tell. */
  get low(): boolean {
    return this.#queue.empty && this.#channel.bufferedAmount <= this.#channel.bufferedAmountLowThreshold;
  }

  /** Takes a restart that came as a frame (M7). False: it is not possible, and another connection is asked for. */
  takeRestart(restart: Restart): boolean {
    return this.#restarting.takes(restart);
  }

  /** The other side has said in its hello that ICE can be restarted. */
  mayRestart(possible: boolean): void {
    this.#restarting.possible = possible;
  }

  /** The network is another one: looks for a path anew, over the one that is there, if both can (M7). */
  restart(): void {
    if (this.#isOpen()) this.#restarting.begin();
  }

  /** False from {@link renew} on until ICE was restarted with what that gave. */
  get renewed(): boolean {
    return this.#restarting.renewed;
  }

  /** Goes on with other credentials (M11). @returns false: the other cannot restart, and is asked for another connection. */
  renew(iceServers: readonly IceServer[]): boolean {
    if (!this.#isOpen()) return true;
    this.#connection.setConfiguration(configurationOf(iceServers, this.#relayOnly));
    this.#restarting.renew();
    return this.#restarting.possible;
  }

  /** How bytes travel now, measured anew. It fails never. */
  line(): Promise<Line> {
    return this.#path.read();
  }

  /** Says bye (C5), waits until the word has left, half a second at most, and closes. */
  async bye(): Promise<void> {
    this.sayBye();
    await this.finish();
  }

  /** Waits until what was handed over has left, half a second at most, and closes. */
  async finish(): Promise<void> {
    if (this.#isOpen()) {
      const until = Math.ceil(byeMs / pollMs);
      for (let i = 0; i < until && this.#channel.bufferedAmount > 0; i++) await this.#sleep(pollMs);
      // The buffer is empty when SCTP has taken it; one moment more lets the packet go.
      await this.#sleep(pollMs);
    }
    this.close();
  }

  /** Says bye without waiting: for the end of the page. True if the channel took it. */
  sayBye(): boolean {
    if (!this.#isOpen()) return false;
    this.#queue.end();
    this.#channel.send(encodeFrame({ t: 'bye' }));
    return true;
  }

  /** Closes at once and silently. Idempotent. */
  close(): void {
    if (this.#abort.signal.aborted) return;
    this.#queue.end();
    this.#abort.abort();
    this.#describing.close();
    this.#restarting.close();
    this.#gate.close();
    this.#path.close();
    this.blocks?.close();
    this.#channel.close();
    this.#connection.close();
  }

  /** The servers come. */
  async #given({ iceServers, relayOnly }: PeerOptions): Promise<Kinds> {
    const servers = await iceServers;
    if (!this.#abort.signal.aborted) this.#connection.setConfiguration(configurationOf(servers, relayOnly));
    return kindsOf(servers, relayOnly);
  }

  #listen(): void {
    const { signal } = this.#abort;
    const connection = this.#connection;
    const channel = this.#channel;
    connection.addEventListener('icecandidate', (event) => this.#found(event.candidate), { signal });
    connection.addEventListener('iceconnectionstatechange', () => this.#iceChanged(), { signal });
    connection.addEventListener('connectionstatechange', () => this.#connectionChanged(), { signal });
    channel.addEventListener('open', () => void this.#gate.opened(channel), { signal });
    channel.addEventListener('close', () => this.#end('lost'), { signal });
    channel.addEventListener('message', (event: MessageEvent<unknown>) => this.#gate.take(event.data), { signal });
    channel.addEventListener('bufferedamountlow', () => this.#drain(), { signal });
  }

  #isOpen(): boolean {
    return this.#describing.phase === 'connected' && this.#channel.readyState === 'open';
  }

  #openIfReady(): void {
    const { proved } = this.#gate;
    if (proved === null || !this.#describing.open()) return;
    this.#observer.open(proved);
    this.#path.begin();
    this.#gate.pass();
  }

  #iceChanged(): void {
    const state = this.#connection.iceConnectionState;
    const connected = this.#describing.phase === 'connected';
    if (state === 'connected' || state === 'completed') {
      if (connected) void this.#path.read();
      else this.#observer.opening();
    }
    if (connected) this.#tellSteady(state);
  }

  #tellSteady(state: RTCIceConnectionState): void {
    const steady = state === 'connected' || state === 'completed';
    if (!steady && state !== 'disconnected') return;
    this.#restarting.steady(steady);
    this.#observer.steady(steady);
  }

  #found(candidate: RTCIceCandidate | null): void {
    this.#describing.found(candidate);
    if (candidate === null) this.#restarting.complete();
  }

  #connectionChanged(): void {
    const state = this.#connection.connectionState;
    if (state === 'failed' || state === 'closed') this.#end('lost');
  }

  #received(frame: unknown): void {
    if (this.#carries === 'frames') {
      if (typeof frame === 'string') this.#observer.frame(frame);
      return;
    }
    try {
      const message = parseFrame(frame);
      if (message.t === 'proof' || message.t === 'unknown') return;
      if (message.t === 'bye') this.#end('left');
      else if (message.t !== 'restart' || !this.#restarting.takes(message)) this.#say(message);
    } catch (error) {
      // A frame against the rules is dropped, the channel stays open (C4).
      if (!(error instanceof ParseError)) throw error;
    }
  }

  #say(message: Said | Restart): void {
    if (message.t === 'hello') this.mayRestart(message.restart);
    this.#observer.said(message);
  }

  #drain(): void {
    const numbers = this.#queue.drain();
    if (numbers.length > 0) this.#observer.sent(numbers);
    if (this.#queue.empty) this.#observer.drained();
  }

  #end(how: 'left' | 'lost'): void {
    this.#gate.afterCheck(() => this.#over(this.#describing.phase === 'connected' ? how : 'failed'));
  }

  #over(how: PeerEnd): void {
    if (this.#abort.signal.aborted) return;
    this.close();
    this.#observer.ended(how);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timers.after(ms, resolve);
    });
  }
}

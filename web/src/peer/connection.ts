/**
 * One RTCPeerConnection with the channel of SPEC C1, from nothing to closed. It knows no signaling: its
 * owner carries descriptions and batches between the two sides.
 *
 *     caller: prepare ─► describe ─► offer …… answer ─► accept          ┐
 *     callee:                offer ─► answer ─► answer                  ├─► open ─► send, text ─► ended
 *     both:   batches out as they are found, addBatch in                ┘
 *
 * The other side is not trusted: its descriptions and candidates go through the negotiation machine and the
 * browser's own checks, its frames through the protocol's parser.
 */
import type { IceServer, Role } from '../protocol/api';
import { Failure } from '../protocol/failures';
import { maxBufferedBytes } from '../protocol/limits';
import { channel as chat, encodeFrame, parseFrame } from '../protocol/message';
import { newNegotiation, step, type Negotiation, type NegotiationEvent } from '../protocol/negotiation';
import { ParseError } from '../protocol/parse-error';
import type { Batch, Candidate, Description } from '../protocol/payload';
import { CandidateBatches } from './candidate-batches';
import { pathOf, type Path } from './path';
import { SendQueue } from './send-queue';
import type { Timers } from './timers';

/** What a connection is made of. */
export type PeerOptions = {
  readonly role: Role;
  readonly iceServers: readonly IceServer[];
  /** True: only relayed candidates are gathered and used. */
  readonly relayOnly: boolean;
  readonly timers: Timers;
  /** Makes the browser's connection; `(c) => new RTCPeerConnection(c)` in a browser. */
  readonly connect: (configuration: RTCConfiguration) => RTCPeerConnection;
};

/** How a connection ended: the other said bye; it broke; it never came to be (ICE found no path). */
export type PeerEnd = 'left' | 'lost' | 'failed';

/** What a connection tells its owner. Nothing is told any more after `ended` or {@link Peer.close}. */
export type PeerObserver = {
  /** Candidates found after the description was taken (D8). */
  batch(number: number, batch: Batch): void;
  /** ICE has a path; DTLS and the channel follow. */
  opening(): void;
  /** The channel is open (C1). */
  open(): void;
  /** Text from the other side (C3). */
  text(text: string): void;
  /** Frames that had to wait have been handed over. */
  sent(ids: readonly string[]): void;
  /** False: ICE lost the other side and may find it again. */
  steady(steady: boolean): void;
  /** How bytes travel, whenever that changes. */
  path(path: Path): void;
  /** It is over, and `unsent` never left. Told once; never after {@link Peer.close}. */
  ended(how: PeerEnd, unsent: readonly string[]): void;
};

/**
 * How long after the local description was set the store is told at the latest (P5). What is found later costs a
 * write and a delete, and the other side reads: docs/adr/0010.
 */
const gatherMs = 150;
/** How long {@link Peer.bye} waits for its word to leave. */
const byeMs = 500;
const pollMs = 20;
/** When the path is read again after opening: the browser learns of it late. */
const pathReadsMs = [0, 250, 1000, 4000];

/** One connection. Owned by whoever made it, who also closes it. */
export class Peer {
  readonly #options: PeerOptions;
  readonly #observer: PeerObserver;
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #queue: SendQueue;
  readonly #batches: CandidateBatches;
  readonly #abort = new AbortController();
  #negotiation: Negotiation = newNegotiation;
  #endGathering = () => {};
  /** Settles when gathering is complete, or has had its time. */
  readonly #gathered = new Promise<void>((resolve) => (this.#endGathering = resolve));
  #path: Path = 'unknown';
  #cancels: (() => void)[] = [];

  /** @throws Failure `browser_too_old` when there is no WebRTC. */
  constructor(options: PeerOptions, observer: PeerObserver) {
    this.#options = options;
    this.#observer = observer;
    this.#connection = connectionOf(options);
    this.#channel = this.#connection.createDataChannel(chat.label, { negotiated: true, id: chat.id, ordered: true });
    this.#channel.bufferedAmountLowThreshold = maxBufferedBytes / 4;
    this.#queue = new SendQueue(this.#channel);
    this.#batches = new CandidateBatches(options.timers, (number, batch) => void this.#foundBatch(number, batch));
    this.#take({ do: 'start', role: options.role });
    this.#listen();
  }

  /** Caller: makes the offer and starts gathering, so that candidates are there when {@link describe} is called. */
  async prepare(): Promise<void> {
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    this.#described();
  }

  /**
   * The local description, when gathering is complete or has had its time, with the candidates found by then
   * (P5). Later ones come as batches.
   * @throws Failure `internal` when nothing was prepared.
   */
  async describe(): Promise<Description> {
    if (this.#connection.localDescription === null) throw new Failure('internal');
    await this.#gathered;
    const { sdp } = this.#connection.localDescription;
    return { sdp, end: this.#batches.describe(sdp) };
  }

  /**
   * Callee: takes the offer, and makes the answer as {@link describe} does.
   * @throws Failure `protocol_error` when the offer is none.
   */
  async answer(offer: Description): Promise<Description> {
    await this.#setRemote('offer', offer);
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
    this.#described();
    this.#openIfReady();
    return this.describe();
  }

  /** Caller: takes the answer. @throws Failure `protocol_error` when it is none, or a second one (S2). */
  async accept(answer: Description): Promise<void> {
    await this.#setRemote('answer', answer);
    this.#openIfReady();
  }

  /** Takes a batch of the other side, at any time (S3). A candidate that the browser refuses is left out (P4). */
  addBatch(number: number, candidates: readonly Candidate[]): void {
    this.#apply(this.#take({ do: 'candidates', number, candidates }).release);
  }

  /**
   * Sends a text that {@link textFault} has passed.
   * @returns as {@link SendQueue.push}; `closed` when the channel is not open.
   */
  send(id: string, text: string): 'sent' | 'waiting' | 'full' | 'closed' {
    if (this.#channel.readyState !== 'open') return 'closed';
    return this.#queue.push(id, encodeFrame({ t: 'chat', text }));
  }

  /** Says bye (C5), waits until the word has left, half a second at most, and closes. */
  async bye(): Promise<void> {
    if (this.sayBye()) {
      const until = Math.ceil(byeMs / pollMs);
      for (let i = 0; i < until && this.#channel.bufferedAmount > 0; i++) await this.#sleep(pollMs);
      // The buffer is empty when SCTP has taken it; one moment more lets the packet go.
      await this.#sleep(pollMs);
    }
    this.close();
  }

  /** Says bye without waiting: for the end of the page. True if the channel took it. */
  sayBye(): boolean {
    if (this.#channel.readyState !== 'open' || this.#abort.signal.aborted) return false;
    this.#queue.end();
    this.#channel.send(encodeFrame({ t: 'bye' }));
    return true;
  }

  /** Closes at once and silently. Idempotent. @returns the ids of what never left. */
  close(): readonly string[] {
    if (this.#abort.signal.aborted) return [];
    const unsent = this.#queue.end();
    this.#abort.abort();
    this.#batches.close();
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    this.#take({ do: 'close' });
    this.#channel.close();
    this.#connection.close();
    return unsent;
  }

  #listen(): void {
    const { signal } = this.#abort;
    const connection = this.#connection;
    const channel = this.#channel;
    connection.addEventListener('icecandidate', (event) => this.#found(event.candidate), { signal });
    connection.addEventListener('iceconnectionstatechange', () => this.#iceChanged(), { signal });
    connection.addEventListener('connectionstatechange', () => this.#connectionChanged(), { signal });
    channel.addEventListener('open', () => this.#openIfReady(), { signal });
    channel.addEventListener('close', () => this.#end('lost'), { signal });
    channel.addEventListener('message', (event: MessageEvent<unknown>) => this.#received(event.data), { signal });
    channel.addEventListener('bufferedamountlow', () => this.#drain(), { signal });
  }

  #found(candidate: RTCIceCandidate | null): void {
    if (candidate === null) {
      this.#batches.complete();
      this.#endGathering();
    } else if (candidate.candidate !== '') {
      this.#batches.add(plain(candidate));
    }
  }

  /** The local description is set: gathering has begun. */
  #described(): void {
    this.#take({ do: 'local' });
    this.#cancels.push(this.#options.timers.after(gatherMs, () => this.#endGathering()));
  }

  /** A batch costs a write and a read: with a direct path found already there is nothing it could better. */
  async #foundBatch(number: number, batch: Batch): Promise<void> {
    const ice = this.#connection.iceConnectionState;
    const found = ice === 'connected' || ice === 'completed';
    if (found && (await this.#pathNow()) === 'direct') return;
    if (!this.#abort.signal.aborted && this.#negotiation.phase !== 'connected') this.#observer.batch(number, batch);
  }

  async #setRemote(type: 'offer' | 'answer', description: Description): Promise<void> {
    if (!step(this.#negotiation, { do: 'remote' }).ok) throw new Failure('protocol_error');
    try {
      await this.#connection.setRemoteDescription({ type, sdp: description.sdp });
    } catch (cause) {
      throw new Failure('protocol_error', { cause });
    }
    this.#apply(this.#take({ do: 'remote' }).release);
  }

  #apply(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) {
      // What the browser refuses is left out; the connection goes on with the others (P4).
      this.#connection.addIceCandidate({ ...candidate }).catch(() => undefined);
    }
  }

  #take(event: NegotiationEvent) {
    const taken = step(this.#negotiation, event);
    this.#negotiation = taken.state;
    return taken;
  }

  #openIfReady(): void {
    if (this.#channel.readyState !== 'open' || !this.#take({ do: 'open' }).ok) return;
    // Connected: from now on nothing is written to the store (D11).
    this.#batches.close();
    this.#observer.open();
    for (const ms of pathReadsMs) this.#cancels.push(this.#options.timers.after(ms, () => void this.#readPath()));
  }

  #iceChanged(): void {
    const state = this.#connection.iceConnectionState;
    const connected = this.#negotiation.phase === 'connected';
    if (state === 'connected' || state === 'completed') {
      if (connected) void this.#readPath();
      else this.#observer.opening();
    }
    if (connected && state !== 'closed' && state !== 'failed') this.#observer.steady(state !== 'disconnected');
  }

  #connectionChanged(): void {
    const state = this.#connection.connectionState;
    if (state === 'failed' || state === 'closed') this.#end('lost');
  }

  #received(frame: unknown): void {
    try {
      const message = parseFrame(frame);
      if (message.t === 'chat') this.#observer.text(message.text);
      if (message.t === 'bye') this.#end('left');
    } catch (error) {
      // A frame against the rules is dropped, the channel stays open (C4).
      if (!(error instanceof ParseError)) throw error;
    }
  }

  #drain(): void {
    const ids = this.#queue.drain();
    if (ids.length > 0) this.#observer.sent(ids);
  }

  #end(how: 'left' | 'lost'): void {
    if (this.#abort.signal.aborted) return;
    const wasOpen = this.#negotiation.phase === 'connected';
    const unsent = this.close();
    this.#observer.ended(wasOpen ? how : 'failed', unsent);
  }

  async #readPath(): Promise<void> {
    const path = await this.#pathNow();
    if (this.#abort.signal.aborted || path === this.#path || path === 'unknown') return;
    this.#path = path;
    this.#observer.path(path);
  }

  async #pathNow(): Promise<Path> {
    try {
      return pathOf((await this.#connection.getStats()) as { forEach(visit: (stats: unknown) => void): void });
    } catch {
      // Statistics are a nicety: the path stays unknown.
      return 'unknown';
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.timers.after(ms, resolve);
    });
  }
}

function connectionOf(options: PeerOptions): RTCPeerConnection {
  try {
    return options.connect({
      iceServers: options.iceServers.map((server) => ({ ...server, urls: [...server.urls] })),
      iceTransportPolicy: options.relayOnly ? 'relay' : 'all',
    });
  } catch (cause) {
    throw new Failure(cause instanceof ReferenceError ? 'browser_too_old' : 'internal', { cause });
  }
}

function plain(candidate: RTCIceCandidate): Candidate {
  return {
    candidate: candidate.candidate,
    sdpMid: candidate.sdpMid,
    sdpMLineIndex: candidate.sdpMLineIndex,
    usernameFragment: candidate.usernameFragment,
  };
}

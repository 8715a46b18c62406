/**
 * RTCPeerConnection in memory: as much of its contract as package peer uses, so that the real code of both sides
 * runs against each other. It differs from a browser: data channels are known beforehand, candidates are made up, and a path exists
 * when the two know each other's description and a candidate, unless the test blocks it.
 */
import type { Clock } from './clock';

/** Where connections meet. The test decides about paths. */
export class Ether {
  readonly clock: Clock;
  readonly random: () => number;
  readonly connections = new Map<number, MemoryConnection>();
  /** False: ICE finds no path. */
  paths = true;
  /** Each kind of candidate takes up to so many milliseconds to be found. */
  gatherMs = 60;
  /** False: descriptions do not have the candidates that were found, as when a browser puts them in late. */
  described = true;
  /** True: channels take frames, and keep them until {@link MemoryConnection.release}. */
  stalled = false;

  constructor(clock: Clock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  /** Some milliseconds, up to `most`. */
  delay(most: number): number {
    return 1 + Math.floor(this.random() * most);
  }

  /** What becomes of each frame under way. */
  alter: (frame: string) => string = (frame) => frame;

  /** What becomes of each frame of bytes under way; null: nothing. @param from - the connection that it comes from. */
  alterBlock: (frame: Uint8Array<ArrayBuffer>, from: number) => Uint8Array<ArrayBuffer> | null = (frame) => frame;

  /** Told of every frame. */
  overhear: (frame: string) => void = () => undefined;

  /** A connection of a new browser. */
  connect(configuration: RTCConfiguration): MemoryConnection & RTCPeerConnection {
    const connection = new MemoryConnection(this, this.connections.size + 1, configuration);
    this.connections.set(connection.id, connection);
    return connection as unknown as MemoryConnection & RTCPeerConnection;
  }

  /** The network of all who are connected breaks: nothing that is under way arrives. */
  cut(): void {
    for (const one of this.connections.values()) one.lose();
  }

  /** Connections that nobody has closed. */
  get open(): number {
    return [...this.connections.values()].filter((one) => one.connectionState !== 'closed').length;
  }
}

/** What channels carry. */
type Frame = string | Uint8Array<ArrayBuffer>;

const length = (frame: Frame): number => (typeof frame === 'string' ? Buffer.byteLength(frame) : frame.byteLength);

class MemoryChannel extends EventTarget {
  readyState: RTCDataChannelState = 'connecting';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readonly id: number;
  readonly #owner: MemoryConnection;
  /** Frames that came before our side was open. */
  readonly #early: Frame[] = [];

  constructor(owner: MemoryConnection, id: number) {
    super();
    this.#owner = owner;
    this.id = id;
  }

  send(frame: Frame): void {
    if (this.readyState !== 'open') throw new DOMException('not open', 'InvalidStateError');
    this.bufferedAmount += length(frame);
    this.#owner.carry(this, typeof frame === 'string' ? frame : frame.slice());
  }

  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('open'));
    for (const frame of this.#early.splice(0)) this.arrive(frame);
  }

  arrive(frame: Frame): void {
    if (this.readyState === 'connecting') this.#early.push(frame);
    if (this.readyState !== 'open') return;
    this.dispatchEvent(new MessageEvent('message', { data: typeof frame === 'string' ? frame : frame.buffer }));
  }

  /** So many bytes have left. */
  sent(bytes: number): void {
    const before = this.bufferedAmount;
    this.bufferedAmount -= bytes;
    const low = this.bufferedAmountLowThreshold;
    if (before > low && this.bufferedAmount <= low) this.dispatchEvent(new Event('bufferedamountlow'));
  }

  close(): void {
    this.readyState = 'closed';
  }
}

export class MemoryConnection extends EventTarget {
  readonly id: number;
  readonly #ether: Ether;
  /** The path goes over a relay of this side. */
  relayed: boolean;
  iceConnectionState: RTCIceConnectionState = 'new';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { type: string; sdp: string } | null = null;
  currentRemoteDescription: { type: string; sdp: string } | null = null;
  signalingState: RTCSignalingState = 'stable';
  /** How often ICE was begun anew. */
  restarts = 0;
  remote: number | null = null;
  #configuration: RTCConfiguration;
  /** When the credentials of its relay end, which ends the relay. */
  #relayEnds = Infinity;
  readonly #known = new Set<number>();
  /** The first is the one that decides how the connection is. */
  readonly #channels: MemoryChannel[] = [];
  #lost = false;
  /** Frames that were taken while the line stood still. */
  readonly #stuck: [MemoryChannel, Frame][] = [];
  /** Frames under way from here arrive in order: none before this time. */
  #arrival = 0;

  constructor(ether: Ether, id: number, configuration: RTCConfiguration) {
    super();
    this.#ether = ether;
    this.id = id;
    this.#configuration = configuration;
    this.relayed = configuration.iceTransportPolicy === 'relay';
  }

  /** The line that promises this connection's certificate. */
  get #certificate(): string {
    const pairs = Array.from({ length: 32 }, (_, i) => ((this.id >> (i % 4 * 8)) & 255).toString(16).padStart(2, '0'));
    return `a=fingerprint:sha-256 ${pairs.join(':').toUpperCase()}\n`;
  }

  createDataChannel(_label: string, { id = 0 }: RTCDataChannelInit = {}): MemoryChannel {
    const channel = new MemoryChannel(this, id);
    this.#channels.push(channel);
    return channel;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.#alive();
    this.#configuration = configuration;
    if (this.#relayEnds === Infinity) this.#allocate();
  }

  async createOffer(options: RTCOfferOptions = {}) {
    if (options.iceRestart === true) this.restarts++;
    return { type: 'offer', sdp: `offer ${this.id}\n${this.#certificate}` };
  }

  async createAnswer() {
    return { type: 'answer', sdp: `answer ${this.id}\n${this.#certificate}` };
  }

  async setLocalDescription(description: { type: string; sdp: string }) {
    this.#alive();
    this.#allocate();
    this.localDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-local-offer' : 'stable';
    const kinds = this.relayed ? ['relay'] : ['host', 'srflx'];
    let at = 0;
    for (const kind of kinds) {
      at += this.#ether.delay(this.#ether.gatherMs);
      this.#ether.clock.after(at, () => this.#found(`candidate:${this.id} ${kind}`));
    }
    this.#ether.clock.after(at + this.#ether.delay(this.#ether.gatherMs), () => this.#found(null));
    this.#check();
  }

  async setRemoteDescription(description: { type: string; sdp: string }) {
    this.#alive();
    const match = /^(offer|answer) (\d+)$/mu.exec(description.sdp);
    if (match === null || match[1] !== description.type) throw new DOMException('bad SDP', 'OperationError');
    this.remote = Number(match[2]);
    this.currentRemoteDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
    if (description.type === 'answer' && this.restarts > 0) this.#foundAgain();
    if (description.sdp.includes('candidate:')) this.#known.add(this.remote);
    this.#check();
  }

  async addIceCandidate({ candidate }: { candidate: string }) {
    const match = /^candidate:(\d+) /u.exec(candidate);
    if (match === null) throw new DOMException('bad candidate', 'OperationError');
    this.#known.add(Number(match[1]));
    this.#check();
  }

  async getStats() {
    const candidate = (of: MemoryConnection | undefined) =>
      of?.relayed === true ? { candidateType: 'relay', relayProtocol: 'udp' } : { candidateType: 'host', protocol: 'udp' };
    return [
      { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
      { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', currentRoundTripTime: 0.04 },
      { id: 'l', type: 'local-candidate', ...candidate(this) },
      { id: 'r', type: 'remote-candidate', ...candidate(this.#other()) },
    ];
  }

  close(): void {
    if (this.connectionState === 'closed') return;
    this.connectionState = 'closed';
    const other = this.#other();
    this.#ether.clock.after(this.#wire(), () => other?.hangUp());
  }

  /** The network between the two fails: first unsteady, then for good. */
  change(ice: RTCIceConnectionState, connection: RTCPeerConnectionState): void {
    if (this.connectionState === 'closed') return;
    this.iceConnectionState = ice;
    this.connectionState = connection;
    this.dispatchEvent(new Event('iceconnectionstatechange'));
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  /** This side crashes: nothing of it arrives any more, not even that it is gone. The other's ICE notices that late. */
  vanish(): void {
    const other = this.#other();
    this.remote = null;
    this.#ether.clock.after(5000, () => other?.change('disconnected', 'disconnected'));
    this.#ether.clock.after(20_000, () => other?.change('failed', 'failed'));
  }

  /** The path is gone, and ICE notices. */
  lose(): void {
    if (this.connectionState !== 'connected') return;
    this.#lost = true;
    this.change('failed', 'failed');
  }

  carry(channel: MemoryChannel, frame: Frame): void {
    if (typeof frame === 'string') this.#ether.overhear(frame);
    if (this.#ether.stalled) {
      this.#stuck.push([channel, frame]);
      return;
    }
    const other = this.#other();
    this.#ether.clock.after(this.#wire(), () => {
      channel.sent(length(frame));
      if (this.#lost) return;
      const { alter, alterBlock } = this.#ether;
      const altered = typeof frame === 'string' ? alter(frame) : alterBlock(frame, this.id);
      if (altered !== null) other?.arrive(channel.id, altered);
    });
  }

  /** As if this side had said it: words over the first channel, bytes over the second. */
  inject(frame: Frame): void {
    const channel = this.#channels[typeof frame === 'string' ? 0 : 1];
    if (channel !== undefined) this.carry(channel, frame);
  }

  arrive(channel: number, frame: Frame): void {
    this.#channels.find(({ id }) => id === channel)?.arrive(frame);
  }

  /** What was held back while stalled goes its way. */
  release(): void {
    for (const [channel, frame] of this.#stuck.splice(0)) this.carry(channel, frame);
  }

  hangUp(): void {
    if (this.connectionState === 'closed' || this.#channels[0]?.readyState !== 'open') return;
    for (const channel of this.#channels) {
      channel.readyState = 'closed';
      channel.dispatchEvent(new Event('close'));
    }
  }

  openChannel(): void {
    if (this.connectionState === 'closed' || this.#channels[0]?.readyState !== 'connecting') return;
    // Without the other's packets nothing opens; a browser notices that late.
    if (this.#other()?.connectionState !== 'connected') {
      this.#ether.clock.after(15_000, () => this.change('failed', 'failed'));
      return;
    }
    for (const channel of this.#channels) channel.open();
  }

  knows(id: number): boolean {
    return this.remote === id && this.#known.has(id) && this.localDescription !== null;
  }

  /** A relay whose username says when it ends, as that of a shared secret does. */
  #allocate(): void {
    const names = this.#configuration.iceServers?.map(({ username }) => Number(username)) ?? [];
    const end = names.find((at) => at > 0) ?? Infinity;
    if (!this.relayed || end === this.#relayEnds || end === Infinity) return;
    this.#relayEnds = end;
    this.#ether.clock.after(end - this.#ether.clock.now(), () => {
      if (this.#relayEnds !== end) return;
      for (const side of [this, this.#other()]) side?.lose();
    });
  }

  /** After a restart that both have done, ICE has found the other. */
  #foundAgain(): void {
    for (const side of [this, this.#other()]) {
      if (side?.iceConnectionState === 'disconnected') side.change('connected', 'connected');
    }
  }

  #check(): void {
    const other = this.#other();
    if (!this.#ether.paths || other === undefined || this.iceConnectionState !== 'new') return;
    if (other.remote !== this.id || !(this.knows(other.id) || other.knows(this.id))) return;
    for (const side of [this, other]) {
      side.change('connected', 'connected');
      this.#ether.clock.after(this.#ether.delay(40), () => side.openChannel());
    }
  }

  #found(candidate: string | null): void {
    if (this.connectionState === 'closed' || this.localDescription === null) return;
    if (candidate !== null && this.#ether.described) this.localDescription.sdp += `a=${candidate}\n`;
    const type = candidate?.split(' ')[1];
    const found = candidate === null ? null : { candidate, type, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null };
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: found }));
  }

  #wire(): number {
    const { clock } = this.#ether;
    this.#arrival = Math.max(this.#arrival, clock.now() + this.#ether.delay(20));
    return this.#arrival - clock.now();
  }

  #alive(): void {
    if (this.connectionState === 'closed') throw new DOMException('closed', 'InvalidStateError');
  }

  #other(): MemoryConnection | undefined {
    return this.remote === null ? undefined : this.#ether.connections.get(this.remote);
  }
}

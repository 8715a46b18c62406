/**
 * Descriptions and candidates of one RTCPeerConnection: makes ours, takes theirs, each in its order (SPEC S1–S3), and
 * tells the handshake what both have seen.
 */
import type { Role } from '../protocol/api';
import { Failure } from '../protocol/failures';
import { fingerprintOf } from '../protocol/fingerprint';
import type { Digest } from '../protocol/ids';
import { newNegotiation, step, type Negotiation, type NegotiationEvent, type Phase } from '../protocol/negotiation';
import type { Answer, Batch, Candidate, Description, Offer } from '../protocol/payload';
import type { LinkPlace } from '../protocol/place';
import { CandidateBatches } from './candidate-batches';
import type { Gathering } from './gathering';
import type { Path } from './path';
import type { Proving } from './proving';
import type { Timers } from './timers';

/** What describing needs of the connection around it. */
export type DescribingPlan = {
  readonly role: Role;
  readonly connection: RTCPeerConnection;
  readonly gathering: Gathering;
  readonly proving: Proving;
  readonly timers: Timers;
  /** How bytes travel now. */
  readonly path: () => Promise<Path>;
  /** Candidates found after the description was taken (D8). */
  readonly batch: (number: number, batch: Batch) => void;
};

/** Owned by one connection. */
export class Describing {
  readonly #plan: DescribingPlan;
  readonly #batches: CandidateBatches;
  #negotiation: Negotiation = newNegotiation;

  constructor(plan: DescribingPlan) {
    this.#plan = plan;
    this.#batches = new CandidateBatches(plan.timers, (number, batch) => void this.#foundBatch(number, batch));
    this.#take({ do: 'start', role: plan.role });
  }

  get phase(): Phase {
    return this.#negotiation.phase;
  }

  /** Caller: makes the offer and begins to gather. */
  async prepare(): Promise<void> {
    const { connection, gathering } = this.#plan;
    const offer = await connection.createOffer();
    await gathering.ready;
    await connection.setLocalDescription(offer);
    this.#begun();
  }

  /** Caller: the offer. @throws Failure `internal` when nothing was prepared. */
  async offer(): Promise<Offer> {
    const [description, commitment] = await Promise.all([this.#described(), this.#plan.proving.commitment()]);
    return { ...description, commitment };
  }

  /** Callee: takes the offer and makes the answer. @throws Failure `protocol_error`. */
  async answer(link: LinkPlace, offer: Offer): Promise<Answer> {
    const { connection, gathering, proving } = this.#plan;
    const callerFingerprint = await this.#setRemote('offer', offer);
    await gathering.ready;
    await connection.setLocalDescription(await connection.createAnswer());
    this.#begun();
    const { identity, nonce } = proving.revealed;
    proving.agree({
      link,
      callerFingerprint,
      calleeFingerprint: this.#fingerprint(),
      commitment: offer.commitment,
      calleeIdentity: identity,
      calleeNonce: nonce,
    });
    return { ...(await this.#described()), identity, nonce };
  }

  /** Caller: takes the answer. @throws Failure `protocol_error`. */
  async accept(link: LinkPlace, answer: Answer): Promise<void> {
    const { proving } = this.#plan;
    const calleeFingerprint = await this.#setRemote('answer', answer);
    proving.agree({
      link,
      callerFingerprint: this.#fingerprint(),
      calleeFingerprint,
      commitment: await proving.commitment(),
      calleeIdentity: answer.identity,
      calleeNonce: answer.nonce,
    });
  }

  /** A candidate of ours was found; null: gathering is complete. */
  found(candidate: RTCIceCandidate | null): void {
    if (candidate === null) {
      this.#batches.complete();
      this.#plan.gathering.complete();
    } else if (candidate.candidate !== '') {
      this.#batches.add(plain(candidate));
      this.#plan.gathering.found(candidate.type);
    }
  }

  /** Takes a batch of the other side, at any time (S3). A candidate that the browser refuses is left out (P4). */
  addBatch(number: number, candidates: readonly Candidate[]): void {
    this.#apply(this.#take({ do: 'candidates', number, candidates }).release);
  }

  /** The channel is open and the other has proved who it is: true if that is in order, and once. */
  open(): boolean {
    const { ok } = this.#take({ do: 'open' });
    // Connected: from now on nothing is written to the store (D11).
    if (ok) this.#batches.close();
    return ok;
  }

  /** Nothing is found or taken any more. */
  close(): void {
    this.#batches.close();
    this.#plan.gathering.close();
    this.#take({ do: 'close' });
  }

  /** The local description is set: gathering has begun. */
  #begun(): void {
    this.#take({ do: 'local' });
    this.#plan.gathering.begin();
  }

  async #described(): Promise<Description> {
    const { localDescription } = this.#plan.connection;
    if (localDescription === null) throw new Failure('internal');
    const { gathering } = this.#plan;
    await gathering.enough;
    if (gathering.over) this.#batches.complete();
    const { sdp } = this.#plan.connection.localDescription ?? localDescription;
    return { sdp, end: this.#batches.describe(sdp) };
  }

  /** Of our own certificate. */
  #fingerprint(): Digest {
    return fingerprintOf(this.#plan.connection.localDescription?.sdp ?? '');
  }

  /** A batch costs a write and a read: with a direct path found already there is nothing it could better. */
  async #foundBatch(number: number, batch: Batch): Promise<void> {
    const ice = this.#plan.connection.iceConnectionState;
    const found = ice === 'connected' || ice === 'completed';
    if (found && (await this.#plan.path()) === 'direct') return;
    if (this.phase !== 'closed' && this.phase !== 'connected') this.#plan.batch(number, batch);
  }

  /** @returns the fingerprint of the other's certificate: the browser takes no other one. */
  async #setRemote(type: 'offer' | 'answer', description: Description): Promise<Digest> {
    if (!step(this.#negotiation, { do: 'remote' }).ok) throw new Failure('protocol_error');
    let fingerprint: Digest;
    try {
      fingerprint = fingerprintOf(description.sdp);
      await this.#plan.connection.setRemoteDescription({ type, sdp: description.sdp });
    } catch (cause) {
      throw new Failure('protocol_error', { cause });
    }
    this.#apply(this.#take({ do: 'remote' }).release);
    return fingerprint;
  }

  #apply(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) {
      // What the browser refuses is left out; the connection goes on with the others (P4).
      this.#plan.connection.addIceCandidate({ ...candidate }).catch(() => undefined);
    }
  }

  #take(event: NegotiationEvent) {
    const taken = step(this.#negotiation, event);
    this.#negotiation = taken.state;
    return taken;
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

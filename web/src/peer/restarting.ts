/**
 * Restarts ICE over the channel while a path lives (SPEC M7): the network changed, and there may be a better path, or soon
 * none. The path that is there is used until another one is found.
 */
import type { Role } from '../protocol/api';
import { fingerprintOf } from '../protocol/fingerprint';
import type { Restart } from '../protocol/message';
import { ParseError } from '../protocol/parse-error';
import type { Timers } from './timers';

/** What restarting needs of the connection around it. */
export type RestartingPlan = {
  readonly role: Role;
  readonly connection: RTCPeerConnection;
  readonly timers: Timers;
  readonly send: (restart: Restart) => void;
};

/** ICE has lost the other for so long: perhaps it is one way only, and a restart helps. */
const unsteadyMs = 1000;
/** Who asks again sooner is not heard. */
const restMs = 1000;

/** So long candidates are waited for: there is a path meanwhile. */
const gatherMs = 1000;

/** Owned by one connection. */
export class Restarting {
  /** The other can do it too. */
  possible = false;
  /** How far the present configuration is in use: a restart that was under way before goes by the former. */
  #renewal: 'done' | 'due' | 'described' = 'done';
  readonly #plan: RestartingPlan;
  /** A restart is under way. */
  #busy = false;
  /** Our offer is out, and nothing was said to it. */
  #offered = false;
  #closed = false;
  #gathered: () => void = () => undefined;
  #cancelGathering: () => void = () => undefined;
  #cancelUnsteady: () => void = () => undefined;
  /** Null: the other may ask. */
  #cancelRest: (() => void) | null = null;

  constructor(plan: RestartingPlan) {
    this.#plan = plan;
  }

  /** Something about the network is different: the caller restarts, the callee asks it to. */
  begin(): void {
    if (this.#closed || this.#busy || !this.possible) return;
    if (this.#plan.role === 'callee') this.#ask();
    else void this.#guarded(() => this.#offer());
  }

  /** True once ICE was restarted by the present configuration. */
  get renewed(): boolean {
    return this.#renewal === 'done';
  }

  /** There is another configuration: restarts, or asks for another connection where that is not possible (M11). */
  renew(): void {
    this.#renewal = 'due';
    if (this.possible) this.begin();
    else this.#ask();
  }

  /** What the other says about it. @returns false: it cannot, and asks for another connection (M11). */
  takes({ sdp }: Restart): boolean {
    const { role } = this.#plan;
    if (sdp === null && !this.possible) return false;
    if (sdp === null) {
      if (role === 'caller') this.#asked();
    } else if (role === 'caller') {
      if (this.#offered) void this.#guarded(() => this.#accept(sdp));
    } else if (!this.#busy) {
      void this.#guarded(() => this.#answer(sdp));
    }
    return true;
  }

  /** What ICE says of the path that is there. */
  steady(steady: boolean): void {
    this.#cancelUnsteady();
    if (!steady) this.#cancelUnsteady = this.#plan.timers.after(unsteadyMs, () => this.begin());
  }

  /** Gathering is complete. */
  complete(): void {
    this.#gathered();
  }

  close(): void {
    this.#closed = true;
    this.#cancelUnsteady();
    this.#cancelRest?.();
    this.#cancelGathering();
    this.#gathered();
  }

  #ask(): void {
    this.#plan.send({ t: 'restart', sdp: null });
  }

  #asked(): void {
    if (this.#cancelRest !== null) return;
    this.#cancelRest = this.#plan.timers.after(restMs, () => (this.#cancelRest = null));
    this.begin();
  }

  async #offer(): Promise<void> {
    const { connection } = this.#plan;
    this.#busy = true;
    const offer = await connection.createOffer({ iceRestart: true });
    this.#describing();
    await connection.setLocalDescription(offer);
    await this.#describe();
    this.#offered = true;
  }

  async #answer(sdp: string): Promise<void> {
    const { connection } = this.#plan;
    this.#busy = true;
    await this.#setRemote({ type: 'offer', sdp });
    const answer = await connection.createAnswer();
    this.#describing();
    await connection.setLocalDescription(answer);
    await this.#describe();
    this.#complete();
  }

  async #accept(sdp: string): Promise<void> {
    this.#offered = false;
    await this.#setRemote({ type: 'answer', sdp });
    this.#complete();
  }

  #describing(): void {
    if (this.#renewal === 'due') this.#renewal = 'described';
  }

  #complete(): void {
    this.#busy = false;
    if (this.#renewal === 'described') this.#renewal = 'done';
  }

  /** @throws ParseError (H2, M7) when it would be another certificate's. */
  async #setRemote(description: RTCSessionDescriptionInit & { readonly sdp: string }): Promise<void> {
    const { connection } = this.#plan;
    const before = fingerprintOf(connection.currentRemoteDescription?.sdp ?? '');
    if (fingerprintOf(description.sdp) !== before) throw new ParseError('M7', 'sdp', 'another fingerprint');
    await connection.setRemoteDescription(description);
  }

  /** Tells the local description, with the candidates found by then. */
  async #describe(): Promise<void> {
    const { connection, timers, send } = this.#plan;
    await new Promise<void>((resolve) => {
      this.#gathered = resolve;
      this.#cancelGathering = timers.after(gatherMs, resolve);
    });
    this.#cancelGathering();
    const sdp = connection.localDescription?.sdp ?? '';
    if (!this.#closed && sdp !== '') send({ t: 'restart', sdp });
  }

  /** What the rules or the browser refuse is dropped; the connection goes on with what it has. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch {
      if (this.#renewal === 'described') this.#renewal = 'due';
      this.#busy = this.#offered = this.#plan.connection.signalingState === 'have-local-offer';
    }
  }
}

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
    if (this.#plan.role === 'callee') this.#plan.send({ t: 'restart', sdp: null });
    else void this.#guarded(() => this.#offer());
  }

  /** What the other says about it. */
  take({ sdp }: Restart): void {
    const { role } = this.#plan;
    if (sdp === null) {
      if (role === 'caller') this.#asked();
    } else if (role === 'caller') {
      if (this.#offered) void this.#guarded(() => this.#accept(sdp));
    } else if (!this.#busy) {
      void this.#guarded(() => this.#answer(sdp));
    }
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

  #asked(): void {
    if (this.#cancelRest !== null) return;
    this.#cancelRest = this.#plan.timers.after(restMs, () => (this.#cancelRest = null));
    this.begin();
  }

  async #offer(): Promise<void> {
    const { connection } = this.#plan;
    this.#busy = true;
    await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
    await this.#describe();
    this.#offered = true;
  }

  async #answer(sdp: string): Promise<void> {
    const { connection } = this.#plan;
    this.#busy = true;
    await this.#setRemote({ type: 'offer', sdp });
    await connection.setLocalDescription(await connection.createAnswer());
    await this.#describe();
    this.#busy = false;
  }

  async #accept(sdp: string): Promise<void> {
    this.#offered = false;
    await this.#setRemote({ type: 'answer', sdp });
    this.#busy = false;
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
      this.#busy = this.#offered = this.#plan.connection.signalingState === 'have-local-offer';
    }
  }
}

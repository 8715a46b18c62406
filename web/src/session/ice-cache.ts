/** ICE servers, kept for half of their credentials' life. */
import type { IceServer } from '../protocol/api';
import { Failure } from '../protocol/failures';
import type { Api } from '../signaling/api';
import { within, type Timers } from '../signaling/timers';
import type { EpochMs } from './model';

/** STUN and TURN servers, and how long their credentials are good. */
export type IceList = {
  readonly servers: readonly IceServer[];
  /** By this device's clock. */
  readonly until: EpochMs;
  /** For how long they were given; 0: there are none. */
  readonly ttlMs: number;
};

/** How long a connection waits for the list before it tries without. */
const patienceMs = 5000;

/** Owned by a session. */
export class IceCache {
  readonly #api: Pick<Api, 'iceServers'>;
  readonly #timers: Timers;
  #kept: IceList | null = null;

  constructor(api: Pick<Api, 'iceServers'>, timers: Timers) {
    this.#api = api;
    this.#timers = timers;
  }

  /**
   * The list, good for half of its life at least: for a new connection, and for a live one before an ICE restart
   * (`setConfiguration` takes it). When it cannot be had: none, because two devices in one network need none, unless
   * `relayOnly`.
   * @throws Failure with `relayOnly`: `relay_unavailable` when there is no relay in it; the signal's reason.
   */
  async get(relayOnly: boolean, signal: AbortSignal): Promise<IceList> {
    const list = await this.#list(relayOnly, signal);
    const relays = list.servers.some((one) => one.urls.some((url) => url.startsWith('turn')));
    if (relayOnly && !relays) throw new Failure('relay_unavailable');
    return list;
  }

  async #list(relayOnly: boolean, signal: AbortSignal): Promise<IceList> {
    const kept = this.#kept;
    if (kept !== null && kept.until - kept.ttlMs / 2 > this.#timers.now()) return kept;
    try {
      const fetched = await within(this.#timers, patienceMs, signal, (until) => this.#api.iceServers(until), tooSlow);
      const ttlMs = fetched.ttlSeconds * 1000;
      this.#kept = { servers: fetched.iceServers, until: this.#timers.now() + ttlMs, ttlMs };
      return this.#kept;
    } catch (error) {
      signal.throwIfAborted();
      if (relayOnly) throw error;
      return { servers: [], until: 0, ttlMs: 0 };
    }
  }
}

function tooSlow(): Failure {
  return new Failure('function_unavailable');
}

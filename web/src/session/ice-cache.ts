/** ICE servers, kept for half of their credentials' life. */
import type { IceServer } from '../protocol/api';
import { Failure } from '../protocol/failures';
import type { Api } from '../signaling/api';
import { within, type Timers } from '../signaling/timers';

/** How long a connection waits for the list before it tries without. */
const patienceMs = 5000;

/** Owned by a session. */
export class IceCache {
  readonly #api: Pick<Api, 'iceServers'>;
  readonly #timers: Timers;
  #kept: { readonly servers: readonly IceServer[]; readonly until: number } | null = null;

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
  async get(relayOnly: boolean, signal: AbortSignal): Promise<readonly IceServer[]> {
    const servers = await this.#list(relayOnly, signal);
    if (relayOnly && !servers.some((one) => one.urls.some((url) => url.startsWith('turn')))) throw new Failure('relay_unavailable');
    return servers;
  }

  async #list(relayOnly: boolean, signal: AbortSignal): Promise<readonly IceServer[]> {
    if (this.#kept !== null && this.#kept.until > this.#timers.now()) return this.#kept.servers;
    try {
      const fetched = await within(this.#timers, patienceMs, signal, (until) => this.#api.iceServers(until), tooSlow);
      const until = this.#timers.now() + fetched.ttlSeconds * 500;
      this.#kept = { servers: fetched.iceServers, until };
      return fetched.iceServers;
    } catch (error) {
      signal.throwIfAborted();
      if (relayOnly) throw error;
      return [];
    }
  }
}

function tooSlow(): Failure {
  return new Failure('function_unavailable');
}

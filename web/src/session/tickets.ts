/** Ending quick-match tickets, behind the person's back and in order. */
import { defaultPool, type RequestId } from '../protocol/ids';
import type { Api } from '../signaling/api';
import { within, type Timers } from '../signaling/timers';

/** How long the end of a ticket may take; then its lease ends it. */
const endMs = 5000;
/** How long a new search waits for the end of the last one's ticket. */
const orderMs = 2000;

/** Owned by a session. */
export class Tickets {
  readonly #api: Pick<Api, 'endTicket'>;
  readonly #timers: Timers;
  #ending: Promise<void> = Promise.resolve();

  constructor(api: Pick<Api, 'endTicket'>, timers: Timers) {
    this.#api = api;
    this.#timers = timers;
  }

  /** Ends a ticket (A7), also one that perhaps never came to be. Never rejects. */
  end(requestId: RequestId): Promise<void> {
    const { signal } = new AbortController();
    const run = (until: AbortSignal) => this.#api.endTicket(defaultPool, requestId, until);
    // A ticket that cannot be ended ends with its lease.
    const ended = within(this.#timers, endMs, signal, run, tooSlow).catch(() => undefined);
    this.#ending = Promise.all([this.#ending, ended]).then(() => undefined);
    return ended;
  }

  /**
   * Waits until earlier tickets are ended, or 2 seconds: a person who waits already is answered with the ticket
   * that they have (A5), and that one is about to go.
   */
  async settled(signal: AbortSignal): Promise<void> {
    await within(this.#timers, orderMs, signal, () => this.#ending, tooSlow).catch(() => signal.throwIfAborted());
  }
}

function tooSlow(): Error {
  return new Error('session: the ticket is not ended yet');
}

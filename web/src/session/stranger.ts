/**
 * Quick-match: asking the function for a partner until a channel to one is open (SPEC A3–A7, S4). Who is paired
 * at once is the caller and has been gathering meanwhile; who has to wait is the callee.
 */
import { Failure, failureOf } from '../protocol/failures';
import { defaultPool, newRequestId } from '../protocol/ids';
import type { QuickMatchAnswer, QuickMatchRequest } from '../protocol/api';
import { ghostMs } from '../protocol/limits';
import { RequestUsedUp } from '../signaling/api';
import type { LinkRef } from '../signaling/documents';
import { Refused } from '../signaling/failures';
import type { Draft } from './draft';
import type { Journey } from './journey';
import { answerCall, makeCall, NobodyThere, type LinkPlan } from './link';
import { Awaited, type Scope } from './scope';

/** So many times in a row nobody is there before it counts as a failure: each costs the function a call. */
const maxGhosts = 20;
const longestPauseMs = 2000;
/** A lease that cannot be renewed is given so long, or two leases if that is longer. */
const renewalPatienceMs = 60_000;

/** Looks for a stranger until talking; returns then. @throws Failure; Ended. */
export async function meetStranger(journey: Journey): Promise<void> {
  journey.connecting('signing-in');
  await journey.signIn();
  const waitingSince: { at: number | null } = { at: null };
  for (let ghosts = 0; ghosts < maxGhosts; ghosts++) {
    const round = new Round(journey, waitingSince);
    try {
      const draft = await round.meet();
      journey.converse(draft, null, () => undefined);
      return;
    } catch (error) {
      if (!(error instanceof NobodyThere)) throw error;
    } finally {
      void round.scope.end();
    }
    const pauseMs = ghosts === 0 ? 0 : Math.min(100 * 2 ** ghosts, longestPauseMs);
    const paused = new Awaited<void>();
    journey.scope.after(pauseMs, () => paused.resolve());
    await journey.scope.wait(paused.promise);
  }
  throw new Failure('connection_failed');
}

/** One ticket, from asking to an open channel or nobody there. */
class Round {
  readonly scope: Scope;
  readonly #journey: Journey;
  readonly #request: QuickMatchRequest;
  readonly #waitingSince: { at: number | null };
  /** The ticket needs no ending any more. */
  #forgetTicket: () => void = () => undefined;

  constructor(journey: Journey, waitingSince: { at: number | null }) {
    this.#journey = journey;
    this.scope = journey.scope.child();
    this.#waitingSince = waitingSince;
    this.#request = { pool: defaultPool, requestId: newRequestId(journey.deps.random), key: journey.newKey() };
  }

  /** @throws NobodyThere: ask again; Failure; Ended. */
  async meet(): Promise<Draft> {
    const { deps, shared } = this.#journey;
    const { requestId } = this.#request;
    this.#journey.connecting('asking');
    await shared.tickets.settled(this.scope.signal);
    this.#forgetTicket = this.scope.defer(() => shared.tickets.end(requestId));
    this.scope.defer(deps.page.onHide(() => deps.api.endTicketAtPageEnd(defaultPool, requestId)));
    deps.store.warm();
    const early = this.#gatherEarly();
    // What goes wrong here counts when somebody is there.
    early.catch(() => undefined);
    const answer = await this.scope.wait(this.#ask(this.scope.signal));
    if (answer.role === 'caller') return this.#call(answer, early);
    const offer = this.#offer(answer);
    // Who waits needs no offer of their own. That there can be no connection at all shows here already.
    early.then(
      (draft) => draft.abandon(),
      (error: unknown) => offer.reject(error),
    );
    const payload = await this.scope.wait(offer.promise);
    return this.#answer(answer, payload);
  }

  /** Asks, or asks again. A ticket that has ended, such as after a long sleep, found nobody: ask with a new one. */
  async #ask(signal: AbortSignal): Promise<QuickMatchAnswer> {
    try {
      return await this.#journey.deps.api.quickMatch(this.#request, signal);
    } catch (error) {
      throw error instanceof RequestUsedUp ? new NobodyThere() : error;
    }
  }

  /** Gathers while the function is being asked, so that the offer can be written at once (S4). */
  async #gatherEarly(): Promise<Draft> {
    const draft = await this.#journey.draft('caller', this.scope);
    await draft.peer.prepare();
    return draft;
  }

  async #call(answer: QuickMatchAnswer, early: Promise<Draft>): Promise<Draft> {
    this.#forgetTicket();
    const ref = refOf(answer);
    const leave = this.scope.defer(() => this.#journey.deps.store.closeLink(ref, 'left'));
    const draft = await this.scope.wait(early);
    leave();
    const { store } = this.#journey.deps;
    await makeCall(this.scope, this.#plan(ref, draft), (offer) => store.writeOffer(ref, offer));
    return draft;
  }

  async #answer(answer: QuickMatchAnswer, offer: Uint8Array): Promise<Draft> {
    const draft = await this.#journey.draft('callee', this.scope);
    await answerCall(this.scope, this.#plan(refOf(answer), draft), offer);
    return draft;
  }

  #plan(ref: LinkRef, draft: Draft): LinkPlan {
    return { store: this.#journey.deps.store, ref, draft, reached: (step) => this.#journey.connecting(step) };
  }

  /** Waits for somebody and their offer; unsubscribes before it settles, so that the answer costs no read. */
  #offer(answer: QuickMatchAnswer): Awaited<Uint8Array> {
    const { store } = this.#journey.deps;
    const offer = new Awaited<Uint8Array>();
    const wait = this.scope.child();
    const ref = refOf(answer);
    let leave: (() => void) | null = null;
    const paired = () => {
      if (leave !== null || wait.ended) return;
      this.#forgetTicket();
      this.#journey.connecting('exchanging');
      leave = wait.defer(() => store.closeLink(ref, 'left'));
      wait.after(ghostMs, () => finish(() => offer.reject(new NobodyThere())));
    };
    /** `settled` first: only one that comes of the wait's own end leaves the link closed behind it. */
    const finish = (settled: () => void, closes = true) => {
      if (!closes) leave?.();
      settled();
      void wait.end();
    };
    const stop = store.watchLink(ref, {
      next: (link) => {
        if (link === null) {
          if (leave !== null) finish(() => offer.reject(new NobodyThere()), false);
        } else if (link.state === 'closed') {
          this.#forgetTicket();
          finish(() => offer.reject(new NobodyThere(link.reason)), false);
        } else {
          paired();
          const payload = link.offer;
          if (payload !== null) finish(() => offer.resolve(payload), false);
        }
      },
      fail: (failure) => finish(() => offer.reject(failure instanceof Refused ? new NobodyThere() : failure), false),
    });
    wait.defer(stop);
    if (answer.status === 'paired') paired();
    else this.#wait(answer, wait, { paired, fail: (error) => finish(() => offer.reject(error), false) });
    return offer;
  }

  /** Shows that nobody is there yet, and renews the lease until somebody is (A6). */
  #wait(
    answer: QuickMatchAnswer,
    wait: Scope,
    told: { readonly paired: () => void; readonly fail: (error: unknown) => void },
  ): void {
    const { timers } = this.#journey.deps;
    const leaseMs = answer.leaseSeconds * 1000;
    let renewed = timers.now();
    this.#waitingSince.at ??= renewed;
    this.#journey.show({ at: 'waiting', for: 'stranger', since: this.#waitingSince.at });
    const renew = async () => {
      try {
        const now = await wait.wait(this.#ask(wait.signal));
        renewed = timers.now();
        if (now.roomId !== answer.roomId) return told.fail(new NobodyThere());
        if (now.status === 'paired') return told.paired();
      } catch (error) {
        if (wait.ended) return;
        if (error instanceof NobodyThere) return told.fail(error);
        const patient = timers.now() - renewed < Math.max(renewalPatienceMs, 2 * leaseMs);
        if (failureOf(error) !== 'function_unavailable' || !patient) return told.fail(error);
      }
      wait.after(leaseMs / 3, () => void renew());
    };
    wait.after(leaseMs / 3, () => void renew());
  }
}

function refOf(answer: QuickMatchAnswer): LinkRef {
  return { roomId: answer.roomId, linkId: null };
}

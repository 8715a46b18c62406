/**
 * Quick-match: asking the function for a partner until a channel to one is open (SPEC A3–A7, S4). Who is paired
 * at once is the caller and has been gathering meanwhile; who has to wait is the callee.
 */
import { Failure, failureOf } from '../protocol/failures';
import { defaultPool, newRequestId, type Key, type RequestId } from '../protocol/ids';
import type { QuickMatchAnswer, Role } from '../protocol/api';
import { ghostMs } from '../protocol/limits';
import type { OwnKey } from '../protocol/seal';
import type { Signer } from '../protocol/signing';
import { RequestUsedUp } from '../signaling/api';
import type { LinkRef } from '../signaling/documents';
import { Refused } from '../signaling/failures';
import { pause } from '../signaling/timers';
import { newDraft, type Draft } from './draft';
import type { Journey } from './journey';
import { answerCall, makeCall, NobodyThere, type LinkPlan } from './link';
import { talkTo, type Stranger } from './reunion';
import { Awaited, type Scope } from './scope';
import { SealedLink } from './sealed';

/** So many times in a row nobody is there before it counts as a failure: each costs the function a call. */
const maxGhosts = 20;
const longestPauseMs = 2000;
/** A lease that cannot be renewed is given so long, or two leases if that is longer. */
const renewalPatienceMs = 60_000;

type Paired = Extract<QuickMatchAnswer, { status: 'paired' }>;
/** What the store has told the callee, and the connection that was made when somebody came. */
type Told = { readonly offer: Uint8Array; readonly callerKey: Key; readonly draft: Promise<Draft> };

/** Looks for a stranger until talking; returns then. @throws Failure; Ended. */
export async function meetStranger(journey: Journey): Promise<void> {
  const waitingSince: { at: number | null } = { at: null };
  for (let ghosts = 0; ghosts < maxGhosts; ghosts++) {
    const round = new Round(journey, waitingSince);
    try {
      talkTo(journey, await round.meet());
      return;
    } catch (error) {
      if (!(error instanceof NobodyThere)) throw error;
    } finally {
      void round.scope.end();
    }
    const pauseMs = ghosts === 0 ? 0 : Math.min(100 * 2 ** ghosts, longestPauseMs);
    await pause(journey.deps.timers, pauseMs, journey.scope.signal);
  }
  throw new Failure('connection_failed');
}

/** One ticket, from asking to an open channel or nobody there. Its keys are its own, and go with it. */
class Round {
  readonly scope: Scope;
  readonly #journey: Journey;
  readonly #requestId: RequestId;
  readonly #own: Promise<OwnKey>;
  /** Whom nobody has met before (H1). */
  readonly #signer: Promise<Signer>;
  readonly #waitingSince: { at: number | null };
  /** The ticket needs no ending any more. */
  #forgetTicket: () => void = () => undefined;

  constructor(journey: Journey, waitingSince: { at: number | null }) {
    this.#journey = journey;
    this.scope = journey.scope.child();
    this.#waitingSince = waitingSince;
    this.#requestId = newRequestId(journey.deps.random);
    this.#own = journey.meeting.then((meeting) => meeting.newKey());
    this.#signer = journey.meeting.then((meeting) => meeting.newSigner());
    // What goes wrong here counts when they are needed.
    this.#own.catch(() => undefined);
    this.#signer.catch(() => undefined);
  }

  /** @throws NobodyThere: ask again; Failure; Ended. */
  async meet(): Promise<Stranger> {
    const { deps, shared } = this.#journey;
    const requestId = this.#requestId;
    this.#journey.connecting('asking');
    await shared.tickets.settled(this.scope.signal);
    this.#forgetTicket = this.scope.defer(() => shared.tickets.end(requestId));
    this.scope.defer(deps.page.onHide(() => deps.api.endTicketAtPageEnd(defaultPool, requestId)));
    deps.store.warm();
    const early = this.#gatherEarly();
    // What goes wrong here counts when somebody is there.
    early.catch(() => undefined);
    const own = await this.scope.wait(this.#own);
    const answer = await this.scope.wait(this.#ask(this.scope.signal));
    if (answer.role === 'caller') return this.#call(answer, own, early);
    const offer = this.#offer(answer, own.key);
    // Who waits needs no offer of their own. That there can be no connection at all shows here already.
    early.then(
      (draft) => draft.abandon(),
      (error: unknown) => offer.reject(error),
    );
    const told = await this.scope.wait(offer.promise);
    return this.#answer(answer, own, told);
  }

  /** Asks, or asks again. A ticket that has ended, such as after a long sleep, found nobody: ask with a new one. */
  async #ask(signal: AbortSignal): Promise<QuickMatchAnswer> {
    try {
      const { key } = await this.#own;
      const request = { pool: defaultPool, requestId: this.#requestId, key };
      return await this.#journey.deps.api.quickMatch(request, signal);
    } catch (error) {
      throw error instanceof RequestUsedUp ? new NobodyThere() : error;
    }
  }

  /** Gathers while the function is being asked, so that the offer can be written at once (S4). */
  async #gatherEarly(): Promise<Draft> {
    const draft = await newDraft(this.#journey, 'caller', this.#signer, this.scope);
    await draft.peer.prepare();
    return draft;
  }

  async #call(answer: Paired, own: OwnKey, early: Promise<Draft>): Promise<Stranger> {
    this.#forgetTicket();
    const { store } = this.#journey.deps;
    const ref = refOf(answer);
    const leave = this.scope.defer(() => store.closeLink(ref, 'left'));
    const draft = await this.scope.wait(early);
    leave();
    const plan = this.#plan(ref, draft, own, 'caller', answer.peerKey);
    const proved = await makeCall(this.scope, plan, (offer) => store.writeOffer(ref, offer));
    return { draft, proved, role: 'caller', signer: this.#signer };
  }

  async #answer(answer: QuickMatchAnswer, own: OwnKey, told: Told): Promise<Stranger> {
    const { offer, callerKey } = told;
    const draft = await told.draft;
    const plan = this.#plan(refOf(answer), draft, own, 'callee', callerKey);
    return { draft, proved: await answerCall(this.scope, plan, offer), role: 'callee', signer: this.#signer };
  }

  #plan(ref: LinkRef, draft: Draft, { key, sealer }: OwnKey, role: Role, other: Key): LinkPlan {
    const [callerKey, calleeKey] = role === 'caller' ? [key, other] : [other, key];
    const sealed = new SealedLink(sealer, { suite: 2, room: ref.roomId, link: null, callerKey, calleeKey }, role);
    return {
      store: this.#journey.deps.store, ref, sealed, draft, reached: (step) => this.#journey.connecting(step),
    };
  }

  /** Waits for somebody and their offer; unsubscribes before it settles, so that the answer costs no read. */
  #offer(answer: QuickMatchAnswer, key: Key): Awaited<Told> {
    const { store } = this.#journey.deps;
    const offer = new Awaited<Told>();
    const wait = this.scope.child();
    const ref = refOf(answer);
    let coming: { readonly leave: () => void; readonly draft: Promise<Draft> } | null = null;
    const paired = () => {
      if (coming !== null || wait.ended) return;
      this.#forgetTicket();
      this.#journey.connecting('exchanging');
      const draft = newDraft(this.#journey, 'callee', this.#signer, this.scope);
      // What goes wrong here counts when the offer is there.
      draft.catch(() => undefined);
      coming = { draft, leave: wait.defer(() => store.closeLink(ref, 'left')) };
      wait.after(ghostMs, () => finish(() => offer.reject(new NobodyThere())));
    };
    /** `settled` first: only one that comes of the wait's own end leaves the link closed behind it. */
    const finish = (settled: () => void, closes = true) => {
      if (!closes) coming?.leave();
      settled();
      void wait.end();
    };
    const stop = store.watchLink(ref, {
      next: (link) => {
        if (link === null) {
          if (coming !== null) finish(() => offer.reject(new NobodyThere()), false);
        } else if (link.state === 'closed') {
          this.#forgetTicket();
          finish(() => offer.reject(new NobodyThere(link.reason)), false);
        } else if (link.calleeKey !== key) {
          // A newer request of ours, perhaps of another tab, has taken over the ticket (A5): this is its link.
          this.#forgetTicket();
          finish(() => offer.reject(new NobodyThere()), false);
        } else {
          paired();
          const { offer: payload, callerKey } = link;
          if (payload === null || coming === null) return;
          const { draft } = coming;
          finish(() => offer.resolve({ offer: payload, callerKey, draft }), false);
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

/**
 * Bringing one link about: offer and answer through the store, candidates beside them, until the channel is
 * open or the attempt has come to nothing. The same for a pair room and a link of a mesh room.
 */
import type { Role } from '../protocol/api';
import type { Bytes } from '../protocol/base64url';
import { Failure } from '../protocol/failures';
import { connectMs, followMs, ghostMs } from '../protocol/limits';
import type { Answer, Batch, Description } from '../protocol/payload';
import type { Proved } from '../peer/proving';
import type { CloseReason, Link, LinkRef } from '../signaling/documents';
import { Refused } from '../signaling/failures';
import type { Store } from '../signaling/store';
import type { Draft } from './draft';
import { Awaited, type Scope } from './scope';
import type { SealedLink } from './sealed';

/**
 * The link came to nothing before both descriptions were there: nobody answered in time, or the other side
 * ended it. `reason`: what the other side said, null if nothing.
 */
export class NobodyThere extends Error {
  override readonly name = 'NobodyThere';

  constructor(readonly reason: CloseReason | null = null) {
    super('session: nobody there');
  }
}

/** What both sides need to bring a link about. */
export type LinkPlan = {
  readonly store: Store;
  readonly ref: LinkRef;
  readonly sealed: SealedLink;
  readonly draft: Draft;
  /** Tells how far it is. `checking`: both descriptions are set. */
  readonly reached: (step: 'exchanging' | 'checking' | 'opening') => void;
};

/** What is known of a link while it is brought about. */
class Attempt {
  readonly scope: Scope;
  readonly plan: LinkPlan;
  readonly role: Role;
  /** Settles when the channel is open, with who is at the other end. */
  readonly open = new Awaited<Proved>();
  readonly known: { caller: number[]; callee: number[] } = { caller: [], callee: [] };
  /** Why the link is to be closed if the scope ends now; null: there is nothing to close. */
  closing: CloseReason | null = null;
  /** Both descriptions are set. */
  checking = false;
  /**
   * An absent link is one that is gone. Not for a pair room that was never seen: when the offer is taken before
   * the room's first state has come, Firestore's SDK knows nothing of the room but that it was changed, and tells it
   * as absent until the next state comes. Were it really gone, nobody would answer.
   */
  there: boolean;
  /** Batches are written after their description, and in order. */
  readonly #described = new Awaited<void>();
  #batches: Promise<void> = this.#described.promise;
  #answered = false;
  /** ICE has a path; it may have found it before the answer is written. */
  #opening = false;
  /** The link takes no batches any more: it was closed, or deleted by a caller who is connected. */
  #refused = false;
  #succeeded = false;
  #following = false;

  constructor(scope: Scope, plan: LinkPlan, role: Role) {
    this.scope = scope;
    this.plan = plan;
    this.role = role;
    this.there = plan.ref.linkId !== null;
    scope.defer(() => {
      plan.draft.link(null);
      if (this.#succeeded || this.closing === null) return undefined;
      return plan.store.closeLink(plan.ref, this.closing);
    });
    plan.draft.link({
      batch: (number, batch) => {
        this.#batches = this.#batches.then(() => this.#writeBatch(number, batch));
      },
      opening: () => {
        this.#opening = true;
        if (this.checking) plan.reached('opening');
      },
      open: (proved) => this.open.resolve(proved),
      failed: (failure) => this.open.reject(new Failure(failure)),
    });
  }

  /** Runs the attempt; what fails in it closes the link as `failed`, what only found nobody, as `left`. */
  async run(steps: () => Promise<Proved>): Promise<Proved> {
    try {
      const proved = await steps();
      this.#succeeded = true;
      return proved;
    } catch (error) {
      if (error instanceof Failure && this.closing !== null) this.closing = 'failed';
      throw error;
    }
  }

  /** Our description is on its way: what was found after it may follow. */
  described(): void {
    this.#described.resolve();
  }

  /** Caller: opens the answer, the first that the store shows. */
  take(payload: Uint8Array, answer: Awaited<Answer>): void {
    if (this.#answered) return;
    this.#answered = true;
    this.plan.sealed.openAnswer(payload).then(
      (opened) => answer.resolve(opened),
      (error: unknown) => answer.reject(error),
    );
  }

  /** Both descriptions are set: the time of S5 runs until the channel is open, and the link may go (D11). */
  async opened(other: Description): Promise<Proved> {
    this.checking = true;
    this.plan.reached('checking');
    if (this.#opening) this.plan.reached('opening');
    this.scope.after(connectMs, () => this.open.reject(new Failure('connection_failed')));
    if (!other.end) this.#listenForCandidates();
    return this.scope.wait(this.open.promise);
  }

  /** The rules refused us this link: it is closed, deleted or expired, and needs no closing. */
  gone(): NobodyThere {
    this.closing = null;
    return new NobodyThere();
  }

  /**
   * Callee: asks what the caller did with the link, after a while (S6), or because the rules refused the answer: then
   * the caller may have closed it; but the SDK also sends a write again whose outcome it did not hear of, and all is
   * well. A link that is absent may be one whose caller is connected already (D11).
   */
  follow(): void {
    if (this.#following) return;
    this.#following = true;
    const stop = this.plan.store.watchLink(this.plan.ref, {
      next: (link) => {
        if (link?.state === 'closed') this.open.reject(this.closedBy(link.reason));
      },
      fail: (failure) => {
        if (failure instanceof Refused) this.open.reject(this.gone());
      },
    });
    this.scope.defer(stop);
  }

  /** The other side has closed the link. @returns what that ends the attempt with. */
  closedBy(reason: CloseReason | null): Failure | NobodyThere {
    this.closing = null;
    return this.checking && reason === 'failed' ? new Failure('connection_failed') : new NobodyThere(reason);
  }

  /** A batch that is not taken is a path less; the connection goes on with what it has. */
  async #writeBatch(number: number, batch: Batch): Promise<void> {
    const { store, ref, sealed } = this.plan;
    if (this.#refused || this.scope.ended) return;
    try {
      const payload = await sealed.sealBatch(number, batch);
      this.known[this.role].push(number);
      store.writeBatch(ref, this.role, number, payload).catch((error: unknown) => {
        this.#refused ||= error instanceof Refused;
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  #listenForCandidates(): void {
    const { store, ref } = this.plan;
    const side = this.role === 'caller' ? 'callee' : 'caller';
    const stop = store.watchCandidates(ref, side, {
      next: ({ number, batch }) => {
        if (!this.known[side].includes(number)) this.known[side].push(number);
        void this.#addBatch(number, batch);
      },
      // Without further candidates the connection goes on with what it has.
      fail: () => undefined,
    });
    this.scope.defer(stop);
  }

  /** One that does not open, or is none, is left out (L5, P4). */
  async #addBatch(number: number, payload: Uint8Array): Promise<void> {
    const { sealed, draft } = this.plan;
    try {
      draft.peer.addBatch(number, (await sealed.openBatch(number, payload)).candidates);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
}

/**
 * The caller's side. Ends when the channel is open and the other has proved who they are; the link is deleted then (D11).
 * @param scope - of this attempt alone; its owner ends it afterwards. Ended early, the link is closed as `left`.
 * @param publish - writes the offer: into the pair room, or with a new link.
 * @param answered - an answer is there: false gives the attempt up.
 * @throws NobodyThere, Failure, Ended.
 */
export async function makeCall(
  scope: Scope,
  plan: LinkPlan,
  publish: (offer: Bytes) => Promise<void>,
  answered: () => boolean = () => true,
): Promise<Proved> {
  const { store, ref, sealed, draft, reached } = plan;
  const attempt = new Attempt(scope, plan, 'caller');
  return attempt.run(async () => {
    reached('exchanging');
    const offer = await scope.wait(sealed.sealOffer(await scope.wait(draft.peer.describe())));
    attempt.closing = 'left';
    const answer = new Awaited<Answer>();
    const lost = (error: unknown) => answer.reject(error instanceof Refused ? attempt.gone() : error);
    // A refusal alone says nothing: Firestore's SDK sends a write again whose outcome it did not hear of, and the
    // rules refuse the second. What the document says counts, and absent is gone.
    const published = publish(offer).catch((error: unknown) => (error instanceof Refused ? undefined : lost(error)));
    // A pair room is there already, so listening begins with the write. A link that does not exist yet would be
    // told as absent: there it begins when the write is taken.
    if (ref.linkId !== null) await scope.wait(published);
    attempt.described();
    scope.defer(store.watchLink(ref, { next: (link) => tellCaller(attempt, answer, link), fail: lost }));
    const cancelGhost = scope.after(ghostMs, () => answer.reject(new NobodyThere()));
    const description = await scope.wait(answer.promise);
    cancelGhost();
    if (!answered()) throw new NobodyThere();
    await scope.wait(draft.peer.accept(sealed.place, description));
    const proved = await attempt.opened(description);
    scope.defer(() => store.deleteLink(ref, attempt.known));
    return proved;
  });
}

/** What the link's document says to the caller. */
function tellCaller(attempt: Attempt, answer: Awaited<Answer>, link: Link | null): void {
  if (link === null) {
    // Before both descriptions are set that is the end; afterwards it is no error (D11).
    if (!attempt.checking && attempt.there) answer.reject(attempt.gone());
    return;
  }
  attempt.there = true;
  if (link.state === 'closed') {
    const ending = attempt.closedBy(link.reason);
    answer.reject(ending);
    attempt.open.reject(ending);
  } else if (link.answer !== null) {
    attempt.take(link.answer, answer);
  }
}

/**
 * The callee's side. Ends when the channel is open and the other has proved who they are.
 * @param scope - as in {@link makeCall}.
 * @param offer - the offer as the link holds it.
 * @throws NobodyThere, Failure, Ended.
 */
export async function answerCall(scope: Scope, plan: LinkPlan, offer: Uint8Array): Promise<Proved> {
  const { store, ref, sealed, draft, reached } = plan;
  const attempt = new Attempt(scope, plan, 'callee');
  attempt.closing = 'left';
  return attempt.run(async () => {
    reached('exchanging');
    const description = await scope.wait(sealed.openOffer(offer));
    const answer = await scope.wait(draft.peer.answer(sealed.place, description));
    const payload = await scope.wait(sealed.sealAnswer(answer));
    store.writeAnswer(ref, payload).catch((error: unknown) => {
      if (error instanceof Refused) attempt.follow();
      else attempt.open.reject(error);
    });
    attempt.described();
    scope.after(followMs, () => attempt.follow());
    return attempt.opened(description);
  });
}

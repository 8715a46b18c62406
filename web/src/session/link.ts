/**
 * Bringing one link about: offer and answer through the store, candidates beside them, until the channel is
 * open or the attempt has come to nothing. The same for a pair room and a link of a mesh room.
 */
import type { Role } from '../protocol/api';
import type { Bytes } from '../protocol/base64url';
import { Failure } from '../protocol/failures';
import { connectMs, followMs, ghostMs } from '../protocol/limits';
import { ParseError, UnsupportedVersion } from '../protocol/parse-error';
import { encodeBatch, encodeDescription, parseBatch, parseDescription, type Description } from '../protocol/payload';
import type { CloseReason, Link, LinkRef } from '../signaling/documents';
import { Refused } from '../signaling/failures';
import type { Store } from '../signaling/store';
import type { Draft } from './draft';
import { Awaited, type Scope } from './scope';

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
  readonly draft: Draft;
  /** Tells how far it is. `checking`: both descriptions are set. */
  readonly reached: (step: 'exchanging' | 'checking' | 'opening') => void;
};

/** What is known of a link while it is brought about. */
class Attempt {
  readonly scope: Scope;
  readonly plan: LinkPlan;
  readonly role: Role;
  /** Settles when the channel is open. */
  readonly open = new Awaited<void>();
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
        if (this.#refused) return;
        this.known[role].push(number);
        // A batch that is not taken is a path less; the connection goes on with what it has.
        plan.store.writeBatch(plan.ref, role, number, encodeBatch(batch)).catch((error: unknown) => {
          this.#refused ||= error instanceof Refused;
        });
      },
      opening: () => {
        this.#opening = true;
        if (this.checking) plan.reached('opening');
      },
      open: () => this.open.resolve(),
      failed: () => this.open.reject(new Failure('connection_failed')),
    });
  }

  /** Runs the attempt; what fails in it closes the link as `failed`, what only found nobody, as `left`. */
  async run(steps: () => Promise<void>): Promise<void> {
    try {
      await steps();
      this.#succeeded = true;
    } catch (error) {
      if (error instanceof Failure && this.closing !== null) this.closing = 'failed';
      throw error;
    }
  }

  /** Both descriptions are set: the time of S5 runs until the channel is open, and the link may go (D11). */
  async opened(other: Description): Promise<void> {
    this.checking = true;
    this.plan.reached('checking');
    if (this.#opening) this.plan.reached('opening');
    this.scope.after(connectMs, () => this.open.reject(new Failure('connection_failed')));
    if (!other.end) this.#listenForCandidates();
    await this.scope.wait(this.open.promise);
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

  #listenForCandidates(): void {
    const { store, ref, draft } = this.plan;
    const side = this.role === 'caller' ? 'callee' : 'caller';
    const stop = store.watchCandidates(ref, side, {
      next: ({ number, batch }) => {
        if (!this.known[side].includes(number)) this.known[side].push(number);
        const parsed = payloadOrNull(() => parseBatch(batch));
        if (parsed !== null) draft.peer.addBatch(number, parsed.candidates);
      },
      // Without further candidates the connection goes on with what it has.
      fail: () => undefined,
    });
    this.scope.defer(stop);
  }
}

/**
 * The caller's side. Ends when the channel is open; the link is deleted then (D11).
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
): Promise<void> {
  const { store, ref, draft, reached } = plan;
  const attempt = new Attempt(scope, plan, 'caller');
  await attempt.run(async () => {
    reached('exchanging');
    const offer = encodeDescription(await scope.wait(draft.peer.describe()));
    attempt.closing = 'left';
    const answer = new Awaited<Description>();
    const lost = (error: unknown) => answer.reject(error instanceof Refused ? attempt.gone() : error);
    // A refusal alone says nothing: Firestore's SDK sends a write again whose outcome it did not hear of, and the
    // rules refuse the second. What the document says counts, and absent is gone.
    const published = publish(offer).catch((error: unknown) => (error instanceof Refused ? undefined : lost(error)));
    // A pair room is there already, so listening begins with the write. A link that does not exist yet would be
    // told as absent: there it begins when the write is taken.
    if (ref.linkId !== null) await scope.wait(published);
    scope.defer(store.watchLink(ref, { next: (link) => tellCaller(attempt, answer, link), fail: lost }));
    const cancelGhost = scope.after(ghostMs, () => answer.reject(new NobodyThere()));
    const description = await scope.wait(answer.promise);
    cancelGhost();
    if (!answered()) throw new NobodyThere();
    await scope.wait(draft.peer.accept(description));
    await attempt.opened(description);
    scope.defer(() => store.deleteLink(ref, attempt.known));
  });
}

/** What the link's document says to the caller. */
function tellCaller(attempt: Attempt, answer: Awaited<Description>, link: Link | null): void {
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
    settle(answer, link.answer);
  }
}

/**
 * The callee's side. Ends when the channel is open.
 * @param scope - as in {@link makeCall}.
 * @param offer - the offer as the link holds it.
 * @throws NobodyThere, Failure, Ended.
 */
export async function answerCall(scope: Scope, plan: LinkPlan, offer: Uint8Array): Promise<void> {
  const { store, ref, draft, reached } = plan;
  const attempt = new Attempt(scope, plan, 'callee');
  attempt.closing = 'left';
  await attempt.run(async () => {
    reached('exchanging');
    const parsed = new Awaited<Description>();
    settle(parsed, offer);
    const description = await scope.wait(parsed.promise);
    const answer = encodeDescription(await scope.wait(draft.peer.answer(description)));
    store.writeAnswer(ref, answer).catch((error: unknown) => {
      if (error instanceof Refused) attempt.follow();
      else attempt.open.reject(error);
    });
    scope.after(followMs, () => attempt.follow());
    await attempt.opened(description);
  });
}

function settle(awaited: Awaited<Description>, payload: Uint8Array): void {
  try {
    awaited.resolve(parseDescription(payload));
  } catch (error) {
    awaited.reject(isPayloadFault(error) ? new Failure('protocol_error', { cause: error }) : error);
  }
}

function payloadOrNull<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (isPayloadFault(error)) return null;
    throw error;
  }
}

function isPayloadFault(error: unknown): boolean {
  return error instanceof ParseError || error instanceof UnsupportedVersion;
}

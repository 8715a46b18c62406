/**
 * Bringing a link about by an introduction (SPEC O8): offer and answer travel over the links that there are, sealed for
 * the member that they are for, each with all of its candidates.
 */
import type { Bytes } from '../../protocol/base64url';
import { Failure } from '../../protocol/failures';
import { connectMs } from '../../protocol/limits';
import type { Proved } from '../../peer/proving';
import type { Draft } from '../draft';
import { NobodyThere } from '../link';
import { Awaited, type Scope } from '../scope';
import type { SealedLink } from '../sealed';

/** What both sides need. */
export type IntroductionPlan = {
  /** Of suite 2. */
  readonly sealed: SealedLink;
  /** Made with `whole`. */
  readonly draft: Draft;
  /** Gives what is sealed to who is between. */
  readonly send: (sealed: Bytes) => void;
};

/** An offer without an answer for so long is over. */
const answerMs = 6000;

/**
 * The caller's side. Ends when the channel is open and the other has proved who they are.
 * @param scope - of this attempt alone; its owner ends it afterwards.
 * @param answer - what comes back; rejects if that is a refusal.
 * @throws NobodyThere, Failure, Ended.
 */
export async function introduce(scope: Scope, plan: IntroductionPlan, answer: Promise<Uint8Array>): Promise<Proved> {
  const { draft, sealed, send } = plan;
  const open = opening(scope, draft);
  await scope.wait(draft.peer.prepare());
  send(await scope.wait(sealed.sealOffer(await scope.wait(draft.peer.describe()))));
  const late = new Awaited<never>();
  const inTime = scope.after(answerMs, () => late.reject(new NobodyThere()));
  const opened = await scope.wait(sealed.openAnswer(await scope.wait(Promise.race([answer, late.promise]))));
  inTime();
  await scope.wait(draft.peer.accept(sealed.place, opened));
  return scope.wait(open());
}

/**
 * The callee's side.
 * @param offer - as it came.
 * @throws Failure, Ended.
 */
export async function answerIntroduction(scope: Scope, plan: IntroductionPlan, offer: Uint8Array): Promise<Proved> {
  const { draft, sealed, send } = plan;
  const open = opening(scope, draft);
  const description = await scope.wait(sealed.openOffer(offer));
  const answer = await scope.wait(draft.peer.answer(sealed.place, description));
  send(await scope.wait(sealed.sealAnswer(answer)));
  return scope.wait(open());
}

/** What the connection tells of itself until it is open. @returns what waits for that, from now on for so long (S5). */
function opening(scope: Scope, draft: Draft): () => Promise<Proved> {
  const open = new Awaited<Proved>();
  draft.link({
    batch: () => undefined,
    opening: () => undefined,
    open: (proved) => open.resolve(proved),
    failed: (failure) => open.reject(new Failure(failure)),
  });
  scope.defer(() => draft.link(null));
  return () => {
    scope.after(connectMs, () => open.reject(new Failure('connection_failed')));
    return open.promise;
  };
}

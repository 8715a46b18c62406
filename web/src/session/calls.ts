/**
 * Who calls whom in the room of a reunion, until a connection is open (SPEC K4, K5, L6, M8 to M10). What it means that
 * somebody is there is for who owns it to say.
 */
import type { Role } from '../protocol/api';
import type { Bytes } from '../protocol/base64url';
import { newLinkId, type Key, type LinkId, type Uid } from '../protocol/ids';
import type { LinkPlace } from '../protocol/place';
import type { Sealer } from '../protocol/seal';
import type { Signer } from '../protocol/signing';
import type { Proved } from '../peer/proving';
import type { LinkRef, Member } from '../signaling/documents';
import type { Call } from '../signaling/room-store';
import type { Store } from '../signaling/store';
import { newDraft, type Draft } from './draft';
import type { Journey } from './journey';
import { answerCall, makeCall, type LinkPlan } from './link';
import type { Membership } from './membership';
import { isGreater } from './precedence';
import type { Scope } from './scope';
import { SealedLink } from './sealed';

/** Who we are in the room for this stay: the keys go with it. */
export type Self = Membership & { readonly sealer: Sealer; readonly signer: Promise<Signer> };

/** Whom a connection is with, and which end of its link we are. */
export type Other = { readonly uid: Uid; readonly key: Key; readonly role: Role; readonly proved: Proved };

type Callee = Pick<Member, 'uid' | 'key'>;

/** What calls need of who owns them. */
export type CallsPlan = {
  readonly self: Self;
  /** Ends all that is under way with it. */
  readonly scope: Scope;
  /** Somebody has proved who they are: may they be here? @returns what is to be done with the connection. */
  readonly admit: (other: Other) => Promise<(draft: Draft) => void>;
};

/** More calls than these, in one stay, no person makes. */
const maxHandled = 1000;
/** So long those who call us wait for the answers to our own calls: whoever was here first comes first. */
const patienceMs = 3000;

/** One attempt to connect with one person. `key`: theirs. */
type Attempt = {
  readonly uid: Uid;
  readonly key: Key;
  readonly linkId: LinkId;
  readonly scope: Scope;
};

/** The calls of one stay. */
export class Calls {
  readonly #journey: Journey;
  readonly #store: Store;
  readonly #plan: CallsPlan;
  readonly #self: Self;
  /** Calls of ours that nobody has answered. */
  readonly #outgoing = new Map<Uid, Attempt>();
  /** Calls to us that wait until the present attempt has come to something. */
  readonly #held = new Map<LinkId, Call>();
  readonly #handled = new Set<LinkId>();
  /** The connection that is open. */
  #open: Attempt | null = null;
  /** It, or the attempt with both descriptions that may replace it; null: free. */
  #active: Attempt | null = null;
  /** Until then calls to us wait for the answers to ours. */
  #patientUntil = 0;

  constructor(journey: Journey, plan: CallsPlan) {
    this.#journey = journey;
    this.#store = journey.deps.store;
    this.#plan = plan;
    this.#self = plan.self;
  }

  /** What the store shows of calls to us. */
  heard(calls: readonly Call[]): void {
    const present = new Set(calls.map((one) => one.linkId));
    for (const linkId of this.#held.keys()) if (!present.has(linkId)) this.#held.delete(linkId);
    for (const one of calls) {
      if (one.link.state === 'closed') this.#closed(one);
      else if (one.link.offer !== null && one.link.answer === null && this.#isNew(one)) {
        this.#handled.add(one.linkId);
        this.#consider(one);
      }
    }
  }

  /** Calls each, and again whoever does not answer, until the pauses or the scope come to their end, or somebody is here. */
  call(scope: Scope, others: readonly Callee[], pauses: () => Iterator<number>): void {
    this.#patientUntil = this.#journey.deps.timers.now() + patienceMs;
    scope.after(patienceMs, () => this.#nextHeld());
    for (const other of others) void this.#call(scope, other, pauses());
  }

  /** L6: each link is taken once. One for another key is for an earlier stay of ours, or for another tab. */
  #isNew({ linkId, link }: Call): boolean {
    return !this.#handled.has(linkId) && this.#handled.size < maxHandled && link.calleeKey === this.#self.key;
  }

  /** The caller gave it up: so do we, unless it is open already. */
  #closed({ linkId }: Call): void {
    this.#held.delete(linkId);
    const active = this.#active;
    if (active === null || active.linkId !== linkId || active === this.#open) return;
    this.#ended(active);
  }

  #consider(one: Call): void {
    const { caller, callerKey } = one.link;
    const ours = this.#outgoing.get(caller);
    const active = this.#active;
    const patient = this.#outgoing.size > 0 && this.#journey.deps.timers.now() < this.#patientUntil;
    if (ours?.key === callerKey && isGreater(this.#self.uid, caller)) {
      // Both called each other, as two that came back at once do (M10).
      this.#refuse(one, 'left');
    } else if (active === null && ours === undefined && patient) {
      this.#held.set(one.linkId, one);
    } else if (active === null || active.uid === caller) {
      // K5: the same person again has reloaded, and replaces what was.
      if (ours !== undefined) this.#end(ours);
      if (active !== null) this.#end(active);
      void this.#answer(one);
    } else if (active === this.#open) {
      this.#refuse(one, 'full');
    } else {
      this.#held.set(one.linkId, one);
    }
  }

  #refuse({ linkId }: Call, reason: 'full' | 'left'): void {
    this.#store.closeLink(this.#ref(linkId), reason).catch(() => undefined);
  }

  async #call(calling: Scope, other: Callee, pauses: Iterator<number>): Promise<void> {
    const { roomId, uid, key } = this.#self;
    const attempt = this.#attempt(calling, other, newLinkId(this.#journey.deps.random));
    this.#outgoing.set(other.uid, attempt);
    await this.#run(attempt, 'caller', async () => {
      const draft = await newDraft(this.#journey, 'caller', this.#self.signer, attempt.scope);
      await attempt.scope.wait(draft.peer.prepare());
      const ref = { roomId, linkId: attempt.linkId };
      const ends = { caller: uid, callee: other.uid, callerKey: key, calleeKey: other.key };
      const plan = this.#link(attempt, draft, 'caller', ends);
      const answered = () => this.#answered(attempt);
      const publish = (offer: Bytes) => this.#store.createLink(ref, ends, offer);
      return { draft, proved: await makeCall(attempt.scope, plan, publish, answered) };
    });
    if (attempt !== this.#open) this.#callLater(calling, other, pauses);
  }

  /** Whoever did not answer may be asleep, or gone. */
  #callLater(calling: Scope, other: Callee, pauses: Iterator<number>): void {
    const pause = pauses.next();
    if (pause.done === true) return;
    this.#journey.again(calling, pause.value, () => {
      const free = this.#active === null || this.#active === this.#open;
      if (free && !this.#outgoing.has(other.uid)) void this.#call(calling, other, pauses);
      else this.#callLater(calling, other, pauses);
    });
  }

  /** One of those we called is there. @returns false: too late, somebody else is. */
  #answered(attempt: Attempt): boolean {
    const replaces = this.#active !== null && this.#active === this.#open && this.#active.uid === attempt.uid;
    if (this.#active !== null && !replaces) return false;
    this.#outgoing.delete(attempt.uid);
    this.#active = attempt;
    return true;
  }

  async #answer({ linkId, link }: Call): Promise<void> {
    const { caller: uid, callerKey } = link;
    const attempt = this.#attempt(this.#plan.scope, { uid, key: callerKey }, linkId);
    this.#active = attempt;
    await this.#run(attempt, 'callee', async () => {
      const draft = await newDraft(this.#journey, 'callee', this.#self.signer, attempt.scope);
      const plan = this.#link(attempt, draft, 'callee', { callerKey, calleeKey: this.#self.key });
      return { draft, proved: await answerCall(attempt.scope, plan, link.offer ?? new Uint8Array()) };
    });
  }

  #attempt(around: Scope, { uid, key }: Callee, linkId: LinkId): Attempt {
    const scope = around.child();
    const attempt = { uid, key, linkId, scope };
    // Also when what is around it ends, it is not under way any more.
    scope.defer(() => this.#forget(attempt));
    return attempt;
  }

  /** Runs an attempt to its end, whatever that is. */
  async #run(attempt: Attempt, role: Role, bring: () => Promise<{ draft: Draft; proved: Proved }>): Promise<void> {
    const { uid, key, scope } = attempt;
    try {
      const { draft, proved } = await bring();
      const use = await scope.wait(this.#plan.admit({ uid, key, role, proved }));
      this.#opened(attempt, () => use(draft));
    } catch {
      // Whatever it was: it may go right the next time.
      if (!scope.ended) this.#ended(attempt);
    } finally {
      void scope.end();
    }
  }

  #opened(attempt: Attempt, use: () => void): void {
    this.#open = this.#active = attempt;
    for (const other of this.#outgoing.values()) this.#end(other);
    use();
    for (const call of this.#held.values()) this.#next(call);
  }

  /** An attempt came to nothing. */
  #ended(attempt: Attempt): void {
    this.#end(attempt);
    this.#nextHeld();
  }

  /** Takes up a call that has waited, if we are free. */
  #nextHeld(): void {
    const [held] = this.#held.values();
    if (held !== undefined && this.#active === null) this.#next(held);
  }

  #next(call: Call): void {
    this.#held.delete(call.linkId);
    this.#consider(call);
  }

  #end(attempt: Attempt): void {
    this.#forget(attempt);
    void attempt.scope.end();
  }

  /** A connection that it was to replace, and that lives, counts again. */
  #forget(attempt: Attempt): void {
    if (this.#outgoing.get(attempt.uid) === attempt) this.#outgoing.delete(attempt.uid);
    if (this.#active === attempt && this.#open !== attempt) this.#active = this.#open;
  }

  #link(attempt: Attempt, draft: Draft, role: Role, keys: Pick<LinkPlace, 'callerKey' | 'calleeKey'>): LinkPlan {
    const { roomId, sealer } = this.#self;
    const { callerKey, calleeKey } = keys;
    const sealed = new SealedLink(sealer, { suite: 1, room: roomId, link: attempt.linkId, callerKey, calleeKey }, role);
    // What was said is on the screen; nothing else is shown meanwhile.
    return { store: this.#store, ref: this.#ref(attempt.linkId), sealed, draft, reached: () => undefined };
  }

  #ref(linkId: LinkId): LinkRef {
    return { roomId: this.#self.roomId, linkId };
  }
}

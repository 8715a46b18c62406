/**
 * A stay in a link room (SPEC K3–K6): who enters later calls who is there; who is there answers. Both sides run
 * the same code, and go on waiting in the room when the other leaves.
 */
import type { Role } from '../protocol/api';
import type { Bytes } from '../protocol/base64url';
import { Failure } from '../protocol/failures';
import { callAgainMs } from '../protocol/limits';
import { newLinkId, type IdentityKey, type LinkId, type Uid } from '../protocol/ids';
import type { LinkPlace } from '../protocol/place';
import { roomIdOf, roomLink, type RoomCode } from '../protocol/room-code';
import type { Sealer } from '../protocol/seal';
import type { Signer } from '../protocol/signing';
import type { Proved } from '../peer/proving';
import type { LinkRef, Member } from '../signaling/documents';
import type { Call } from '../signaling/room-store';
import type { Store } from '../signaling/store';
import type { Introduction } from './conversation';
import type { Draft } from './draft';
import type { Journey } from './journey';
import { answerCall, makeCall, NobodyThere, type LinkPlan } from './link';
import { checkRoom, earlierMembers, writeMember, type Membership } from './membership';
import type { ConnectStep, Invitation, ShortCode } from './model';
import type { Acquaintance, People } from './people';
import { isGreater } from './precedence';
import { safetyInRoom } from './safety';
import { Awaited, type Scope } from './scope';
import { SealedLink } from './sealed';

/** What a stay begins with. */
export type StayPlan = {
  readonly code: RoomCode;
  /** True: the room is to be created. */
  readonly create: boolean;
  /** True if somebody was here before. */
  readonly again: boolean;
  /** The room exists now: from here on trying again means entering. */
  readonly created: () => void;
};

/** More members than that are not called: a room holds two (K5), the others are people who crashed. */
const maxCalls = 8;
/** More calls than these, in one stay, no person makes. */
const maxHandled = 1000;
/** So long those who call us wait for the answers to our own calls: whoever was here first comes first. */
const patienceMs = 3000;
/** When listening fails during or after a conversation, it is taken up again after so long. */
const listenAgainMs = 15_000;

/** One attempt to connect with one person. `quiet`: not shown until they have answered. */
type Attempt = {
  readonly uid: Uid;
  readonly linkId: LinkId;
  readonly scope: Scope;
  readonly quiet: boolean;
  open: boolean;
};

/** Enters a room and stays until the journey ends. @throws Failure; Ended. */
export async function stayInRoom(journey: Journey, plan: StayPlan): Promise<never> {
  const uid = await journey.signIn();
  const roomId = await journey.scope.wait(roomIdOf(plan.code, journey.subtle()));
  const meeting = await journey.scope.wait(journey.meeting);
  const signer = meeting.deviceSigner();
  // What goes wrong here counts when somebody is to be met.
  signer.catch(() => undefined);
  const keys = Promise.all([meeting.newKey(), meeting.roomSealer(plan.code)]);
  const [{ key }, sealer] = await journey.scope.wait(keys);
  const stay = new Stay(journey, plan, { roomId, uid, key, sealer, signer, people: meeting.people });
  journey.connecting('asking');
  await stay.enter();
  return journey.scope.wait(stay.over.promise);
}

/** Who we are in the room for this stay: the keys go with it. */
type Self = Membership & {
  readonly sealer: Sealer;
  readonly signer: Promise<Signer>;
  readonly people: People;
};

/** Somebody at the other end, and what is known of them. */
type Met = { readonly draft: Draft; readonly proved: Proved; readonly known: Acquaintance };

class Stay {
  /** Rejects with what ends the stay from outside. */
  readonly over = new Awaited<never>();
  readonly #journey: Journey;
  readonly #store: Store;
  readonly #plan: StayPlan;
  readonly #self: Self;
  readonly #invitation: Invitation;
  /** Calls of ours that nobody has answered. */
  readonly #outgoing = new Map<Uid, Attempt>();
  /** Calls to us that wait until the present attempt has come to something. */
  readonly #held = new Map<LinkId, Call>();
  readonly #handled = new Set<LinkId>();
  /** The attempt with both descriptions, or the connection that is open; null: free. */
  #active: Attempt | null = null;
  /** Whom the journey's conversation is with. */
  #with: { readonly uid: Uid; readonly identity: IdentityKey } | null = null;
  /** Until then calls to us wait for the answers to ours. */
  #patientUntil = 0;
  #again: boolean;
  #since: number | null = null;
  #code: ShortCode = { is: 'none' };
  /** Of the short code that is there, or was. */
  #codeScope: Scope | null = null;

  constructor(journey: Journey, plan: StayPlan, self: Self) {
    this.#journey = journey;
    this.#store = journey.deps.store;
    this.#plan = plan;
    this.#self = self;
    this.#again = plan.again;
    this.#invitation = { code: plan.code, url: roomLink(journey.deps.baseUrl, plan.code) };
  }

  /** @throws Failure `room_not_found`, `room_over`, …; Ended. */
  async enter(): Promise<void> {
    const { scope, shared, settings } = this.#journey;
    const { roomId, uid } = this.#self;
    // Asked for now, needed when somebody is there.
    shared.ice.get(settings.relayOnly, scope.signal).catch(() => undefined);
    if (!this.#plan.create) await checkRoom(this.#store, scope, roomId, (failure) => this.#fail(failure));
    scope.defer(() => this.#store.leaveRoom(roomId, uid));
    const done = scope.wait(writeMember(this.#store, this.#self, this.#plan.create));
    this.#listenForCalls();
    this.#journey.waitAgain = () => this.#waitAgain();
    this.#journey.makeCode = () => this.#makeCode();
    if (this.#plan.create) {
      await done;
      this.#plan.created();
    } else {
      const [earlier] = await Promise.all([earlierMembers(this.#store, scope, this.#self), done]);
      this.#callAll(earlier.slice(0, maxCalls));
    }
    this.#waitIfAlone();
  }

  #listenForCalls(): void {
    const { scope } = this.#journey;
    const stop = this.#store.watchCalls(this.#self.roomId, this.#self.uid, {
      next: (calls) => this.#heard(calls),
      fail: (failure) => {
        this.#fail(failure);
        if (this.#journey.conversation !== null) scope.after(listenAgainMs, () => this.#listenForCalls());
      },
    });
    scope.defer(stop);
  }

  #heard(calls: readonly Call[]): void {
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

  /** L6: each link is taken once. One for another key is for an earlier stay of ours, or for another tab. */
  #isNew({ linkId, link }: Call): boolean {
    return !this.#handled.has(linkId) && this.#handled.size < maxHandled && link.calleeKey === this.#self.key;
  }

  /** The caller gave it up: so do we, unless it is open already. */
  #closed({ linkId, link }: Call): void {
    this.#held.delete(linkId);
    const active = this.#active;
    if (active === null || active.linkId !== linkId || active.open) return;
    const failed = link.reason === 'failed';
    this.#ended(active, failed ? new Failure('connection_failed') : new NobodyThere(link.reason));
  }

  #consider(one: Call): void {
    const { caller } = one.link;
    const ours = this.#outgoing.get(caller);
    const active = this.#active;
    if (ours !== undefined && isGreater(this.#self.uid, caller)) {
      // Both called each other, as two that came back at once do. Both keep the call of the greater uid.
      this.#refuse(one, 'left');
    } else if (active === null && this.#outgoing.size > 0 && this.#journey.deps.timers.now() < this.#patientUntil) {
      this.#held.set(one.linkId, one);
    } else if (active === null || active.uid === caller) {
      // K5: the same person again has reloaded, and replaces what was.
      if (ours !== undefined) this.#end(ours);
      if (active !== null) this.#end(active);
      void this.#answer(one);
    } else if (active.open) {
      this.#refuse(one, 'full');
    } else {
      this.#held.set(one.linkId, one);
    }
  }

  #refuse({ linkId }: Call, reason: 'full' | 'left'): void {
    this.#store.closeLink(this.#ref(linkId), reason).catch(() => undefined);
  }

  #callAll(members: readonly Member[]): void {
    this.#patientUntil = this.#journey.deps.timers.now() + patienceMs;
    this.#journey.scope.after(patienceMs, () => this.#nextHeld());
    for (const member of members) void this.#call(member);
  }

  /** @param missed - how often this member has been called in vain. */
  async #call(member: Member, missed = 0): Promise<void> {
    const { roomId, uid, key } = this.#self;
    const linkId = newLinkId(this.#journey.deps.random);
    const scope = this.#journey.scope.child();
    const attempt: Attempt = { uid: member.uid, linkId, scope, quiet: missed > 0, open: false };
    this.#outgoing.set(member.uid, attempt);
    await this.#attempt(attempt, async () => {
      const draft = await this.#journey.draft('caller', this.#self.signer, attempt.scope);
      await attempt.scope.wait(draft.peer.prepare());
      const ref = { roomId, linkId };
      const ends = { caller: uid, callee: member.uid, callerKey: key, calleeKey: member.key };
      const plan = this.#link(attempt, draft, 'caller', ends);
      const answered = () => {
        if (this.#active !== null) return false;
        this.#outgoing.delete(member.uid);
        this.#active = attempt;
        return true;
      };
      const publish = (offer: Bytes) => this.#store.createLink(ref, ends, offer);
      return { draft, proved: await makeCall(attempt.scope, plan, publish, answered) };
    });
    if (!attempt.open) this.#callAgain(member, missed);
  }

  /** Whoever did not answer may have been asleep: they are called again, more and more seldom (K4). */
  #callAgain(member: Member, missed: number): void {
    const pauseMs = callAgainMs[missed];
    if (pauseMs === undefined) return;
    this.#journey.scope.after(pauseMs, () => {
      const free = this.#active === null && this.#with === null;
      if (free && !this.#outgoing.has(member.uid)) void this.#call(member, missed + 1);
    });
  }

  async #answer({ linkId, link }: Call): Promise<void> {
    const scope = this.#journey.scope.child();
    const attempt: Attempt = { uid: link.caller, linkId, scope, quiet: false, open: false };
    this.#active = attempt;
    await this.#attempt(attempt, async () => {
      const draft = await this.#journey.draft('callee', this.#self.signer, attempt.scope);
      const { callerKey } = link;
      const plan = this.#link(attempt, draft, 'callee', { callerKey, calleeKey: this.#self.key });
      return { draft, proved: await answerCall(attempt.scope, plan, link.offer ?? new Uint8Array()) };
    });
  }

  /** Runs an attempt to its end, whatever that is. */
  async #attempt(attempt: Attempt, run: () => Promise<Omit<Met, 'known'>>): Promise<void> {
    const { roomId, people } = this.#self;
    try {
      const { draft, proved } = await run();
      const known = await attempt.scope.wait(people.meet(roomId, proved.identity));
      this.#opened(attempt, { draft, proved, known });
    } catch (error) {
      if (!attempt.scope.ended) this.#ended(attempt, error);
    } finally {
      void attempt.scope.end();
    }
  }

  #opened(attempt: Attempt, met: Met): void {
    attempt.open = true;
    // Somebody is here, and a room holds two.
    void this.#codeScope?.end();
    this.#code = { is: 'none' };
    this.#active = attempt;
    for (const other of this.#outgoing.values()) this.#end(other);
    const { conversation } = this.#journey;
    const { identity } = met.proved;
    const introduction = this.#introduce(met);
    // It is who they prove to be that counts: what the store says of people is only what it says.
    if (conversation !== null && !conversation.unseen && this.#with?.identity === identity) {
      conversation.connect(met.draft, introduction);
    } else {
      void conversation?.bye();
      this.#journey.converse(met.draft, introduction, this.#invitation, () => this.#left());
    }
    this.#with = { uid: attempt.uid, identity };
    this.#again = true;
    for (const call of this.#held.values()) this.#next(call);
  }

  #introduce({ proved, known }: Met): Introduction {
    const { roomId, people } = this.#self;
    const { identity } = proved;
    return {
      safety: safetyInRoom(proved, known),
      changedFrom: known.changedFrom,
      accepted: () => void people.accept(roomId, identity),
      verified: (same) => void people.verify(roomId, identity, same),
    };
  }

  /** The other is gone; the words stay readable, and we are free for the next call (K6). */
  #left(): void {
    this.#active = null;
    this.#since = null;
    if (this.#journey.conversation?.unseen === true) this.#waitAgain();
  }

  /** The person has read what was said. Somebody may be on the way already. */
  #waitAgain(): void {
    this.#journey.conversation = null;
    this.#with = null;
    if (this.#active !== null) this.#journey.connecting('exchanging');
    this.#waitIfAlone();
  }

  /** An attempt came to nothing. */
  #ended(attempt: Attempt, error: unknown): void {
    this.#end(attempt);
    const full = error instanceof NobodyThere && error.reason === 'full';
    // One refusal is enough: who else was called may have crashed long ago and never answers.
    if (full && this.#active === null) return this.#fail(new Failure('room_full'));
    this.#nextHeld();
    const busy = this.#active !== null || this.#outgoing.size > 0;
    if (busy || this.#journey.conversation !== null) return undefined;
    return error instanceof NobodyThere ? this.#waitIfAlone() : this.#fail(error);
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

  /** Ends an attempt and forgets it. A connection that it replaced, and that lives, counts again. */
  #end(attempt: Attempt): void {
    this.#outgoing.delete(attempt.uid);
    if (this.#active === attempt) {
      const connected = this.#journey.conversation?.connected === true && !attempt.open;
      this.#active = connected && this.#with !== null ? { ...attempt, uid: this.#with.uid, open: true } : null;
    }
    void attempt.scope.end();
  }

  #link(attempt: Attempt, draft: Draft, role: Role, keys: Pick<LinkPlace, 'callerKey' | 'calleeKey'>): LinkPlan {
    const reached = (step: ConnectStep) => {
      // Whoever reads what was said keeps reading it until the next person is there.
      const shown = !attempt.quiet || step !== 'exchanging';
      if (shown && this.#journey.conversation === null) this.#journey.connecting(step);
    };
    const { roomId, sealer } = this.#self;
    const { callerKey, calleeKey } = keys;
    const sealed = new SealedLink(sealer, { suite: 1, room: roomId, link: attempt.linkId, callerKey, calleeKey }, role);
    return { store: this.#store, ref: this.#ref(attempt.linkId), sealed, draft, reached };
  }

  #ref(linkId: LinkId): LinkRef {
    return { roomId: this.#self.roomId, linkId };
  }

  /** Makes a short code; does nothing while there is one. */
  #makeCode(): void {
    if (this.#codeScope?.ended === false) return;
    const { scope, deps } = this.#journey;
    const own = scope.child();
    const show = (code: ShortCode) => {
      this.#code = code;
      this.#waitIfAlone();
    };
    this.#codeScope = own;
    show({ is: 'making' });
    own.wait(deps.codes()).then(
      (codes) => codes.offer(own, { room: this.#plan.code, uid: this.#self.uid, show }),
      () => {
        if (!own.ended) void own.end().then(() => show({ is: 'failed' }));
      },
    );
  }

  #waitIfAlone(): void {
    if (this.#active !== null || this.#outgoing.size > 0 || this.#journey.conversation !== null) return;
    this.#since ??= this.#journey.deps.timers.now();
    const [since, invitation, again, code] = [this.#since, this.#invitation, this.#again, this.#code];
    this.#journey.show({ at: 'waiting', for: 'room', since, invitation, again, code });
  }

  /** Ends the stay, unless there are words to be read: they are kept nowhere else. */
  #fail(error: unknown): void {
    if (this.#journey.conversation === null) this.over.reject(error);
  }
}

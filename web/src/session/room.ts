/**
 * A stay in a link room (SPEC K3–K6): who enters later calls who is there; who is there answers. Both sides run
 * the same code, and go on waiting in the room when the other leaves.
 */
import { Failure } from '../protocol/failures';
import { callAgainMs } from '../protocol/limits';
import { newLinkId, type Key, type LinkId, type RoomId, type Uid } from '../protocol/ids';
import { roomIdOf, roomLink, type RoomCode } from '../protocol/room-code';
import { encodeUtf8 } from '../protocol/utf8';
import type { LinkRef, Member } from '../signaling/documents';
import { Refused } from '../signaling/failures';
import type { Call } from '../signaling/room-store';
import type { Store } from '../signaling/store';
import type { Draft } from './draft';
import type { Journey } from './journey';
import { answerCall, makeCall, NobodyThere, type LinkPlan } from './link';
import type { ConnectStep, Invitation } from './model';
import { Awaited, type Scope } from './scope';

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
  journey.connecting('signing-in');
  const uid = await journey.signIn();
  const roomId = await journey.scope.wait(roomIdOf(plan.code, journey.subtle()));
  const stay = new Stay(journey, plan, { roomId, uid, key: journey.newKey() });
  journey.connecting('asking');
  await stay.enter();
  return journey.scope.wait(stay.over.promise);
}

class Stay {
  /** Rejects with what ends the stay from outside. */
  readonly over = new Awaited<never>();
  readonly #journey: Journey;
  readonly #store: Store;
  readonly #plan: StayPlan;
  readonly #self: { readonly roomId: RoomId; readonly uid: Uid; readonly key: Key };
  readonly #invitation: Invitation;
  /** Calls of ours that nobody has answered. */
  readonly #outgoing = new Map<Uid, Attempt>();
  /** Calls to us that wait until the present attempt has come to something. */
  readonly #held = new Map<LinkId, Call>();
  readonly #handled = new Set<LinkId>();
  /** The attempt with both descriptions, or the connection that is open; null: free. */
  #active: Attempt | null = null;
  /** Whom the journey's conversation is with. */
  #with: Uid | null = null;
  /** Until then calls to us wait for the answers to ours. */
  #patientUntil = 0;
  #again: boolean;
  #since: number | null = null;

  constructor(journey: Journey, plan: StayPlan, self: { roomId: RoomId; uid: Uid; key: Key }) {
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
    if (!this.#plan.create) await this.#checkRoom();
    scope.defer(() => this.#store.leaveRoom(roomId, uid));
    const done = scope.wait(this.#writeMember());
    this.#listenForCalls();
    this.#journey.waitAgain = () => this.#waitAgain();
    if (this.#plan.create) {
      await done;
      this.#plan.created();
    } else {
      const [earlier] = await Promise.all([this.#earlierMembers(), done]);
      this.#callAll(earlier);
    }
    this.#waitIfAlone();
  }

  /** Creates the room or not, and is a member then. @throws Failure. */
  async #writeMember(): Promise<void> {
    const { roomId, uid, key } = this.#self;
    try {
      if (this.#plan.create) return await this.#store.createRoom(roomId, uid, key);
    } catch (error) {
      // The SDK sends a write again whose outcome it did not hear of, and a room is not created twice.
      if (!(error instanceof Refused)) throw error;
    }
    try {
      return await this.#store.enterRoom(roomId, uid, key);
    } catch (error) {
      throw error instanceof Refused ? new Failure('room_over', { cause: error }) : error;
    }
  }

  /** K3, and later that the room is closed while inside. */
  async #checkRoom(): Promise<void> {
    const there = new Awaited<void>();
    const fail = (failure: Failure) => {
      there.reject(failure);
      this.#fail(failure);
    };
    const { roomId } = this.#self;
    const stop = this.#store.watchRoom(roomId, {
      next: (room) => {
        if (room === null) fail(new Failure('room_not_found'));
        else if (room.state === 'closed') fail(new Failure('room_over'));
        else there.resolve();
      },
      fail,
    });
    this.#journey.scope.defer(stop);
    await this.#journey.scope.wait(there.promise);
  }

  /** The members that were here before, latest first, as of our own entry (K4). */
  async #earlierMembers(): Promise<readonly Member[]> {
    const found = new Awaited<readonly Member[]>();
    const { roomId, uid, key } = this.#self;
    const stop = this.#store.watchMembers(roomId, {
      next: (members) => {
        // The key tells our new entry from an older one that is still on its way out.
        const own = members.find((member) => member.uid === uid && member.key === key);
        if (own === undefined) return;
        const earlier = members.filter((member) => comesBefore(member, own));
        found.resolve(earlier.toSorted((a, b) => (comesBefore(a, b) ? 1 : -1)).slice(0, maxCalls));
      },
      fail: (failure) => found.reject(failure),
    });
    const cancel = this.#journey.scope.defer(stop);
    try {
      return await this.#journey.scope.wait(found.promise);
    } finally {
      // Who comes later calls us: nothing more is to be learnt here.
      cancel();
      stop();
    }
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
      else if (one.link.offer !== null && one.link.answer === null && !this.#handled.has(one.linkId)) {
        this.#handled.add(one.linkId);
        this.#consider(one);
      }
    }
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
      const draft = await this.#journey.draft('caller', attempt.scope);
      await attempt.scope.wait(draft.peer.prepare());
      const ref = { roomId, linkId };
      const ends = { caller: uid, callee: member.uid, callerKey: key, calleeKey: member.key };
      const answered = () => {
        if (this.#active !== null) return false;
        this.#outgoing.delete(member.uid);
        this.#active = attempt;
        return true;
      };
      await makeCall(attempt.scope, this.#link(attempt, draft), (offer) => this.#store.createLink(ref, ends, offer), answered);
      return draft;
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
      const draft = await this.#journey.draft('callee', attempt.scope);
      await answerCall(attempt.scope, this.#link(attempt, draft), link.offer ?? new Uint8Array());
      return draft;
    });
  }

  /** Runs an attempt to its end, whatever that is. */
  async #attempt(attempt: Attempt, run: () => Promise<Draft>): Promise<void> {
    try {
      this.#opened(attempt, await run());
    } catch (error) {
      if (!attempt.scope.ended) this.#ended(attempt, error);
    } finally {
      void attempt.scope.end();
    }
  }

  #opened(attempt: Attempt, draft: Draft): void {
    attempt.open = true;
    this.#active = attempt;
    for (const other of this.#outgoing.values()) this.#end(other);
    const { conversation } = this.#journey;
    if (conversation !== null && this.#with === attempt.uid) conversation.connect(draft);
    else {
      void conversation?.bye();
      this.#journey.converse(draft, this.#invitation, () => this.#left());
    }
    this.#with = attempt.uid;
    this.#again = true;
    for (const call of this.#held.values()) this.#next(call);
  }

  /** The other is gone; the words stay readable, and we are free for the next call (K6). */
  #left(): void {
    this.#active = null;
    this.#since = null;
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
      this.#active = connected && this.#with !== null ? { ...attempt, uid: this.#with, open: true } : null;
    }
    void attempt.scope.end();
  }

  #link(attempt: Attempt, draft: Draft): LinkPlan {
    const reached = (step: ConnectStep) => {
      // Whoever reads what was said keeps reading it until the next person is there.
      const shown = !attempt.quiet || step !== 'exchanging';
      if (shown && this.#journey.conversation === null) this.#journey.connecting(step);
    };
    return { store: this.#store, ref: this.#ref(attempt.linkId), draft, reached };
  }

  #ref(linkId: LinkId): LinkRef {
    return { roomId: this.#self.roomId, linkId };
  }

  #waitIfAlone(): void {
    if (this.#active !== null || this.#outgoing.size > 0 || this.#journey.conversation !== null) return;
    this.#since ??= this.#journey.deps.timers.now();
    const [since, invitation, again] = [this.#since, this.#invitation, this.#again];
    this.#journey.show({ at: 'waiting', for: 'room', since, invitation, again, code: { is: 'none' } });
  }

  /** Ends the stay, unless there are words to be read: they are kept nowhere else. */
  #fail(error: unknown): void {
    if (this.#journey.conversation === null) this.over.reject(error);
  }
}

/** K4: earlier by the server's time, at equal times by uid. */
function comesBefore(a: Member, b: Member): boolean {
  if (a.joinedAt !== b.joinedAt) return a.joinedAt < b.joinedAt;
  return isGreater(b.uid, a.uid);
}

/** Compares by bytes, as K4 says; JavaScript's own order is by UTF-16 code units. */
function isGreater(a: Uid, b: Uid): boolean {
  const [left, right] = [encodeUtf8(a), encodeUtf8(b)];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return left.length > right.length;
}

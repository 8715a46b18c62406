/**
 * A stay in a link room (SPEC K3–K6): who enters later calls who is there; who is there answers. Both sides run
 * the same code, and go on waiting in the room when the other leaves.
 */
import { Failure } from '../protocol/failures';
import type { IdentityKey, Uid } from '../protocol/ids';
import { roomIdOf, roomLink, type RoomCode } from '../protocol/room-code';
import type { Proved } from '../peer/proving';
import type { Store } from '../signaling/store';
import { Calls, type Other, type Self } from './calls';
import { converse, type Introduction } from './conversation';
import type { Draft } from './draft';
import type { Journey } from './journey';
import { NobodyThere } from './link';
import { checkRoom, earlierMembers, writeMember } from './membership';
import type { Invitation, ShortCode } from './model';
import { pausesForTheAbsent, pausesForTheLost } from './pauses';
import type { Acquaintance, People } from './people';
import { safetyInRoom } from './safety';
import { Awaited, type Scope } from './scope';

/** What a stay begins with. */
export type StayPlan = {
  readonly uid: Uid;
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
/** Whoever was called, and is not called again for so long, calls. */
const patienceMs = 20_000;
/** When listening fails during or after a conversation, it is taken up again after so long. */
const listenAgainMs = 15_000;

/** Enters a room and stays until the journey ends. @throws Failure; Ended. */
export async function stayInRoom(journey: Journey, plan: StayPlan): Promise<never> {
  const { uid } = plan;
  const roomId = await journey.scope.wait(roomIdOf(plan.code, journey.subtle()));
  const meeting = await journey.scope.wait(journey.meeting);
  const signer = meeting.deviceSigner();
  // What goes wrong here counts when somebody is to be met.
  signer.catch(() => undefined);
  const keys = Promise.all([meeting.newKey(), meeting.roomSealer(plan.code)]);
  const [{ key }, sealer] = await journey.scope.wait(keys);
  const stay = new Stay(journey, plan, { roomId, uid, key, sealer, signer }, meeting.people);
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
  readonly #self: Self;
  readonly #people: People;
  readonly #invitation: Invitation;
  readonly #calls: Calls;
  /** Of calls to members who may have been asleep; it ends when somebody is here. */
  readonly #calling: Scope;
  /** Whom the journey's conversation is with. */
  #with: IdentityKey | null = null;
  #again: boolean;
  #since: number | null = null;
  #code: ShortCode = { is: 'none' };
  /** Of the short code that is there, or was. */
  #codeScope: Scope | null = null;

  constructor(journey: Journey, plan: StayPlan, self: Self, people: People) {
    this.#journey = journey;
    this.#store = journey.deps.store;
    this.#plan = plan;
    this.#self = self;
    this.#people = people;
    this.#again = plan.again;
    this.#invitation = { code: plan.code, url: roomLink(journey.deps.baseUrl, plan.code) };
    this.#calling = journey.scope.child();
    this.#calls = new Calls(journey, {
      self,
      scope: journey.scope,
      admit: (other) => this.#admit(other),
      reached: (step) => {
        // Whoever reads what was said keeps reading it until the next person is there.
        if (journey.conversation === null) journey.connecting(step);
      },
      ended: (error) => this.#ended(error),
    });
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
      this.#calls.call(this.#calling, earlier.slice(0, maxCalls), pausesForTheAbsent);
    }
    this.#waitIfAlone();
  }

  #listenForCalls(): void {
    const { scope } = this.#journey;
    const stop = this.#store.watchCalls(this.#self.roomId, this.#self.uid, {
      next: (calls) => this.#calls.heard(calls),
      fail: (failure) => {
        this.#fail(failure);
        if (this.#journey.conversation !== null) scope.after(listenAgainMs, () => this.#listenForCalls());
      },
    });
    scope.defer(stop);
  }

  /** Somebody has proved who they are. They are let in, or the person is asked first (H9). */
  async #admit(other: Other): Promise<(draft: Draft) => void> {
    const known = await this.#people.meet(this.#self.roomId, other.proved.identity);
    return (draft) => this.#opened(draft, other, known);
  }

  #opened(draft: Draft, other: Other, known: Acquaintance): void {
    // Somebody is here, and a room holds two.
    void this.#codeScope?.end();
    this.#code = { is: 'none' };
    const { conversation } = this.#journey;
    const { identity } = other.proved;
    const introduction = this.#introduce(other.proved, known);
    const lifeline = { reunion: null, search: () => this.#lookFor(other) };
    // It is who they prove to be that counts: what the store says of people is only what it says.
    if (conversation !== null && !conversation.unseen && this.#with === identity) {
      conversation.connect(draft, introduction, lifeline);
    } else {
      void conversation?.bye();
      converse(this.#journey, { draft, introduction, lifeline }, this.#invitation, () => this.#left());
    }
    this.#with = identity;
    this.#again = true;
    void this.#calling.end();
  }

  #introduce(proved: Proved, known: Acquaintance): Introduction {
    const { roomId } = this.#self;
    const { identity } = proved;
    return {
      safety: safetyInRoom(proved, known),
      changedFrom: known.changedFrom,
      accepted: () => void this.#people.accept(roomId, identity),
      verified: (same) => void this.#people.verify(roomId, identity, same),
    };
  }

  /** M9: who has called calls again. Who was called waits for that; not for ever, since they may know it otherwise. */
  #lookFor(other: Other): () => void {
    const search = this.#journey.scope.child();
    const { random } = this.#journey.deps;
    const call = () => this.#calls.call(search, [other], () => pausesForTheLost(random), true);
    if (other.role === 'caller') call();
    else search.after(patienceMs, call);
    return () => void search.end();
  }

  /** The other is gone; the words stay readable, and we are free for the next call (K6). */
  #left(): void {
    this.#calls.free();
    this.#since = null;
    if (this.#journey.conversation?.unseen === true) this.#waitAgain();
  }

  /** The person has read what was said. Somebody may be on the way already. */
  #waitAgain(): void {
    this.#journey.conversation = null;
    this.#with = null;
    if (this.#calls.taken) this.#journey.connecting('exchanging');
    this.#waitIfAlone();
  }

  /** Nothing came of the calls. */
  #ended(error: unknown): void {
    if (this.#journey.conversation !== null) return undefined;
    if (!(error instanceof NobodyThere)) return this.#fail(error);
    return error.reason === 'full' ? this.#fail(new Failure('room_full')) : this.#waitIfAlone();
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
    if (!this.#calls.idle || this.#journey.conversation !== null) return;
    this.#since ??= this.#journey.deps.timers.now();
    const [since, invitation, again, code] = [this.#since, this.#invitation, this.#again, this.#code];
    this.#journey.show({ at: 'waiting', for: 'room', since, invitation, again, code });
  }

  /** Ends the stay, unless there are words to be read: they are kept nowhere else. */
  #fail(error: unknown): void {
    if (this.#journey.conversation === null) this.over.reject(error);
  }
}

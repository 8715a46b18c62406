/**
 * This member at one code of a room, as the store sees it (SPEC R2, R3): who is at the door there, the own document while
 * this member is a door itself, and the links that are called for and answered through the store (D5).
 */
import { Failure, failureOf } from '../../protocol/failures';
import { newLinkId, type Key, type LinkId, type RoomId, type Uid } from '../../protocol/ids';
import { roomIdOf, type RoomCode } from '../../protocol/room-code';
import type { Sealer } from '../../protocol/seal';
import type { Signer } from '../../protocol/signing';
import type { Role } from '../../protocol/api';
import type { Proved } from '../../peer/proving';
import type { Member, MeshRoom } from '../../signaling/documents';
import type { Call } from '../../signaling/room-store';
import type { Observer, Unsubscribe } from '../../signaling/watch';
import { newDraft, type Draft } from '../draft';
import type { Journey } from '../journey';
import { answerCall, makeCall, NobodyThere, type LinkPlan } from '../link';
import { Awaited, type Scope } from '../scope';
import { SealedLink } from '../sealed';

/** Who this member is at the door: its document has this key. */
export type DoorSelf = { readonly uid: Uid; readonly key: Key; readonly signer: Promise<Signer> };

/** A link that came to be through the store. */
export type Met = { readonly draft: Draft; readonly proved: Proved; readonly role: Role };

/** Who hears of calls that are answered. */
export type Callee = {
  /** With whom a link came to be, and their key. */
  met(met: Met, key: Key): void;
  /** A call was not as its caller made it. */
  tampered(): void;
};

/** What a room's document says to who comes. */
export type RoomThere = 'open' | 'absent' | 'over';

const forFrames = { carries: 'frames', whole: false } as const;
/** So many calls are answered at a time; the others wait. */
const mostAnswered = 8;
/** More calls than these, in one stay, nobody answers. */
const mostHandled = 10_000;
/** When listening fails it is taken up again after so long. */
const listenAgainMs = 15_000;

/** At one code. Owned by a room's stay. */
export class Doorway {
  readonly code: RoomCode;
  readonly roomId: RoomId;
  readonly #journey: Journey;
  readonly #self: DoorSelf;
  readonly #sealer: Sealer;
  readonly #handled = new Set<LinkId>();
  #answering = 0;
  #held: Call[] = [];

  private constructor(journey: Journey, code: RoomCode, roomId: RoomId, sealer: Sealer, self: DoorSelf) {
    this.#journey = journey;
    this.code = code;
    this.roomId = roomId;
    this.#sealer = sealer;
    this.#self = self;
  }

  /** @throws Failure; Ended. */
  static async at(journey: Journey, code: RoomCode, self: DoorSelf): Promise<Doorway> {
    const meeting = await journey.scope.wait(journey.meeting);
    const made = Promise.all([roomIdOf(code, journey.subtle()), meeting.roomSealer(code)]);
    const [roomId, sealer] = await journey.scope.wait(made);
    return new Doorway(journey, code, roomId, sealer, self);
  }

  /** Whether the room is there, as of now. @throws Failure `store_unavailable`; Ended. */
  async look(scope: Scope): Promise<RoomThere> {
    const room = await first<MeshRoom | null>(scope, (observer) => this.#store.watchRoom(this.roomId, observer));
    if (room === null) return 'absent';
    return room.state === 'closed' ? 'over' : 'open';
  }

  /** The doors that entered last, at most four. @param withOwn - this member may be among them. @throws as {@link look}. */
  async doors(scope: Scope, withOwn = false): Promise<readonly Member[]> {
    const found = await first<readonly Member[]>(scope, (observer) => this.#store.watchDoors(this.roomId, observer));
    return withOwn ? found : found.filter(({ uid }) => uid !== this.#self.uid);
  }

  /** Creates the room, or makes it anew (R11), and is a door there. @throws Failure. */
  create(): Promise<void> {
    return this.#store.createRoom(this.roomId, this.#self.uid, this.#self.key);
  }

  /** Is a door where the room is. @throws Failure. */
  enter(): Promise<void> {
    return this.#store.enterRoom(this.roomId, this.#self.uid, this.#self.key);
  }

  /** Is no door any more. */
  leave(): Promise<void> {
    return this.#store.leaveRoom(this.roomId, this.#self.uid);
  }

  /** Answers those who call, until the scope ends. */
  answer(scope: Scope, callee: Callee): void {
    const stop = this.#store.watchCalls(this.roomId, this.#self.uid, {
      next: (calls) => {
        this.#held = this.#held.filter(({ linkId }) => calls.some((one) => one.linkId === linkId));
        for (const call of calls) if (this.#isNew(call)) this.#held.push(call);
        this.#answerNext(scope, callee);
      },
      fail: () => scope.after(listenAgainMs, () => this.answer(scope, callee)),
    });
    scope.defer(stop);
  }

  /**
   * Calls a door. The scope is of this call alone; ended early the call is taken back.
   * @param reached - told how far it is.
   * @throws NobodyThere, Failure, Ended.
   */
  async call(scope: Scope, door: Pick<Member, 'uid' | 'key'>, reached: LinkPlan['reached']): Promise<Met> {
    const { uid, key, signer } = this.#self;
    const draft = await newDraft(this.#journey, 'caller', signer, scope, forFrames);
    await scope.wait(draft.peer.prepare());
    const ref = { roomId: this.roomId, linkId: newLinkId(this.#journey.deps.random) };
    const ends = { caller: uid, callee: door.uid, callerKey: key, calleeKey: door.key };
    const plan = { ...this.#plan(ref.linkId, draft, 'caller', ends), reached };
    const proved = await makeCall(scope, plan, (offer) => this.#store.createLink(ref, ends, offer));
    return { draft, proved, role: 'caller' };
  }

  get #store() {
    return this.#journey.deps.store;
  }

  /** L6: each link is taken once. One for another key is for an earlier stay of ours. */
  #isNew({ linkId, link }: Call): boolean {
    const forUs = link.state === 'paired' && link.offer !== null && link.answer === null && link.calleeKey === this.#self.key;
    if (!forUs || this.#handled.has(linkId) || this.#handled.size >= mostHandled) return false;
    this.#handled.add(linkId);
    return true;
  }

  #answerNext(scope: Scope, callee: Callee): void {
    while (this.#answering < mostAnswered && !scope.ended) {
      const call = this.#held.shift();
      if (call === undefined) return;
      this.#answering++;
      void this.#answer(scope, call, callee).finally(() => {
        this.#answering--;
        this.#answerNext(scope, callee);
      });
    }
  }

  async #answer(around: Scope, { linkId, link }: Call, callee: Callee): Promise<void> {
    const scope = around.child();
    try {
      const draft = await newDraft(this.#journey, 'callee', this.#self.signer, scope, forFrames);
      const plan = this.#plan(linkId, draft, 'callee', { callerKey: link.callerKey, calleeKey: this.#self.key });
      const proved = await answerCall(scope, plan, link.offer ?? new Uint8Array());
      if (!scope.ended) callee.met({ draft, proved, role: 'callee' }, link.callerKey);
    } catch (error) {
      if (!scope.ended && failureOf(error) === 'tampered') callee.tampered();
      // Who calls and does not come through calls again.
      if (!scope.ended && !(error instanceof NobodyThere || error instanceof Failure)) throw error;
    } finally {
      void scope.end();
    }
  }

  #plan(link: LinkId, draft: Draft, role: Role, keys: { readonly callerKey: Key; readonly calleeKey: Key }): LinkPlan {
    const { callerKey, calleeKey } = keys;
    const sealed = new SealedLink(this.#sealer, { suite: 1, room: this.roomId, link, callerKey, calleeKey }, role);
    return { store: this.#store, ref: { roomId: this.roomId, linkId: link }, sealed, draft, reached: () => undefined };
  }
}

/** What a listener is told first. */
async function first<T>(scope: Scope, watch: (observer: Observer<T>) => Unsubscribe): Promise<T> {
  const told = new Awaited<T>();
  const stop = watch({ next: (value) => told.resolve(value), fail: (failure) => told.reject(failure) });
  const cancel = scope.defer(stop);
  try {
    return await scope.wait(told.promise);
  } finally {
    cancel();
    stop();
  }
}

/** The doors of one stay: enters through those that others keep, and keeps one at each code that the member wants (SPEC R2, R3, R11). */
import { Failure, failureOf } from '../../protocol/failures';
import type { Key } from '../../protocol/ids';
import type { RoomCode } from '../../protocol/room-code';
import type { Member } from '../../signaling/documents';
import { Refused } from '../../signaling/failures';
import type { Journey } from '../journey';
import { NobodyThere } from '../link';
import { pausesForTheAbsent } from '../pauses';
import { comesBefore } from '../precedence';
import { Awaited, Ended, type Scope } from '../scope';
import { Doorway, type DoorSelf, type Met } from './doorway';

/** Who owns the doors: the stay, which asks the member. */
export type DoorsOwner = {
  /** Somebody was met through the store at a code: they, or this member, called. */
  met(met: Met, key: Key, code: RoomCode): void;
  /** Whether a key is that of somebody who is here. */
  knows(key: Key): boolean;
  /** This member knows the room: it is made anew where it is gone. */
  hasRoot(): boolean;
  /** Somebody is linked. */
  linked(): boolean;
  /** A call, to a door here or by it, was not as its caller made it. */
  tampered(): void;
  /** How far the first call has come. */
  reached(step: 'exchanging' | 'checking' | 'opening'): void;
};

/** A door that does not answer is given so long before the next one is called. */
const nextMs = 3000;
/** Who has nobody after so long is alone. */
const aloneMs = 10_000;
/** A door looks so often for others, by chance a tenth sooner or later. */
const lookMs = 30_000;

/** Owned by a stay. */
export class Doors {
  readonly #journey: Journey;
  readonly #self: DoorSelf;
  readonly #owner: DoorsOwner;
  readonly #ways = new Map<RoomCode, Promise<Doorway>>();
  /** Where this member is a door, or is about to be one. `written`: its document is there. */
  readonly #open = new Map<RoomCode, { readonly scope: Scope; readonly written: Awaited<void> }>();

  constructor(journey: Journey, self: DoorSelf, owner: DoorsOwner) {
    this.#journey = journey;
    this.#self = self;
    this.#owner = owner;
  }

  /** What the store has of a code. @throws Failure; Ended. */
  at(code: RoomCode): Promise<Doorway> {
    const way = this.#ways.get(code) ?? Doorway.at(this.#journey, code, this.#self);
    this.#ways.set(code, way);
    return way;
  }

  /**
   * Calls doors at a code, one by chance and then the next, until somebody is linked.
   * @returns false: nobody is there, or nobody has answered.
   * @throws Failure `room_not_found`, `room_over`, `store_unavailable`, …, and for who knows no root what calls failed with;
   * Ended.
   */
  async enter(code: RoomCode): Promise<boolean> {
    const { scope: around, deps } = this.#journey;
    const way = await this.at(code);
    const since = deps.timers.now();
    const there = await way.look(around);
    if (there !== 'open' && !this.#owner.hasRoot()) throw new Failure(there === 'absent' ? 'room_not_found' : 'room_over');
    if (there !== 'open') return false;
    const doors = byChance(await way.doors(around), deps.random);
    if (doors.length === 0) return false;
    this.#owner.reached('exchanging');
    const calling = around.child();
    const failures: Failure[] = [];
    try {
      const calls = doors.map((door, i) => this.#callAfter(i * nextMs, calling, way, door, failures));
      const all = Promise.all(calls).then(async () => {
        const failure = this.#owner.hasRoot() || this.#owner.linked() ? undefined : failures.at(-1);
        if (failure !== undefined) throw failure;
        await this.#pause(calling, aloneMs - (deps.timers.now() - since));
        return this.#owner.linked();
      });
      return await around.wait(Promise.race([all, ...calls.map(trueOnly)]));
    } finally {
      void calling.end();
    }
  }

  /** Is a door at a code, until {@link close}, and looks for others there. What the store refuses is tried again. */
  open(code: RoomCode): void {
    void this.#begin(code);
  }

  /** The same in a new room. @returns when it can be found. @throws Failure; Ended. */
  found(code: RoomCode): Promise<void> {
    return this.#journey.scope.wait(this.#begin(code).promise);
  }

  /** Is no door there any more. */
  close(code: RoomCode): void {
    void this.#open.get(code)?.scope.end();
    this.#open.delete(code);
  }

  /** Creates the room's document at a code; nothing fails for it: who is a door there sees to it, too. */
  async create(code: RoomCode): Promise<void> {
    if (this.#open.has(code)) return;
    const way = await this.at(code);
    await way.create().catch(() => undefined);
    // Who creates a room is written down as a door there.
    if (!this.#open.has(code)) await way.leave().catch(() => undefined);
  }

  /** Calls the door whose document has this key. @returns false: nothing came of it. */
  async call(scope: Scope, code: RoomCode, key: Key): Promise<boolean> {
    const way = await this.at(code);
    const door = (await way.doors(scope)).find((one) => one.key === key);
    return door !== undefined && this.#call(scope, way, door);
  }

  async #callAfter(ms: number, scope: Scope, way: Doorway, door: Member, failures: Failure[]): Promise<boolean> {
    await this.#pause(scope, ms);
    return this.#call(scope, way, door, failures);
  }

  /** @param failures - takes what the call failed with, if somebody has answered. */
  async #call(around: Scope, way: Doorway, door: Member, failures: Failure[] = []): Promise<boolean> {
    const scope = around.child();
    try {
      this.#owner.met(await way.call(scope, door, (step) => this.#owner.reached(step)), door.key, way.code);
      return true;
    } catch (error) {
      if (error instanceof Failure) failures.push(error);
      // Who is not in yet is told by what entering ends with.
      if (failureOf(error) === 'tampered' && this.#owner.hasRoot()) this.#owner.tampered();
      if (!(error instanceof Failure || error instanceof NobodyThere || error instanceof Ended)) throw error;
      return false;
    } finally {
      void scope.end();
    }
  }

  #begin(code: RoomCode): Awaited<void> {
    const there = this.#open.get(code);
    if (there !== undefined) return there.written;
    const scope = this.#journey.scope.child();
    const written = new Awaited<void>();
    this.#open.set(code, { scope, written });
    void this.#keep(scope, code, written).catch((error: unknown) => {
      written.reject(error);
      if (!(error instanceof Ended)) throw error;
    });
    return written;
  }

  /** @param written - told once the document is there, or of the first failure. */
  async #keep(scope: Scope, code: RoomCode, written: Awaited<void>): Promise<void> {
    const way = await scope.wait(this.at(code));
    scope.defer(() => way.leave());
    way.answer(scope, { met: (met, key) => this.#owner.met(met, key, code), tampered: () => this.#owner.tampered() });
    for (const ms of pausesForTheAbsent()) {
      if (await this.#enter(scope, way, written)) break;
      await this.#pause(scope, ms);
    }
    for (;;) {
      const [chance = 0] = this.#journey.deps.random(1);
      await this.#pause(scope, lookMs * (0.9 + chance / 1280));
      await this.#lookForOthers(scope, way);
    }
  }

  /** Writes the own document; makes the room where it is gone. @returns false: it could not be. */
  async #enter(scope: Scope, way: Doorway, written?: Awaited<void>): Promise<boolean> {
    try {
      const there = await way.look(scope);
      await scope.wait(there === 'open' ? way.enter() : createOrEnter(way));
      written?.resolve();
      return true;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Failure)) throw error;
      // The store is away, or the room was closed for good.
      written?.reject(error instanceof Failure ? error : new Failure('room_over', { cause: error }));
      return false;
    }
  }

  /** R3: a door calls those that came before it and are not known to be here. R11: it makes a room anew whose time is over. */
  async #lookForOthers(scope: Scope, way: Doorway): Promise<void> {
    try {
      const doors = await way.doors(scope, true);
      const own = doors.find(({ key }) => key === this.#self.key);
      if (own === undefined) await this.#enter(scope, way);
      // Written anew, its own comes last of all.
      const others = own === undefined ? doors : doors.filter((door) => comesBefore(door, own));
      // All at once: who has vanished takes 10 s each.
      await Promise.all(others.filter(({ key }) => !this.#owner.knows(key)).map((door) => this.#call(scope, way, door)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  #pause(scope: Scope, ms: number): Promise<void> {
    return scope.wait(new Promise((resolve) => void scope.after(Math.max(ms, 0), resolve)));
  }
}

/** Several may find the room gone at once, and one of them makes it. */
async function createOrEnter(way: Doorway): Promise<void> {
  try {
    await way.create();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await way.enter();
  }
}

/** In any order (Fisher and Yates): of four the bias of a byte says nothing. */
function byChance<T>(list: readonly T[], random: (length: number) => Uint8Array): T[] {
  const out = [...list];
  const bytes = random(out.length);
  for (let i = out.length - 1; i > 0; i--) {
    const j = (bytes[i] ?? 0) % (i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/** Settles with true only; what is false never settles, and what fails is false. */
function trueOnly(promise: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve) => {
    promise.then((is) => (is ? resolve(true) : undefined), () => undefined);
  });
}

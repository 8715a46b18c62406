/** What somebody does at the store: looks for doors, calls them, and is one (SPEC R2, R3). */
import type { IdentityKey, Key } from '../../../protocol/ids';
import type { RoomCode } from '../../../protocol/room-code';
import { connect } from './connect';
import type { Resident } from './resident';
import type { DoorDocument } from './world';

/** How long the store takes, and how long nobody answers there until somebody else is called. */
const storeMs = 300;
const unansweredMs = 3000;
const aloneMs = 10_000;
const lookAgainMs = 30_000;
const mostRead = 4;

export class Doors {
  readonly #self: Resident;
  readonly #open = new Set<RoomCode>();
  #entering = false;

  constructor(self: Resident) {
    this.#self = self;
  }

  open(code: RoomCode): void {
    const { world, id, key } = this.#self;
    world.operations++;
    this.#open.add(code);
    world.addDoor(code, { peer: id, key, at: world.now });
    world.after(lookAgainMs, () => this.#look(code));
  }

  close(code: RoomCode): void {
    this.#open.delete(code);
    this.#self.world.removeDoor(code, this.#self.id);
  }

  /** Calls one whose document has this key. */
  call(key: Key, peer: IdentityKey): void {
    const { world, member } = this.#self;
    const door = world.doorsAt(member.code).find((one) => one.key === key);
    if (door !== undefined && this.#call(door, member.code)) return;
    world.after(storeMs + unansweredMs, () => this.#self.give((one) => one.failed(peer)));
  }

  /** R3: calls one door after the other, until there is a link. */
  enter(): void {
    if (this.#entering) return;
    this.#entering = true;
    const { world, member, id } = this.#self;
    world.operations += 2;
    const doors = world.doorsAt(member.code).filter(({ peer }) => peer !== id).slice(-mostRead);
    const alone = world.now + (doors.length === 0 ? storeMs : aloneMs);
    world.after(storeMs, () => this.#callNext(member.code, doors, alone));
  }

  #callNext(code: RoomCode, doors: DoorDocument[], alone: number): void {
    const { world, lines, alive } = this.#self;
    if (!alive || lines.size > 0) {
      this.#entering = false;
      return;
    }
    const [door] = doors.splice(world.chance(doors.length), 1);
    if (door === undefined) {
      world.after(Math.max(0, alone - world.now), async () => {
        this.#entering = false;
        if (lines.size === 0) await this.#self.give((member) => member.alone());
      });
      return;
    }
    this.#call(door, code);
    world.after(unansweredMs, () => this.#callNext(code, doors, alone));
  }

  /** R3: two rooms that began at once are one again. Where others hide the own document it is written anew. */
  #look(code: RoomCode): void {
    const { world, id, key, member, alive } = this.#self;
    if (!alive || !this.#open.has(code)) return;
    const isSeen = world.doorsAt(code).slice(-mostRead).some(({ peer }) => peer === id);
    if (!isSeen) {
      world.operations++;
      world.addDoor(code, { peer: id, key, at: world.now });
    }
    const doors = world.doorsAt(code);
    const mine = doors.findIndex(({ peer }) => peer === id);
    for (const door of doors.slice(isSeen ? -mostRead : -mostRead - 1)) {
      const calls = doors.indexOf(door) < mine || world.now - door.at >= lookAgainMs;
      if (calls && door.peer !== id && !member.knows(door.key)) this.#call(door, code);
    }
    world.after(lookAgainMs, () => this.#look(code));
  }

  /** False: nobody answers. */
  #call({ peer }: DoorDocument, code: RoomCode): boolean {
    const { world } = this.#self;
    world.operations += 2;
    const there = world.resident(peer);
    if (there === null || !there.alive || !there.doors.#open.has(code)) return false;
    world.after(storeMs, () => connect(this.#self, there, code));
    return true;
  }
}

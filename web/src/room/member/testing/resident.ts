/** Somebody in a room: a member, and around it what a program does for it, in memory. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { encodeBase64url, type Bytes } from '../../../protocol/base64url';
import type { RoomSettings } from '../../../protocol/event-body';
import { newLinkId, type EventId, type IdentityKey, type Key } from '../../../protocol/ids';
import type { RoomCode } from '../../../protocol/room-code';
import type { ByeReason, ParsedRoomFrame, RoomFrame, RoomHello } from '../../../protocol/room-frame';
import type { Signer } from '../../../protocol/signing';
import type { Action, EndReason } from '../action';
import { checkFrame } from '../check';
import type { Kept, LinkEnd } from '../config';
import { begin, type Member } from '../member';
import { Wire } from './wire';
import type { World } from './world';

export type ResidentOptions = {
  readonly code: RoomCode;
  readonly create?: RoomSettings;
  readonly kept?: Kept;
  readonly name?: string;
  readonly limit?: number;
};

/** One end of a link that is open. `side`: which one of the wire. */
type Line = { readonly wire: Wire; readonly side: 0 | 1 };

/** How long the store takes, and how long nobody answers there until somebody else is called. */
const storeMs = 300;
const unansweredMs = 3000;
const aloneMs = 10_000;
const lookAgainMs = 30_000;
const mostDoors = 4;

export class Resident {
  readonly world: World;
  readonly signer: Signer;
  readonly key: Key;
  readonly options: ResidentOptions;
  readonly lines = new Map<IdentityKey, Line>();
  readonly faults: Extract<Action, { do: 'fault' }>[] = [];
  /** What a device keeps. */
  readonly kept = new Map<EventId, Bytes>();
  readonly codes: RoomCode[] = [];
  ended: EndReason | null = null;
  alive = true;
  /** Offers that wait for their answers. */
  readonly #calls = new Map<IdentityKey, string>();
  readonly #doorAt = new Set<RoomCode>();
  #member: Member | null = null;
  #entering = false;
  #tickAt = Infinity;

  private constructor(world: World, signer: Signer, options: ResidentOptions) {
    this.world = world;
    this.signer = signer;
    this.key = encodeBase64url(world.bytes(32)) as Key;
    this.options = options;
    this.codes.push(...(options.kept?.codes ?? [options.code]));
  }

  /** Begins a stay. @param signer - null for somebody new. */
  static async begin(world: World, options: ResidentOptions, signer: Signer | null = null): Promise<Resident> {
    const resident = new Resident(world, signer ?? (await newSigner(world)), options);
    world.residents.push(resident);
    const { member, actions } = await begin({
      signer: resident.signer, key: resident.key, name: options.name ?? '', code: options.code,
      random: (length) => world.bytes(length), chance: (below) => world.chance(below), now: world.now,
      create: options.create ?? null, kept: options.kept ?? null, typing: true, reading: true,
      ...(options.limit === undefined ? {} : { limit: options.limit }),
    });
    resident.#member = member;
    for (const id of member.history?.events() ?? []) resident.kept.set(id, member.event(id) ?? missing());
    await resident.#perform(actions);
    resident.#schedule();
    return resident;
  }

  get member(): Member {
    if (this.#member === null) throw new Error('has not begun');
    return this.#member;
  }

  get id(): IdentityKey {
    return this.signer.identity;
  }

  /** What a device would have to come back with. */
  get remembers(): Kept {
    const { root } = this.member;
    if (root === null) throw new Error('knows no room');
    return { events: [...this.kept.values()], root, chain: this.member.chain(), codes: [...this.codes] };
  }

  /** Gives the member an input, after the time. */
  async give(input: (member: Member) => Promise<readonly Action[]>): Promise<void> {
    if (!this.alive) return;
    await this.#perform(await this.member.tick(this.world.now));
    await this.#perform(await input(this.member));
    this.#schedule();
  }

  async say(text: string): Promise<EventId> {
    let said: EventId | null = null;
    await this.give(async (member) => {
      const { id, actions } = await member.say(text);
      said = id;
      return actions;
    });
    if (said === null) throw new Error('not there');
    return said;
  }

  /** Sends what no member would, or not now. */
  inject(to: Resident, frame: RoomFrame): void {
    const line = this.lines.get(to.id);
    line?.wire.send(line.side === 0 ? 1 : 0, frame);
  }

  async leave(): Promise<void> {
    await this.give((member) => member.leave());
    this.alive = false;
  }

  /** Ends without a word; others notice after a while. The documents stay. */
  crash(): void {
    this.alive = false;
    for (const [peer, line] of this.lines) {
      line.wire.cut();
      this.world.resident(peer)?.notices(this.id, line.wire);
    }
    this.lines.clear();
  }

  /** A link breaks. */
  async breakLink(peer: IdentityKey): Promise<void> {
    const line = this.lines.get(peer);
    if (line === undefined) return;
    line.wire.cut();
    this.world.resident(peer)?.notices(this.id, line.wire);
    this.notices(peer, line.wire);
  }

  /** Sees after a while that a link is gone. */
  notices(peer: IdentityKey, wire: Wire): void {
    this.world.after(2000 + this.world.chance(4000), () => this.#lost(peer, wire, { how: 'lost' }));
  }

  #schedule(): void {
    const next = this.member.next();
    if (!this.alive || next >= this.#tickAt) return;
    this.#tickAt = next;
    this.world.after(Math.max(0, next - this.world.now), async () => {
      if (this.#tickAt !== next) return;
      this.#tickAt = Infinity;
      await this.give(async () => []);
    });
  }

  async #perform(actions: readonly Action[]): Promise<void> {
    for (const action of actions) await this.#do(action);
  }

  async #do(action: Action): Promise<void> {
    switch (action.do) {
      case 'send':
        return this.#send(action);
      case 'connect':
        return action.byStore ? this.#callDoor(action.key, action.peer) : this.#offer(action.peer);
      case 'introduced':
        return this.#introduced(action);
      case 'disconnect':
        return this.#disconnect(action.peer, action.reason);
      case 'enter':
        return this.#enter();
      case 'openDoor':
        return this.#openDoor(action.code);
      case 'closeDoor':
        this.#doorAt.delete(action.code);
        return this.world.removeDoor(action.code, this.id);
      case 'createRoom':
        this.world.operations++;
        return;
      case 'moved':
        this.codes.push(action.code);
        return;
      case 'took':
      case 'forgot':
        for (const id of action.ids) this.kept.set(id, this.member.event(id) ?? missing());
        return;
      case 'ended':
        this.ended = action.reason;
        this.alive = false;
        return;
      case 'fault':
        this.faults.push(action);
        return;
      default:
    }
  }

  #send({ peer, frame, bulk }: Extract<Action, { do: 'send' }>): void {
    const line = this.lines.get(peer);
    if (line === undefined) return;
    const gone = () => (bulk && this.lines.get(peer) === line ? this.give((member) => member.drained(peer)) : undefined);
    line.wire.send(line.side === 0 ? 1 : 0, this.world.meddle(this, peer, frame), gone);
  }

  #offer(peer: IdentityKey): void {
    const link = newLinkId((length) => this.world.bytes(length));
    this.#calls.set(peer, link);
    const sealed = this.world.bytes(200);
    this.world.after(50, () => this.give((member) => member.introduce(peer, 'offer', link, sealed)));
  }

  #introduced({ from, step, link }: Extract<Action, { do: 'introduced' }>): void {
    if (step === 'offer') {
      const sealed = this.world.bytes(200);
      this.world.after(50, () => this.give((member) => member.introduce(from, 'answer', link, sealed)));
    } else if (step === 'answer' && this.#calls.get(from) === link) {
      this.#calls.delete(from);
      const other = this.world.resident(from);
      if (other !== null) this.world.after(this.world.delayTo(other) * 6, () => connect(this, other, null));
    }
  }

  #disconnect(peer: IdentityKey, reason: ByeReason | null): void {
    this.#calls.delete(peer);
    const line = this.lines.get(peer);
    if (line === undefined) return;
    this.lines.delete(peer);
    line.wire.send(line.side === 0 ? 1 : 0, { t: 'bye', reason });
  }

  #callDoor(key: Key, peer: IdentityKey): void {
    this.world.operations += 2;
    const { code } = this.member;
    const other = this.world.doorsAt(code).find((one) => one.key === key);
    this.world.after(storeMs, () => {
      const there = other === undefined ? null : this.world.resident(other.peer);
      if (there === null || !there.answers(code)) {
        this.world.after(unansweredMs, () => this.give((member) => member.failed(peer)));
      } else connect(this, there, code);
    });
  }

  /** Whether a call through the store is answered. */
  answers(code: RoomCode): boolean {
    return this.alive && this.#doorAt.has(code);
  }

  /** R3. */
  #enter(): void {
    if (this.#entering) return;
    this.#entering = true;
    const { code } = this.member;
    const begun = this.world.now;
    this.world.operations += 2;
    const doors = this.world.doorsAt(code).filter(({ peer }) => peer !== this.id).slice(-mostDoors);
    const next = async (): Promise<void> => {
      if (!this.alive || this.lines.size > 0) {
        this.#entering = false;
        return;
      }
      const [door] = doors.splice(this.world.chance(doors.length), 1);
      if (door === undefined) {
        const left = doors.length === 0 && this.world.now === begun ? storeMs : Math.max(0, begun + aloneMs - this.world.now);
        this.world.after(left, async () => {
          this.#entering = false;
          if (this.lines.size === 0) await this.give((member) => member.alone());
        });
        return;
      }
      this.world.operations += 2;
      const there = this.world.resident(door.peer);
      if (there?.answers(code) === true) this.world.after(storeMs, () => connect(this, there, code));
      this.world.after(unansweredMs, next);
    };
    this.world.after(storeMs, next);
  }

  #openDoor(code: RoomCode): void {
    this.world.operations++;
    this.#doorAt.add(code);
    this.world.addDoor(code, { peer: this.id, key: this.key, at: this.world.now });
    this.world.after(lookAgainMs, () => this.#look(code));
  }

  /** R3: two rooms that began at once are one again. */
  #look(code: RoomCode): void {
    if (!this.alive || !this.#doorAt.has(code)) return;
    const doors = this.world.doorsAt(code);
    const mine = doors.findIndex(({ peer }) => peer === this.id);
    for (const door of doors.slice(-mostDoors)) {
      const calls = doors.indexOf(door) < mine || this.world.now - door.at >= lookAgainMs;
      if (!calls || door.peer === this.id || this.member.knows(door.key)) continue;
      const there = this.world.resident(door.peer);
      if (there?.answers(code) === true) this.world.after(storeMs, () => connect(this, there, code));
    }
    this.world.after(lookAgainMs, () => this.#look(code));
  }

  /** The other's hello has come, and ours is out. */
  async linked(other: Resident, line: Line, theirs: RoomHello, code: RoomCode | null): Promise<void> {
    if (!this.alive) return;
    const facts = { theirs, caller: line.side === 0, key: other.key, code };
    const there = this.lines.get(other.id);
    if (there !== undefined && !this.member.replaces(other.id, facts)) {
      line.wire.send(line.side === 0 ? 1 : 0, { t: 'bye', reason: 'spare' });
      return;
    }
    there?.wire.send(there.side === 0 ? 1 : 0, { t: 'bye', reason: 'spare' });
    this.lines.set(other.id, line);
    await this.give((member) => member.linked(other.id, facts));
  }

  /** A frame has come over a link. */
  async take(peer: IdentityKey, wire: Wire, frame: ParsedRoomFrame): Promise<void> {
    if (!this.alive || this.lines.get(peer)?.wire !== wire) return;
    if (frame.t === 'bye') return this.#lost(peer, wire, { how: 'bye', reason: frame.reason });
    if (frame.t === 'unknown' || frame.t === 'hello' || frame.t === 'restart') return;
    const checked = await checkFrame(frame, this.member.rootFor(peer), this.world.signatures);
    await this.give((member) => member.received(peer, checked));
  }

  async #lost(peer: IdentityKey, wire: Wire, end: LinkEnd): Promise<void> {
    if (this.lines.get(peer)?.wire !== wire) return;
    this.lines.delete(peer);
    await this.give((member) => member.unlinked(peer, end));
  }
}

/** A connection opens: both say hello. */
function connect(caller: Resident, callee: Resident, code: RoomCode | null): void {
  const { world } = caller;
  if (!caller.alive || !callee.alive || caller === callee || world.isParted(caller, callee)) return;
  const wire = new Wire(world, world.delayTo(callee));
  const sides = [caller, callee] as const;
  const end = (side: 0 | 1) => {
    const [own, other] = [sides[side], sides[side === 0 ? 1 : 0]];
    return {
      async take(frame: ParsedRoomFrame): Promise<void> {
        if (!own.alive) return other.notices(own.id, wire);
        if (frame.t === 'hello') return own.linked(other, { wire, side }, frame, code);
        return own.take(other.id, wire, frame);
      },
    };
  };
  wire.join([end(0), end(1)]);
  wire.send(1, caller.member.hello());
  wire.send(0, callee.member.hello());
}

const pkcs8Head = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]);

/** A signer by what the seed says, with WebCrypto's signatures. */
async function newSigner(world: World): Promise<Signer> {
  const seed = world.bytes(32);
  const identity = encodeBase64url(ed25519.getPublicKey(seed)) as IdentityKey;
  const pkcs8 = Uint8Array.from([...pkcs8Head, ...seed]);
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  return world.signatures.signer({ kind: 'native', identity, privateKey });
}

function missing(): never {
  throw new Error('what was taken is not there');
}

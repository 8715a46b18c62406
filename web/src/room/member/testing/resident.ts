/** Somebody in a room: a member, and around it what a program does for it, in memory. */
import { encodeBase64url } from '../../../protocol/base64url';
import type { RoomSettings } from '../../../protocol/event-body';
import { newLinkId, type EventId, type IdentityKey, type Key } from '../../../protocol/ids';
import type { RoomCode } from '../../../protocol/room-code';
import type { ByeReason, ParsedRoomFrame, RoomFrame, RoomHello } from '../../../protocol/room-frame';
import type { Signer } from '../../../protocol/signing';
import type { Action, EndReason } from '../action';
import { checkFrame } from '../check';
import type { Kept, KeptEvent, LinkEnd } from '../config';
import { begin, type Member } from '../member';
import { connect } from './connect';
import { Doors } from './doors';
import type { Wire } from './wire';
import { newSigner, type World } from './world';

export type ResidentOptions = {
  readonly code: RoomCode;
  readonly create?: RoomSettings;
  readonly kept?: Kept;
  readonly name?: string;
  readonly limit?: number;
};

/** One end of a link that is open. `side`: which one of the wire. */
type Line = { readonly wire: Wire; readonly side: 0 | 1 };

export class Resident {
  readonly world: World;
  readonly signer: Signer;
  readonly key: Key;
  readonly options: ResidentOptions;
  readonly lines = new Map<IdentityKey, Line>();
  readonly faults: Extract<Action, { do: 'fault' }>[] = [];
  /** What a device keeps. */
  readonly kept = new Map<EventId, KeptEvent>();
  readonly codes: RoomCode[] = [];
  readonly doors: Doors;
  ended: EndReason | null = null;
  alive = true;
  /** Offers that wait for their answers. */
  readonly #calls = new Map<IdentityKey, string>();
  #member: Member | null = null;
  #tickAt = Infinity;

  private constructor(world: World, signer: Signer, options: ResidentOptions) {
    this.world = world;
    this.signer = signer;
    this.key = encodeBase64url(world.bytes(32)) as Key;
    this.options = options;
    this.doors = new Doors(this);
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
        return action.byStore ? this.doors.call(action.key, action.peer) : this.#offer(action.peer);
      case 'introduced':
        return this.#introduced(action);
      case 'disconnect':
        return this.#disconnect(action.peer, action.reason);
      case 'enter':
        return this.doors.enter();
      case 'openDoor':
        return this.doors.open(action.code);
      case 'closeDoor':
        return this.doors.close(action.code);
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
    if (line === undefined || this.world.isMute(this)) return;
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

function missing(): never {
  throw new Error('what was taken is not there');
}

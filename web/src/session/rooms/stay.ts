/**
 * A stay in a room of many: the member that decides, and around it what it asks for: links, doors, what is kept, and what
 * is shown. One input after the other goes to the member; what comes of it is done in order before the next.
 */
import { Failure } from '../../protocol/failures';
import { decodeBase64url, encodeBase64url } from '../../protocol/base64url';
import type { RoomSettings } from '../../protocol/event-body';
import { parseRoomId, type EventId, type IdentityKey, type Key, type RoomId, type Uid } from '../../protocol/ids';
import { roomLink, type RoomCode } from '../../protocol/room-code';
import type { Sealer } from '../../protocol/seal';
import type { Signatures, Signer } from '../../protocol/signing';
import type { Action } from '../../room/member/action';
import type { BlockLine } from '../../peer/block-line';
import { checkFrame } from '../../room/member/check';
import type { Kept } from '../../room/member/config';
import { begin, type Member } from '../../room/member/member';
import type { Journey } from '../journey';
import type { Invitation } from '../model';
import { Awaited, Ended } from '../scope';
import { chanceOf } from './chance';
import { Doors } from './doors';
import { Links } from './links';

/** What a stay begins with. */
export type StayPlan = {
  readonly uid: Uid;
  readonly code: RoomCode;
  /** Creates the room with these settings; null enters it. */
  readonly create: RoomSettings | null;
  readonly kept: Kept | null;
  /** What the person wants to be called; may be empty. */
  readonly name: string;
  readonly signer: Signer;
  readonly key: Key;
  /** Opens what is sealed for the key. */
  readonly sealer: Sealer;
  readonly signatures: Signatures;
  /** How many members there may be at a time; absent: as R1 says. */
  readonly limit?: number;
};

/** Who shows a stay and keeps what is said in it. */
export type StayOwner = {
  /** This member has begun: nothing has come yet. */
  begun(member: Member): void;
  /** Events to be kept, or whose bodies are gone. Done before anything of them goes out. */
  keep(ids: readonly EventId[]): void;
  /** The room is at another code. */
  moved(epoch: number, code: RoomCode): void;
  /** Entries are to be drawn anew. */
  changed(ids: readonly EventId[]): void;
  /** Something else is to be drawn anew: people, links, who is writing. */
  dirty(): void;
  /** Blocks for somebody go over this from now on (B3); null: over nothing. */
  blocks(peer: IdentityKey, line: BlockLine | null): void;
  /** A call through the store was not as its caller made it. */
  tampered(): void;
  /** The last has happened. @returns when that is kept. */
  left(): Promise<void>;
};

/** A place of introductions is named by the room's beginning, which never changes (O8). */
const placeBytes = 20;

/** One stay. It ends with its journey's scope. */
export class Stay {
  /** Rejects with what ends the stay from outside. */
  readonly over = new Awaited<never>();
  readonly links: Links;
  readonly #journey: Journey;
  readonly #plan: StayPlan;
  readonly #owner: StayOwner;
  readonly #doors: Doors;
  #member: Member | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #cancelTick: () => void = () => undefined;
  /** This member is in, or was; or nobody is there to let it in. */
  #settled = false;
  /** The last input has been given. */
  #over = false;
  #entering = false;

  constructor(journey: Journey, plan: StayPlan, owner: StayOwner) {
    this.#journey = journey;
    this.#plan = plan;
    this.#owner = owner;
    const self = { uid: plan.uid, key: plan.key, signer: Promise.resolve(plan.signer), sealer: plan.sealer };
    this.links = new Links(journey, self, {
      hello: () => this.member.hello(),
      linked: (peer, facts, take, refuse) =>
        this.input(async (member) => {
          if (!member.replaces(peer, facts)) {
            refuse();
            return [];
          }
          take();
          const actions = await member.linked(peer, facts);
          // R4: neither knows the room, and both wait.
          this.#settled ||= member.root === null;
          return actions;
        }),
      received: async (peer, frame) => {
        const checked = await checkFrame(frame, this.member.rootFor(peer), plan.signatures);
        await this.input((member) => member.received(peer, checked));
      },
      drained: (peer) => void this.input((member) => member.drained(peer)),
      ended: (peer, end) => void this.input((member) => member.unlinked(peer, end)),
      failed: (peer) => void this.input((member) => member.failed(peer)),
      introduce: (peer, step, link, sealed) => void this.input((member) => member.introduce(peer, step, link, sealed)),
      changed: () => owner.dirty(),
      blocks: (peer, line) => owner.blocks(peer, line),
    });
    this.#doors = new Doors(journey, self, {
      met: (met, key, code) => this.links.met(plan.signer.identity, met, key, code),
      knows: (key) => this.member.knows(key),
      hasRoot: () => this.member.root !== null,
      linked: () => this.links.count > 0,
      tampered: () => owner.tampered(),
      reached: (step) => this.#reached(step),
    });
  }

  /** There is a {@link member}. */
  get begun(): boolean {
    return this.#member !== null;
  }

  /** Once it has begun. */
  get member(): Member {
    if (this.#member === null) throw new Error('rooms: the stay has not begun');
    return this.#member;
  }

  /** Others are looked for in the store. */
  get entering(): boolean {
    return this.#entering;
  }

  /** There is a room to show. */
  get settled(): boolean {
    this.#settled ||= this.member.isIn;
    return this.#settled;
  }

  /** Begins, and stays until the journey ends. @throws Failure; Ended. */
  async run(): Promise<never> {
    const { scope, deps, settings, shared } = this.#journey;
    this.#journey.connecting('asking');
    // Asked for now, needed when somebody is there.
    shared.ice.get(settings.relayOnly, scope.signal).catch(() => undefined);
    if (this.#plan.create !== null) await this.#doors.found(this.#plan.code);
    const { uid: _, sealer: __, signatures: ___, ...config } = this.#plan;
    const { member, actions } = await begin({
      ...config,
      random: deps.random,
      chance: chanceOf(deps.random),
      now: deps.timers.now(),
      typing: settings.tellTyping,
      reading: settings.tellRead,
    });
    this.#member = member;
    this.#owner.begun(member);
    if (this.#journey.settings !== settings) this.configured();
    scope.defer(() => this.#leave());
    scope.defer(deps.page.onHide(() => this.links.sayBye()));
    scope.defer(deps.page.onNetwork(() => this.links.networkChanged()));
    for (const action of actions) this.#perform(action);
    this.#schedule();
    return scope.wait(this.over.promise);
  }

  /**
   * Gives the member an input, in its turn.
   * @returns when what came of it is done; never, when the stay has ended before.
   */
  input(give: (member: Member) => Promise<readonly Action[]>): Promise<void> {
    const done = this.#queue.then(() => this.#give(give));
    // A bug, to be seen as one. What comes later goes on.
    this.#queue = done.catch((error: unknown) => {
      queueMicrotask(() => {
        throw error;
      });
    });
    return done;
  }

  /** The settings are other ones: what others are told of this person counts at once (R7). */
  configured(): void {
    const { tellTyping: typing, tellRead: reading } = this.#journey.settings;
    if (this.begun) void this.input((member) => member.tell({ typing, reading }));
  }

  /** How others come in. */
  get invitation(): Invitation {
    const { code } = this.member;
    return { code, url: roomLink(this.#journey.deps.baseUrl, code) };
  }

  async #give(give: (member: Member) => Promise<readonly Action[]>): Promise<void> {
    if (this.#over) return;
    const { member } = this;
    for (const action of await member.tick(this.#journey.deps.timers.now())) this.#perform(action);
    for (const action of await give(member)) this.#perform(action);
    this.#schedule();
  }

  #schedule(): void {
    this.#cancelTick();
    const { scope, deps } = this.#journey;
    const ms = Math.max(0, this.member.next() - deps.timers.now());
    this.#cancelTick = scope.after(ms, () => void this.input(async () => []));
  }

  #perform(action: Action): void {
    switch (action.do) {
      case 'send':
        return this.links.send(action.peer, action.frame, action.bulk);
      case 'connect':
        return void this.#connect(action);
      case 'introduced':
        return this.links.introduced(this.member.self, action, this.#place());
      case 'disconnect':
        return this.links.disconnect(action.peer, action.reason);
      case 'enter':
        return void this.#enter();
      case 'openDoor':
        return this.#doors.open(action.code);
      case 'closeDoor':
        return this.#doors.close(action.code);
      case 'createRoom':
        return void this.#doors.create(action.code).catch(unlessEnded);
      case 'moved':
        return this.#owner.moved(action.epoch, action.code);
      case 'took':
      case 'forgot':
        return this.#owner.keep(action.ids);
      case 'changed':
        return this.#owner.changed(action.ids);
      case 'people':
      case 'typists':
      case 'fault':
        return this.#owner.dirty();
      case 'ended':
        return this.over.reject(new Failure(action.reason));
    }
  }

  async #connect(action: Extract<Action, { do: 'connect' }>): Promise<void> {
    if (!action.byStore) return this.links.connect(this.member.self, action, this.#place());
    const { scope } = this.#journey;
    const found = await this.#doors.call(scope, this.member.code, action.key).catch(() => false);
    if (!found) await this.input((member) => member.failed(action.peer));
    return undefined;
  }

  /** R3. Whoever has nobody, and knows the room, goes on: the store may be away. */
  async #enter(): Promise<void> {
    if (this.#entering) return;
    this.#entering = true;
    try {
      const linked = await this.#doors.enter(this.member.code);
      if (!linked) this.#alone();
    } catch (error) {
      if (error instanceof Ended) return;
      if (error instanceof Failure && this.member.root !== null) this.#alone();
      else this.over.reject(error);
    } finally {
      this.#entering = false;
      this.#owner.dirty();
    }
  }

  #alone(): void {
    this.#settled = true;
    this.#owner.dirty();
    void this.input((member) => member.alone());
  }

  #reached(step: 'exchanging' | 'checking' | 'opening'): void {
    if (!this.settled) this.#journey.connecting(step);
  }

  #place(): RoomId {
    const root = decodeBase64url(this.member.root ?? '');
    return parseRoomId(encodeBase64url(root.slice(0, placeBytes)));
  }

  /** The last that is done: the scope has ended, so it is done by hand. What was said just before goes out, too. */
  async #leave(): Promise<void> {
    this.#cancelTick();
    await this.#queue;
    this.#over = true;
    for (const action of await this.member.leave()) {
      if (action.do === 'send') this.links.send(action.peer, action.frame, action.bulk);
      if (action.do === 'closeDoor') this.#doors.close(action.code);
    }
    await Promise.all([this.links.leave(), this.#owner.left()]);
  }
}

function unlessEnded(error: unknown): void {
  if (!(error instanceof Ended)) throw error;
}


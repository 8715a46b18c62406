/** The rooms of this device: those that a page is in, one of which is shown, and those that are kept. */
import { Failure } from '../../protocol/failures';
import type { RoomSettings } from '../../protocol/event-body';
import type { BlockId, EventId, RoomId, Uid } from '../../protocol/ids';
import { safetyNumber } from '../../protocol/safety-number';
import { roomIdOf, type RoomCode } from '../../protocol/room-code';
import type { Archive, KeptRoom } from '../../room/archive/archive';
import type { Journey } from '../journey';
import type { Notes } from '../ports';
import type { RoomCard, RoomState } from '../room-model';
import type { Scope } from '../scope';
import type { FilesPart } from './files/part';
import { keptOf } from './keeper';
import { filesNote, nameNote, type RoomParts } from './parts';
import type { Room } from './room';

/** What rooms need of the browser. */
export type RoomTools = {
  readonly subtle: SubtleCrypto;
  readonly archive: Archive;
  readonly notes: Notes;
  /** Something can be kept beyond the page. */
  readonly keepable: boolean;
  /** What a room is made of comes when one is entered. @throws Failure `function_unavailable`. */
  readonly load: () => Promise<{ readonly Room: typeof Room }>;
  /** What files are made of comes with the first one. @throws Failure `function_unavailable`. */
  readonly files: () => Promise<FilesPart>;
  /**
   * One page of this browser is in a room at a time, the last that wants to: they would be the same member.
   * @param lost - another page is there now.
   */
  readonly alone: (scope: Scope, room: RoomId, lost: () => void) => Promise<void>;
  /** How many members a room holds; as many as R1 says if it is absent. */
  readonly limit?: number;
};

/** What a stay begins with. */
export type Visit = {
  readonly uid: Uid;
  readonly code: RoomCode;
  /** The room is to be created. */
  readonly create: boolean;
};

const first: RoomSettings = { name: '', topic: '', invite: 'all', locked: false, history: 'all', keepSeconds: 0 };

type Open = { readonly room: Room; state: RoomState | null };
/** `written`: when what was said last is kept, of one that was open just now. */
type Closed = { readonly id: RoomId; readonly kept: KeptRoom; readonly written?: Promise<void> };

/** One for a page. */
export class Rooms {
  readonly #tools: RoomTools;
  readonly #changed: () => void;
  readonly #open = new Map<Journey, Open>();
  #closed: readonly Closed[] = [];
  #list: readonly RoomCard[] | null = null;

  /** @param changed - told when the list is another one. */
  constructor(tools: RoomTools, changed: () => void) {
    this.#tools = tools;
    this.#changed = changed;
  }

  /** Reads what is kept. */
  async load(): Promise<void> {
    const rooms = await this.#tools.archive.rooms();
    this.#closed = await Promise.all(rooms.map(async (kept) => ({ id: await roomIdOf(latest(kept), this.#tools.subtle), kept })));
    this.#touch();
  }

  /** Those that are open first, then the latest first. The same object until it changes. */
  list(): readonly RoomCard[] {
    if (this.#list !== null) return this.#list;
    const roots = new Set([...this.#open.values()].map(({ room }) => room.root));
    const open = [...this.#open.values()].flatMap(({ room, state }) => (state === null ? [] : [room.card(state.id)]));
    const closed = this.#closed.filter(({ kept }) => !roots.has(kept.root));
    this.#list = [...open, ...closed.map(({ id, kept }): RoomCard => ({ ...kept.card, id, is: 'closed', here: 0 }))];
    return this.#list;
  }

  /** What a journey has come to; null: not yet. */
  of(journey: Journey | null): { readonly room: Room; readonly state: RoomState } | null {
    const open = journey === null ? undefined : this.#open.get(journey);
    return open?.state == null ? null : { room: open.room, state: open.state };
  }

  /** The journey that is in a room; null: none. */
  journeyIn(id: RoomId): Journey | null {
    for (const [journey, { state }] of this.#open) if (state?.id === id) return journey;
    return null;
  }

  /** The journey that came by a code, or has been told it; null: none. */
  journeyBy(code: RoomCode): Journey | null {
    for (const [journey, { state }] of this.#open) if (state?.invitation.code === code) return journey;
    return null;
  }

  /** The code of a room that is kept; null: it is not. */
  codeOf(id: RoomId): RoomCode | null {
    const found = this.#closed.find((one) => one.id === id);
    return found === undefined ? null : latest(found.kept);
  }

  /** The settings are other ones. */
  configured(): void {
    for (const { room } of this.#open.values()) room.configured();
  }

  /** All journeys that are in rooms. */
  journeys(): readonly Journey[] {
    return [...this.#open.keys()];
  }

  /** Forgets what is kept of a room; the caller ends its journey before. */
  async forget(id: RoomId): Promise<void> {
    const found = this.#closed.find((one) => one.id === id);
    const journey = this.journeyIn(id);
    if (journey !== null) this.#open.get(journey)?.room.forget();
    if (found !== undefined) {
      await this.#tools.archive.forget(found.kept.root);
      await this.#forgetFiles(found.kept.root).catch(() => undefined);
    }
    await this.load();
  }

  /** What came in a room that is forgotten. What files are made of is asked for only if there may be some. */
  async #forgetFiles(root: EventId): Promise<void> {
    if (this.#tools.notes.read(filesNote)?.includes(root) !== true) return;
    const { wishes, tools } = await this.#tools.files();
    const sets = Object.keys(wishes.of(root).sets) as BlockId[];
    wishes.write(root, null, true);
    await Promise.all(sets.map((set) => tools.storage.forget(set)));
  }

  /** Creates a room, enters it, or comes back to it, and stays until the journey ends. @throws Failure; Ended. */
  async stay(journey: Journey, { uid, code, create }: Visit): Promise<never> {
    const { scope } = journey;
    const { archive, notes, keepable, subtle, limit, files } = this.#tools;
    const closed = () => this.#closed.find(({ kept }) => kept.codes.some((one) => one.code === code));
    await scope.wait(closed()?.written ?? Promise.resolve());
    const before = create ? null : (closed()?.kept ?? null);
    const lost = new Promise<never>((_, reject) => {
      const name = before?.codes[0]?.code ?? code;
      void roomIdOf(name, subtle)
        .then((room) => this.#tools.alone(scope, room, () => reject(new Failure('open_elsewhere'))))
        .catch(reject);
    });
    // What comes of it counts once the stay has begun.
    lost.catch(() => undefined);
    const [meeting, { Room: NewRoom }] = await scope.wait(Promise.all([journey.meeting, this.#tools.load()]));
    const [{ key, sealer }, signer] = await scope.wait(Promise.all([meeting.newKey(), meeting.deviceSigner()]));
    const kept = before === null ? null : await scope.wait(keptOf(archive, notes, before, journey.deps.timers));
    const numberWith = async (peer: typeof signer.identity) => safetyNumber(subtle, signer.identity, peer);
    const parts: RoomParts = { archive, notes, keepable, keeps: keepable, people: meeting.people, files, safetyNumber: numberWith };
    const name = notes.read(nameNote) ?? '';
    const plan = {
      uid, code: before === null ? code : latest(before), create: create ? first : null, kept, name, signer, key, sealer,
      signatures: meeting.signatures, ...(limit === undefined ? {} : { limit }),
    };
    const open: Open = {
      state: null,
      room: new NewRoom(journey, parts, plan, before, (state) => {
        open.state = state;
        this.#touch();
        journey.show(state);
      }),
    };
    this.#open.set(journey, open);
    scope.defer(() => this.#close(journey));
    return scope.wait(Promise.race([open.room.run(), lost]));
  }

  /** A room that was open is in the list as one that is kept. */
  #close(journey: Journey): void {
    const open = this.#open.get(journey);
    this.#open.delete(journey);
    const { id } = open?.state ?? {};
    const kept = open?.room.kept ?? null;
    if (open !== undefined && id !== undefined && kept !== null) {
      const others = () => this.#closed.filter((one) => one.kept.root !== kept.root);
      const written = open.room.written.then(() => void (this.#closed = [{ id, kept: open.room.kept ?? kept }, ...others()]));
      this.#closed = [{ id, kept, written }, ...others()];
    }
    this.#touch();
  }

  #touch(): void {
    this.#list = null;
    this.#changed();
  }
}

/** The code by which a room is found now. */
function latest({ codes }: KeptRoom): RoomCode {
  return codes.reduce((a, b) => (b.epoch > a.epoch ? b : a)).code;
}

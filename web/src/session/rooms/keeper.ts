/**
 * What is kept of one room on this device, while a person is in it. Events are written some at a time; but how far the own
 * chain has come is noted at once, so that a page that dies between the two never says a second thing in one place (E12).
 */
import { parseChainId, type EventId, type IdentityKey } from '../../protocol/ids';
import type { RoomCode } from '../../protocol/room-code';
import type { Archive, KeptCode, KeptRoom } from '../../room/archive/archive';
import type { ChainEnd } from '../../protocol/event-member';
import type { Kept, KeptEvent } from '../../room/member/config';
import type { Timers } from '../../signaling/timers';
import type { Notes } from '../ports';
import { breathing } from './breath';

/** What the keeper reads of a room when it writes. */
export type Source = {
  root(): EventId | null;
  event(id: EventId): KeptEvent | null;
  chain(): ChainEnd | null;
  card(): KeptRoom['card'];
};

/** So long after a change it is written. */
const laterMs = 300;

/** Where the end of the own chain is noted. */
const noteOf = (root: EventId) => `parley.chain.${root}`;

/** Owned by a room. */
export class Keeper {
  readonly #archive: Archive;
  readonly #notes: Notes;
  readonly #timers: Timers;
  readonly #source: Source;
  #codes: readonly KeptCode[];
  #seen: EventId | null;
  #hidden: readonly IdentityKey[];
  #on: boolean;
  readonly #waiting = new Set<EventId>();
  #cancel: (() => void) | null = null;
  #last: Promise<void> = Promise.resolve();

  /** @param before - what was kept; null: nothing. @param on - what is said is kept from now on. */
  constructor(
    { archive, notes, timers }: { readonly archive: Archive; readonly notes: Notes; readonly timers: Timers },
    source: Source, code: RoomCode, before: KeptRoom | null, on: boolean,
  ) {
    this.#archive = archive;
    this.#notes = notes;
    this.#timers = timers;
    this.#source = source;
    this.#codes = before?.codes ?? [{ epoch: 0, code }];
    this.#seen = before?.seen ?? null;
    this.#hidden = before?.hidden ?? [];
    this.#on = on;
  }

  get on(): boolean {
    return this.#on;
  }

  /** What is kept beside the events, as of now; null: nothing. */
  get kept(): KeptRoom | null {
    const root = this.#source.root();
    if (!this.#on || root === null) return null;
    const chain = this.#source.chain();
    return {
      root,
      codes: this.#codes,
      chain: chain === null ? null : { id: chain.chain, n: chain.n },
      seen: this.#seen,
      hidden: this.#hidden,
      card: this.#source.card(),
      at: this.#timers.now(),
    };
  }

  get seen(): EventId | null {
    return this.#seen;
  }

  get hidden(): readonly IdentityKey[] {
    return this.#hidden;
  }

  /** Events have come, or have lost their bodies. */
  keep(ids: readonly EventId[]): void {
    const root = this.#source.root();
    if (!this.#on || root === null) return;
    const chain = this.#source.chain();
    if (chain !== null) this.#notes.write(noteOf(root), `${chain.chain}:${chain.n}`);
    for (const id of ids) this.#waiting.add(id);
    this.touch();
  }

  moved(epoch: number, code: RoomCode): void {
    this.#codes = [...this.#codes.filter((one) => one.epoch !== epoch), { epoch, code }];
    this.touch();
  }

  see(id: EventId): void {
    this.#seen = id;
    this.touch();
  }

  hide(member: IdentityKey, hidden: boolean): void {
    const others = this.#hidden.filter((one) => one !== member);
    this.#hidden = hidden ? [...others, member] : others;
    this.touch();
  }

  /** Keeps all from now on, or forgets all. @param all - every event that there is. */
  turn(on: boolean, all: readonly EventId[]): void {
    if (this.#on === on) return;
    this.#on = on;
    if (on) this.keep(all);
    else this.forget();
  }

  /** Forgets what is kept. */
  forget(): void {
    this.#on = false;
    this.#waiting.clear();
    this.#cancel?.();
    const root = this.#source.root();
    if (root === null) return;
    this.#notes.write(noteOf(root), null);
    this.#last = this.#last.then(() => this.#archive.forget(root));
  }

  /** Something of the room is to be written, soon. */
  touch(): void {
    if (!this.#on || this.#cancel !== null) return;
    this.#cancel = this.#timers.after(laterMs, () => void this.flush());
  }

  /** Writes now what is to be written. @returns when all is. */
  flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    this.#last = this.#last.then(() => this.#write());
    return this.#last;
  }

  async #write(): Promise<void> {
    const root = this.#source.root();
    if (!this.#on || root === null) return;
    const events: KeptEvent[] = [];
    for (const id of this.#waiting) {
      const event = this.#source.event(id);
      if (event !== null) events.push(event);
    }
    this.#waiting.clear();
    if (events.length > 0) await this.#archive.add(root, events);
    const { kept } = this;
    if (kept !== null) await this.#archive.keep(kept);
  }
}

/** What a member begins with of what was kept; null if that is nothing it can begin with. */
export async function keptOf(archive: Archive, notes: Notes, room: KeptRoom, timers: Timers): Promise<Kept | null> {
  const events = await archive.events(room.root);
  if (events.length === 0) return null;
  const noted = room.chain !== null && notes.read(noteOf(room.root)) === `${room.chain.id}:${room.chain.n}`;
  const chain = noted && room.chain !== null ? { chain: parseChainId(room.chain.id), n: room.chain.n } : null;
  return { root: room.root, events, chain, codes: room.codes.map(({ code }) => code), pause: breathing(timers) };
}

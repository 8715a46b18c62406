/** What a room's timeline is to the screens: entries that stay the same objects until they change. */
import type { BlockId, EventId, IdentityKey } from '../../protocol/ids';
import type { Entry } from '../../room/timeline/entry';
import type { Timeline } from '../../room/timeline/timeline';
import type { RoomFile } from '../file-model';
import type { RoomDelivery, RoomEntries, RoomEntry, RoomQuote, RoomSettings } from '../room-model';

/** What an entry needs from beside the timeline. */
export type EntryContext = {
  readonly self: IdentityKey;
  /** Who began the room, and so never came in; null while that is not known. */
  founder(): IdentityKey | null;
  /** How far an own text has come. */
  delivery(id: EventId): RoomDelivery;
  /** How far a file has come that was said by this author. */
  file(root: BlockId, author: IdentityKey): RoomFile;
  /** Its author's clock says that it was said later than it came here. */
  ahead(id: EventId): boolean;
};

const noSettings: RoomSettings = { name: '', topic: '', invite: 'all', locked: false, history: 'all', keepSeconds: 0 };
/** So many characters of a text are shown with its answers. */
const quoteCharacters = 200;

/** Of one room. Owned by its view. */
export class EntryCache {
  readonly #timeline: () => Timeline | null;
  readonly #context: EntryContext;
  readonly #known = new Map<EventId, RoomEntry>();
  /** Admissions of each member that are entries, to tell who has come from who is called otherwise. */
  readonly #admissions = new Map<IdentityKey, Set<EventId>>();
  /** What quotes an entry, of those that are known. */
  readonly #answers = new Map<EventId, Set<EventId>>();

  /** @param timeline - null while nothing is known of the room. */
  constructor(timeline: () => Timeline | null, context: EntryContext) {
    this.#timeline = timeline;
    this.#context = context;
  }

  /** Entries are to be made anew, and those that quote them. */
  forget(ids: readonly EventId[]): void {
    for (const id of ids) {
      this.#known.delete(id);
      for (const answer of this.#answers.get(id) ?? []) this.#known.delete(answer);
      this.#note(id);
    }
  }

  /** All entries as of now: a new object, for who compares. */
  now(): RoomEntries {
    const timeline = this.#timeline();
    return {
      length: timeline?.length ?? 0,
      at: (index) => this.#at(index),
      idAt: (index) => this.#idAt(index),
      indexOf: (id) => this.#timeline()?.indexOf(id) ?? -1,
    };
  }

  #idAt(index: number): EventId {
    const id = this.#timeline()?.idAt(index);
    if (id === undefined) throw new RangeError(`rooms: no entry ${index}`);
    return id;
  }

  #at(index: number): RoomEntry {
    const id = this.#idAt(index);
    const known = this.#known.get(id);
    const entry = known === undefined ? this.#timeline()?.at(index) : undefined;
    if (known !== undefined) return known;
    if (entry === undefined) throw new RangeError(`rooms: no entry ${index}`);
    const made = this.#make(entry, index);
    this.#known.set(id, made);
    return made;
  }

  #make(entry: Entry, index: number): RoomEntry {
    const { id, author, time: at } = entry;
    switch (entry.kind) {
      case 'text':
      case 'file':
        return {
          id, author, at,
          kind: 'text',
          text: entry.text,
          file: entry.file === null ? null : this.#context.file(entry.file.root, author),
          is: entry.is,
          edited: entry.edited,
          reply: entry.reply === null ? null : this.#quote(entry.reply, id),
          reactions: entry.reactions.map(({ emoji, members }) => ({
            emoji, members, mine: members.includes(this.#context.self),
          })),
          delivery: author === this.#context.self ? this.#context.delivery(id) : null,
          ahead: this.#context.ahead(id),
        };
      case 'room':
        return { id, author, at, kind: 'begun' };
      case 'admission': {
        const { member, name } = entry;
        if (member === this.#context.founder() || !this.#isFirst(member, id)) return { id, author, at, kind: 'renamed', member, name };
        return { id, author, at, kind: 'came', member };
      }
      case 'removal':
        return { id, author, at, kind: 'removed', member: entry.member };
      case 'settings':
        return { id, author, at, kind: 'settings', settings: entry.settings, before: this.#settingsBefore(index) };
    }
  }

  #quote(id: EventId, by: EventId): RoomQuote {
    this.#answers.set(id, (this.#answers.get(id) ?? new Set()).add(by));
    const index = this.#timeline()?.indexOf(id) ?? -1;
    const quoted = index < 0 ? null : (this.#timeline()?.at(index) ?? null);
    if (quoted?.kind !== 'text' && quoted?.kind !== 'file') return { id, author: null, text: null, files: false };
    const text = quoted.is === 'here' ? Array.from(quoted.text).slice(0, quoteCharacters).join('') : null;
    return { id, author: quoted.author, text, files: quoted.is === 'here' && quoted.file !== null };
  }

  /** Those that an entry's settings took the place of. */
  #settingsBefore(index: number): RoomSettings {
    for (let i = index - 1; i >= 0; i--) {
      const entry = this.#timeline()?.at(i);
      if (entry?.kind === 'settings' || entry?.kind === 'room') return entry.settings;
    }
    return noSettings;
  }

  /** Whether it is by this admission that somebody came. */
  #isFirst(member: IdentityKey, id: EventId): boolean {
    const timeline = this.#timeline();
    const index = timeline?.indexOf(id) ?? -1;
    return [...(this.#admissions.get(member) ?? [])].every((other) => {
      const at = timeline?.indexOf(other) ?? -1;
      return at < 0 || at >= index;
    });
  }

  #note(id: EventId): void {
    const timeline = this.#timeline();
    // Asked before anything is read: a room that begins has all of its entries made anew.
    if (timeline?.isAdmission(id) !== true) return;
    const entry = timeline.at(timeline.indexOf(id));
    if (entry.kind !== 'admission') return;
    const all = this.#admissions.get(entry.member) ?? new Set();
    this.#admissions.set(entry.member, all.add(id));
    for (const other of all) this.#known.delete(other);
  }
}

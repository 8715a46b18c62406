/**
 * What people see of a room: texts in the order that all share, with their edits, reactions and replies, and who came and
 * went in between (SPEC section 13). The same as Go's `room/timeline`. It is worked out from a history, and follows it one
 * change after the other; entries are read when somebody looks at them. Deleted texts are forgotten in the history, too.
 */
import { bodyOf, type Event } from '../../protocol/event';
import { eventKinds } from '../../protocol/event-header';
import type { EventId } from '../../protocol/ids';
import type { Change, History } from '../history/history';
import { orNull, readEntry, type Entry } from './entry';
import { countNote, mayNote, newNotes, readTarget, type Notes } from './notes';

/** An entry's place. `notes` is null until somebody refers to it. */
type Item = { readonly id: EventId; notes: Notes | null };

const shownKinds: ReadonlySet<number> = new Set([
  eventKinds.text, eventKinds.file, eventKinds.room, eventKinds.admission, eventKinds.removal, eventKinds.settings,
]);

/** What there is to see of a room. Every change of its history has to be applied; in which order does not matter. */
export class Timeline {
  readonly #history: History;
  /** By E6. */
  readonly #items: Item[] = [];
  readonly #byId = new Map<EventId, Item>();
  /** What reactions, edits and deletions refer to. */
  readonly #targets = new Map<EventId, EventId>();
  /** Those that came before their texts. */
  readonly #early = new Map<EventId, EventId[]>();
  /** What has changed since the last call began. */
  #drawn: EventId[] = [];

  /** Shows what a history has. */
  constructor(history: History) {
    this.#history = history;
    for (const id of history.events()) this.#place(id);
    this.#drawn = [];
  }

  /** Follows a change, and tells which entries came, went, or are to be drawn anew; some more than once. */
  apply({ taken, bodies, silenced }: Pick<Change, 'taken' | 'bodies' | 'silenced'>): readonly EventId[] {
    this.#drawn = [];
    for (const id of [...taken, ...bodies]) this.#place(id);
    this.#removeAll(silenced);
    return this.#drawn;
  }

  /** Forgets what is over, and tells which entries are to be drawn anew (E13). */
  expire(now: number): readonly EventId[] {
    this.#drawn = [];
    const over = this.#history.expire(now);
    const isReaction = (id: EventId) => this.#event(id).kind === eventKinds.reaction;
    for (const id of over) if (!isReaction(id)) this.#drawn.push(this.#targets.get(id) ?? id);
    this.#removeAll(over.filter(isReaction));
    return this.#drawn;
  }

  /** How many entries there are. */
  get length(): number {
    return this.#items.length;
  }

  /** Reads an entry. @param index - 0 to length − 1. @throws RangeError for another one. */
  at(index: number): Entry {
    const id = this.idAt(index);
    return readEntry(this.#history, this.#event(id), this.#items[index]?.notes ?? null);
  }

  /** Names an entry. @throws RangeError as {@link at}. */
  idAt(index: number): EventId {
    const item = this.#items[index];
    if (item === undefined) throw new RangeError('no entry of this index');
    return item.id;
  }

  /** Whether it is an entry by which somebody came in, or is called otherwise. */
  isAdmission(id: EventId): boolean {
    return this.#byId.has(id) && this.#event(id).kind === eventKinds.admission;
  }

  /** Whether an entry speaks of files, or did, without reading it. */
  isFile(id: EventId): boolean {
    return this.#byId.has(id) && this.#event(id).kind === eventKinds.file;
  }

  /** −1 if there is none of this id. */
  indexOf(id: EventId): number {
    return this.#byId.has(id) ? this.#search(id) : -1;
  }

  /** Where an event of the history is, or belongs. */
  #search(id: EventId): number {
    let [from, to] = [0, this.#items.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#history.compare((this.#items[middle] as Item).id, id) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Puts an event where it belongs, if it says something. */
  #place(id: EventId): void {
    if (!this.#history.says(id)) return;
    const event = this.#event(id);
    if (shownKinds.has(event.kind)) this.#insert(id);
    else this.#placeNote(event);
  }

  #insert(id: EventId): void {
    this.#drawn.push(id);
    if (this.#byId.has(id)) return;
    const item = { id, notes: null };
    this.#byId.set(id, item);
    const last = this.#items.at(-1);
    if (last === undefined || this.#history.compare(last.id, id) < 0) this.#items.push(item);
    else this.#items.splice(this.#search(id), 0, item);
    for (const note of this.#early.get(id) ?? []) this.#note(id, this.#event(note));
    this.#early.delete(id);
  }

  #placeNote(event: Event): void {
    const known = this.#targets.get(event.id);
    if (known !== undefined) {
      this.#drawn.push(known); // its body was gone for a while
      return;
    }
    const body = bodyOf(event);
    const target = body === null ? null : orNull(() => readTarget(event, body));
    if (target === null) return;
    this.#targets.set(event.id, target);
    this.#note(target, event);
  }

  /** Adds to a text what refers to it; if the text is not there, that waits for it. */
  #note(target: EventId, note: Event): void {
    const item = this.#byId.get(target);
    if (item === undefined) {
      const early = this.#early.get(target);
      if (early === undefined) this.#early.set(target, [note.id]);
      else early.push(note.id);
      return;
    }
    if (!mayNote(note, this.#event(target))) return;
    item.notes ??= newNotes();
    const wasDeleted = item.notes.deletions > 0;
    item.notes.all.push(note.id);
    countNote(this.#history, item.notes, note);
    this.#drawn.push(target);
    if (item.notes.deletions === 0) return;
    const gone = wasDeleted ? editsAmong([note]) : this.#bodiesOf(target, item.notes);
    for (const id of gone) this.#history.forget(id);
  }

  /** A text and its edits: what a deletion is about (E11). */
  #bodiesOf(target: EventId, { all }: Notes): EventId[] {
    return [target, ...editsAmong(all.map((id) => this.#event(id)))];
  }

  /** Takes events out that say nothing any more. Each text's notes are counted anew once, however many of them go. */
  #removeAll(ids: readonly EventId[]): void {
    const withdrawn = new Map<EventId, Set<EventId>>();
    for (const id of ids) {
      const target = this.#targets.get(id);
      if (target === undefined) {
        this.#remove(id);
        continue;
      }
      this.#targets.delete(id);
      const some = withdrawn.get(target);
      if (some === undefined) withdrawn.set(target, new Set([id]));
      else some.add(id);
    }
    for (const [target, some] of withdrawn) this.#withdraw(target, some);
  }

  #remove(id: EventId): void {
    if (!this.#byId.has(id)) return;
    this.#items.splice(this.#search(id), 1);
    this.#byId.delete(id);
    this.#drawn.push(id);
  }

  /** Takes notes back, and counts the others of their text anew. */
  #withdraw(target: EventId, some: ReadonlySet<EventId>): void {
    const item = this.#byId.get(target);
    if (item === undefined) {
      this.#early.set(target, (this.#early.get(target) ?? []).filter((id) => !some.has(id)));
      return;
    }
    const before = item.notes;
    if (before === null) return;
    const rest = newNotes(before.all.filter((id) => !some.has(id)));
    for (const id of rest.all) countNote(this.#history, rest, this.#event(id));
    item.notes = rest;
    // Somebody may have the bodies still.
    const isBack = before.deletions > 0 && rest.deletions === 0;
    if (isBack) for (const id of this.#bodiesOf(target, rest)) this.#history.recall(id);
    this.#drawn.push(target);
  }

  #event(id: EventId): Event {
    const event = this.#history.event(id);
    if (event === null) throw new RangeError('an event that is not taken');
    return event;
  }
}

function editsAmong(notes: readonly Event[]): EventId[] {
  return notes.filter(({ kind }) => kind === eventKinds.edit).map(({ id }) => id);
}

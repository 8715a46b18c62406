/**
 * What a person wants of the files of their rooms, kept in small notes: those of the browser while the room is kept, else
 * those of the tab, which live through a reload.
 */
import type { BlockId, EventId } from '../../../protocol/ids';
import type { Notes } from '../../ports';
import { filesNote as note } from '../parts';

/** Of one set; null: nothing was said. `saved`: it was put somewhere. */
export type Wish = { readonly is: 'wanted' | 'paused' | 'declined' | null; readonly saved: boolean };

/** Of one room. */
export type RoomWishes = { readonly pictures: boolean; readonly sets: Readonly<Record<BlockId, Wish>> };

/** By room, and by set. */
type All = Readonly<Record<string, RoomWishes>>;
type Passing = Readonly<Record<string, number>>;

export const noWish: Wish = { is: null, saved: false };
const none: RoomWishes = { pictures: false, sets: {} };
/** Sets of rooms that are not kept, and when something was last said of them: the tab whose they are may be another one. */
const passingNote = 'parley.files.passing';
const passingMs = 24 * 3_600_000;

/** Those of one browser. They are read anew each time: another tab may have written. */
export class Wishes {
  readonly #browser: Notes;
  readonly #tab: Notes;
  readonly #now: () => number;

  constructor(browser: Notes, tab: Notes, now: () => number) {
    this.#browser = browser;
    this.#tab = tab;
    this.#now = now;
  }

  of(room: EventId): RoomWishes {
    return read<All>(this.#browser, note)[room] ?? read<All>(this.#tab, note)[room] ?? none;
  }

  /** @param kept - whether the room is kept on this device. */
  write(room: EventId, wishes: RoomWishes | null, kept: boolean): void {
    const [there, elsewhere] = kept ? [this.#browser, this.#tab] : [this.#tab, this.#browser];
    put(there, room, wishes !== null && (wishes.pictures || Object.keys(wishes.sets).length > 0) ? wishes : null);
    put(elsewhere, room, null);
    if (!kept && wishes !== null) this.#pass(Object.keys(wishes.sets) as BlockId[]);
  }

  /** Sets of which somebody who may come back wants something. */
  sets(): ReadonlySet<BlockId> {
    const rooms = [...Object.values(read<All>(this.#browser, note)), ...Object.values(read<All>(this.#tab, note))];
    const kept = rooms.flatMap(({ sets }) => Object.keys(sets) as BlockId[]);
    return new Set([...kept, ...(Object.keys(this.#passing()) as BlockId[])]);
  }

  #pass(roots: readonly BlockId[]): void {
    const now = this.#now();
    const all: Passing = { ...this.#passing(), ...Object.fromEntries(roots.map((root) => [root, now])) };
    this.#browser.write(passingNote, Object.keys(all).length === 0 ? null : JSON.stringify(all));
  }

  #passing(): Passing {
    const since = this.#now() - passingMs;
    return Object.fromEntries(Object.entries(read<Passing>(this.#browser, passingNote)).filter(([, at]) => at > since));
  }
}

function put(notes: Notes, room: EventId, wishes: RoomWishes | null): void {
  const { [room]: before, ...others } = read<All>(notes, note);
  if (before === undefined && wishes === null) return;
  const all: All = wishes === null ? others : { ...others, [room]: wishes };
  notes.write(note, Object.keys(all).length === 0 ? null : JSON.stringify(all));
}

function read<T extends All | Passing>(notes: Notes, name: string): T {
  try {
    return JSON.parse(notes.read(name) ?? '{}') as T;
  } catch {
    return {} as T;
  }
}

import type { EventId } from '../../protocol/ids';
import type { Safety } from '../../session/model';
import type { RoomEntry, RoomMember, RoomState, RoomVerbs } from '../../session/room-model';
import { createFixtureFiles } from './fixtureFiles';
import { entriesOf, people, text } from './roomTalks';

const done = { ok: true } as const;

/** A room that this page alone keeps: what is said in it is there, and goes nowhere. */
export function createFixtureRoom(
  now: number,
  get: () => RoomState | null,
  set: (change: Partial<RoomState>) => void,
  safety: Safety,
): RoomVerbs {
  const list = (): RoomEntry[] => {
    const entries = get()?.entries;
    return entries === undefined ? [] : Array.from({ length: entries.length }, (_, i) => entries.at(i));
  };
  const put = (change: (entry: RoomEntry) => RoomEntry) => {
    set({ entries: entriesOf(list().map(change)) });
    return done;
  };
  const said = (id: EventId, change: Partial<Extract<RoomEntry, { kind: 'text' }>>) =>
    put((entry) => (entry.id === id && entry.kind === 'text' ? { ...entry, ...change } : entry));
  const member = (id: string, change: Partial<RoomMember>) =>
    set({ members: (get()?.members ?? []).map((one) => (one.id === id ? { ...one, ...change } : one)) });
  const files = createFixtureFiles(get, set, (id, next) =>
    put((entry) =>
      entry.id === id && entry.kind === 'text' && entry.file !== null ? { ...entry, file: next(entry.file) } : entry,
    ),
  );
  return {
    ...files,
    say(words, reply) {
      const answered = list().find((entry) => entry.id === reply);
      const quote = answered?.kind === 'text' ? { id: answered.id, author: answered.author, text: answered.text, files: answered.file !== null } : null;
      const delivery = { is: 'waiting', have: 0, read: 0, of: 4 } as const;
      set({ entries: entriesOf([...list(), text(now, people.me, 0, words, { reply: quote, delivery })]) });
      return done;
    },
    edit: (id, words) => said(id, { text: words, edited: true }),
    unsay: (id) => said(id, { text: '', is: 'deleted', reactions: [], reply: null }),
    react: (id, emoji, on) =>
      put((entry) => {
        if (entry.id !== id || entry.kind !== 'text') return entry;
        const others = entry.reactions.filter((one) => one.emoji !== emoji);
        return { ...entry, reactions: on ? [...others, { emoji, members: [people.me], mine: true }] : others };
      }),
    arrange(change) {
      const state = get();
      if (state !== null) set({ settings: { ...state.settings, ...change } });
      return done;
    },
    remove(id) {
      member(id, { presence: 'removed' });
      return done;
    },
    rename(name) {
      member(people.me, { name });
      return done;
    },
    typing: () => undefined,
    seen: () => undefined,
    heed: () => set({ tampered: false }),
    hide: (id, hidden) => member(id, { hidden }),
    receiptsOf: () => [
      { member: people.ana, read: true },
      { member: people.noor, read: false },
      { member: people.jun, read: false },
    ],
    keep: (kept) => set({ kept }),
    async search(words) {
      const wanted = words.split(' ');
      const fits = (entry: RoomEntry) =>
        entry.kind === 'text' && wanted.every((word) => entry.text.toLowerCase().includes(word));
      return list().filter(fits).map(({ id }) => id).toReversed().slice(0, 200);
    },
    save: async () => new Blob(['The pear tree is in the ground.\n']),
    safetyOf: async (id) => (id === people.guest ? null : { ...safety, verified: id === people.ana ? 'before' : 'no' }),
    verifyMember: (id, same) => member(id, { verified: same }),
  };
}

import type { EventId, IdentityKey, RoomId } from '../../protocol/ids';
import type { EpochMs } from '../../session/model';
import type { RoomEntries, RoomEntry, RoomMember, RoomSettings, RoomState } from '../../session/room-model';

const MINUTE = 60_000;

/** The people of the gallery's room, in the order in which they came. The second one sits at this screen. */
export const people = {
  ana: 'ana' as IdentityKey,
  me: 'me' as IdentityKey,
  noor: 'noor' as IdentityKey,
  jun: 'jun' as IdentityKey,
  guest: 'guest' as IdentityKey,
  ida: 'ida' as IdentityKey,
} as const;

const member = (id: IdentityKey, name: string, more: Partial<RoomMember> = {}): RoomMember => ({
  id,
  name,
  self: id === people.me,
  founder: id === people.ana,
  presence: 'here',
  typing: false,
  verified: false,
  hidden: false,
  ...more,
});

/** All of them. */
export const everybody: readonly RoomMember[] = [
  member(people.ana, 'Ana Pereira', { verified: true }),
  member(people.me, 'Kit'),
  member(people.noor, 'نور'),
  member(people.jun, 'Jun'),
  member(people.guest, ''),
  member(people.ida, 'Ida', { presence: 'away' }),
];

/** What the founder has chosen. */
export const settings: RoomSettings = {
  name: 'Pear tree committee',
  topic: 'Planting, pruning, and who brings the ladder',
  invite: 'all',
  locked: false,
  history: 'all',
  keepSeconds: 0,
};

type Text = Extract<RoomEntry, { kind: 'text' }>;

let count = 0;

/** A text of so many minutes ago. */
export function text(now: EpochMs, author: IdentityKey, ago: number, words: string, more: Partial<Text> = {}): Text {
  const own = author === people.me;
  return {
    kind: 'text',
    id: `e${count++}` as EventId,
    author,
    at: now - ago * MINUTE,
    text: words,
    is: 'here',
    file: null,
    edited: false,
    reply: null,
    reactions: [],
    delivery: own ? { is: 'read', have: 4, read: 4, of: 4 } : null,
    ahead: false,
    ...more,
  };
}

type Line = Exclude<RoomEntry, { kind: 'text' }>;
type Bare = Line extends infer One ? (One extends Line ? Omit<One, 'id' | 'at'> : never) : never;

/** A line that nobody said. */
export function line(now: EpochMs, ago: number, what: Bare): Line {
  return { ...what, id: `e${count++}` as EventId, at: now - ago * MINUTE } as Line;
}

/** Entries from a list. */
export function entriesOf(list: readonly RoomEntry[]): RoomEntries {
  const places = new Map(list.map(({ id }, place) => [id, place]));
  const at = (index: number): RoomEntry => {
    const entry = list[index];
    if (entry === undefined) throw new Error(`gallery: no entry ${index}`);
    return entry;
  };
  return { length: list.length, at, idAt: (index) => at(index).id, indexOf: (id) => places.get(id) ?? -1 };
}

/** A room with these lines. */
export function roomOf(now: EpochMs, list: readonly RoomEntry[], change: Partial<RoomState> = {}): RoomState {
  return {
    at: 'room',
    for: 'room',
    since: now - 3_600_000,
    id: 'AAECAwQFBgcICQoLDA0ODxAREhM' as RoomId,
    settings,
    founder: false,
    members: everybody,
    entries: entriesOf(list),
    unreadFrom: null,
    invitation: { code: 'AXk3v0QpTz6mWbR1sYc8uLg', url: 'https://parley.example/#r=AXk3v0QpTz6mWbR1sYc8uLg' },
    code: { is: 'none' },
    line: 'here',
    waits: null,
    tampered: false,
    relayed: 0,
    kept: true,
    keepable: true,
    drafts: [],
    pictures: true,
    ...change,
  };
}

/** Two days of it: stacks, answers, reactions, and what happened in between. */
export function days(now: EpochMs): readonly RoomEntry[] {
  const { ana, me, noor, jun, guest } = people;
  const tree = text(now, ana, 1502, 'The pear tree is in the ground. It leans a little, *like its owner*.', {
    reactions: [
      { emoji: '🌱', members: [me, noor, jun], mine: true },
      { emoji: '❤️', members: [jun], mine: false },
    ],
  });
  const ladder = text(now, jun, 46, 'Who has the **long** ladder? Ours ends where the branches begin.');
  return [
    line(now, 1510, { kind: 'begun', author: ana }),
    line(now, 1509, { kind: 'came', author: ana, member: me }),
    line(now, 1508, { kind: 'came', author: ana, member: jun }),
    tree,
    text(now, me, 1500, 'In this weather?'),
    text(now, ana, 1499, 'It is a stubborn tree. So am I.'),
    line(now, 60, { kind: 'came', author: jun, member: noor }),
    line(now, 58, { kind: 'renamed', author: noor, member: noor, name: 'نور' }),
    line(now, 52, { kind: 'settings', author: ana, settings, before: { ...settings, topic: '' } }),
    ladder,
    text(now, jun, 46, 'Also: is it too late to prune?'),
    text(now, me, 44, 'It hangs in my shed. I can bring it on Saturday.', {
      reply: { id: ladder.id, author: jun, text: ladder.text, files: false },
      edited: true,
      reactions: [{ emoji: '🙏', members: [jun, ana], mine: false }],
    }),
    text(now, noor, 40, 'هل أحضر القهوة؟ ☕'),
    text(now, ana, 39, '', { is: 'deleted' }),
    text(now, ana, 39, 'Yes please. And the cake with the burnt edge, if there is any left'),
    line(now, 21, { kind: 'came', author: me, member: guest }),
    text(now, guest, 20, 'Good evening. I was told there is cake.', { ahead: true }),
    text(now, jun, 4, 'There was.'),
    text(now, me, 2, 'There will be. Saturday, ten past eight, the blue gate.', {
      delivery: { is: 'sent', have: 3, read: 1, of: 4 },
    }),
    text(now, me, 1, '🍐', { delivery: { is: 'sent', have: 3, read: 0, of: 4 } }),
  ];
}

/** All that is understood of Markdown, and what is not. */
export function marked(now: EpochMs): readonly RoomEntry[] {
  const { ana, me, jun } = people;
  return [
    text(now, ana, 9, 'What we need:\n\n1. the **long** ladder\n2. two ~~saws~~ *sharp* saws\n3. - gloves\n   - twine'),
    text(now, jun, 8, '> It is a stubborn tree.\n> So am I.\n\nThis made my day'),
    text(now, me, 7, 'The list is made by `sort -u tools.txt`, in full:\n```sh\nfor tool in $(sort -u tools.txt); do\n  echo "bring: $tool" # whoever reads this\ndone\n```'),
    text(now, ana, 6, 'Read [how to prune](https://orchard.example/pruning), https://orchard.example/pears_and_quinces, or [ask them](mailto:help@orchard.example)'),
    text(now, jun, 5, '[https://bank.example](https://elsewhere.example/login) says something else, and [x](javascript:alert(1)) is no link'),
    text(now, me, 4, '# not large, <b>not bold</b>, ![no picture](https://a.example/p.png)'),
    text(now, ana, 3, '❤️ 👩‍🌾 🇵🇹'),
  ];
}

/** Very many. */
export function crowd(now: EpochMs, n: number): readonly RoomEntry[] {
  const authors = [people.ana, people.jun, people.me, people.noor];
  const words = 'There is more to be said about pears than anybody would think who has not planted one. ';
  return Array.from({ length: n }, (_, i) => {
    const author = authors[Math.floor(i / 3) % authors.length] ?? people.ana;
    return text(now, author, (n - i) * 2, `Number ${i + 1}. ${words.repeat(i % 5)}`.trim());
  });
}

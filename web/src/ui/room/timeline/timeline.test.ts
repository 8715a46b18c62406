import { describe, expect, it } from 'vitest';
import type { EventId, IdentityKey } from '../../../protocol/ids';
import type { RoomEntries, RoomEntry } from '../../../session/room-model';
import { commonEmoji, emojiIn, oneEmoji, quickEmoji } from './emoji';
import { placeOf, STACK_PAUSE_MS } from './placing';
import { begin, MOST_COUNTED, read, type Reading } from './reading';

const me = 'me' as IdentityKey;
const id = (text: string) => text as EventId;

/** Texts written as «author:minute», and other lines as «+member». */
function room(...lines: string[]): RoomEntries {
  const list = lines.map((line, i): RoomEntry => {
    const [author = '', minute = '0'] = line.split(':');
    const base = { id: id(`e${i}`), author: author as IdentityKey, at: Number(minute) * 60_000 };
    if (line.startsWith('+')) return { ...base, kind: 'came', member: line.slice(1) as IdentityKey };
    const said = { text: line, is: 'here', file: null, edited: false, reply: null, reactions: [], delivery: null, ahead: false } as const;
    return { ...base, kind: 'text', ...said };
  });
  return {
    length: list.length,
    at: (i) => list[i] as RoomEntry,
    idAt: (i) => (list[i] as RoomEntry).id,
    indexOf: (one) => list.findIndex((entry) => entry.id === one),
  };
}

const dayOf = (at: number) => String(Math.floor(at / 86_400_000));

/** Of each entry: day, new, [ for the beginning of a stack and ] for its end. */
const places = (entries: RoomEntries, unreadFrom: EventId | null = null) =>
  Array.from({ length: entries.length }, (_, i) => {
    const { day, unread, head, foot } = placeOf(entries, i, unreadFrom, dayOf);
    return `${day === null ? '' : 'day '}${unread ? 'new ' : ''}${head ? '[' : ''}${foot ? ']' : ''}`;
  });

describe('the place of an entry', () => {
  it('is in a stack of one author', () =>
    expect(places(room('ana:0', 'ana:1', 'ana:2', 'ben:2', 'ana:3'))).toEqual(['day [', '', ']', '[]', '[]']));

  it('is another stack after a pause, on another day, and after another line', () => {
    expect(places(room('ana:0', `ana:${STACK_PAUSE_MS / 60_000}`))).toEqual(['day []', '[]']);
    expect(places(room('ana:1438', 'ana:1440'))).toEqual(['day []', 'day []']);
    expect(places(room('ana:0', '+ben:0', 'ana:0'))).toEqual(['day []', '[]', '[]']);
  });

  it('is another stack where the new ones begin', () =>
    expect(places(room('ana:0', 'ana:1', 'ana:2'), id('e1'))).toEqual(['day []', 'new [', ']']));
});

/** What of the reading is shown. */
const shown = ({ seen, unreadFrom, unread }: Reading) => `${seen} ${unreadFrom} ${unread}`;

describe('how far the person has read', () => {
  const all = room('ana', 'ana', 'ana');

  it('begins where the last time ended', () => {
    expect(shown(begin(all, null, me))).toBe('e2 null 0');
    expect(shown(begin(all, id('e1'), me))).toBe('e0 e1 2');
    expect(shown(begin(all, id('e0'), me))).toBe('null e0 3');
    expect(shown(begin(all, id('gone'), me))).toBe('e2 null 0');
    expect(shown(begin(room(), null, me))).toBe('null null 0');
    expect(shown(begin(room('ana', 'ana', 'me'), id('e1'), me))).toBe('e0 e1 1');
  });

  it('goes on with what is before their eyes, and the line stays', () => {
    const one = read(begin(all, id('e0'), me), all, 1, me);
    expect(shown(one)).toBe('e1 e0 1');
    expect(read(one, all, 0, me)).toBe(one);
    expect(shown(read(one, all, 2, me))).toBe('e2 e0 0');
  });

  it('puts the line above the first of others that came out of view, and keeps it there', () => {
    const away = read(begin(all, null, me), room('ana', 'ana', 'ana', '+ben', 'ben'), -1, me);
    expect(shown(away)).toBe('e2 e4 1');
    expect(shown(read(away, room('ana', 'ana', 'ana', '+ben', 'ben', 'ben'), -1, me))).toBe('e2 e4 2');
  });

  it('takes the line away when they write', () => {
    const back = read(begin(all, id('e0'), me), all, 2, me);
    expect(shown(read(back, room('ana', 'ana', 'ana', 'me'), 3, me))).toBe('e3 null 0');
  });

  it('has nothing new when what was seen last was taken away', () => {
    const before: Reading = { seen: id('gone'), unreadFrom: null, end: id('gone'), unread: 0 };
    expect(shown(read(before, all, -1, me))).toBe('e2 null 0');
  });

  it('counts no further than anybody reads', () =>
    expect(begin(room(...Array.from({ length: 3000 }, () => 'ana')), id('e0'), me).unread).toBe(MOST_COUNTED));
});

describe('emoji', () => {
  it.each([
    ['👍', 1],
    ['❤️', 1],
    ['👩‍👩‍👧‍👦 🏳️‍🌈', 2],
    ['🇳🇿🇳🇿 🫱🏽', 3],
    ['', 0],
    ['1', 0],
    ['#', 0],
    ['ok 👍', 0],
  ])('of %j are %i', (text, n) => expect(emojiIn(text)).toBe(n));

  it('as a reaction is one', () => {
    expect([' 🌵 ', '🌵🌵', '🌵 🌵', 'x', '', '🏳️‍🌈'].map(oneEmoji)).toEqual(['🌵', null, null, null, null, '🏳️‍🌈']);
    for (const emoji of [...quickEmoji, ...commonEmoji]) expect(oneEmoji(emoji)).toBe(emoji);
  });

  it('of the choice are each there once', () => expect(new Set(commonEmoji).size).toBe(commonEmoji.length));
});

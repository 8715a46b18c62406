import { describe, expect, it } from 'vitest';
import type { IdentityKey } from '../../protocol/ids';
import type { RoomMember } from '../../session/room-model';
import { callMembers, initial, tidyName } from './naming';

const words = { you: 'You', guest: (n: number) => `Guest ${n}`, again: (name: string, n: number) => `${name} (${n})` };

function called(...names: string[]): string[] {
  const members = names.map(
    (name, i): RoomMember => ({
      id: `m${i}` as IdentityKey,
      name: name.replace('*', ''),
      self: name.startsWith('*'),
      founder: i === 0,
      presence: 'here',
      typing: false,
      verified: false,
      hidden: false,
    }),
  );
  return [...callMembers(members, words).values()];
}

describe('how members are called', () => {
  it('is by their names, and by their place if they have none', () =>
    expect(called('Ana', '', '*Ben', ' ')).toEqual(['Ana', 'Guest 2', 'You', 'Guest 4']));

  it('is different for all, whatever they choose', () =>
    expect(called('Ana', 'ana ', '*Ben', 'BEN', 'You', 'Ａｎａ', 'Guest 7', '')).toEqual([
      'Ana',
      'ana (2)',
      'You',
      'BEN (2)',
      'You (2)',
      'Ａｎａ (3)',
      'Guest 7',
      'Guest 8',
    ]));

  it('is on one line and turns nothing around', () => {
    expect(tidyName(' a\n\u202Eb\u0000  c\u2066')).toBe('a b c');
    expect(tidyName('نازنین\u200Cزهرا')).toBe('نازنین\u200Cزهرا');
  });

  it('has a letter for where there is little room', () => {
    expect(['ana', '«öl»', '', '…', '陈晨', '🌵'].map(initial)).toEqual(['A', 'Ö', '', '', '陈', '🌵']);
  });
});

import { describe, expect, it } from 'vitest';
import type { Message } from '../../session/model';
import { GROUP_MAX, GROUP_PAUSE_MS, groupMessages, sameGroup } from './grouping';

const day = (at: number) => String(Math.floor(at / 86_400_000));

function said(id: string, from: Message['from'], at: number): Message {
  return { id, from, at, text: id, status: 'sent' };
}

const ids = (messages: readonly Message[], unread: string | null = null) =>
  groupMessages(messages, unread, day).map((group) => group.messages.map((message) => message.id).join(''));

describe('groups of messages', () => {
  it('keeps what one side says without a pause together', () => {
    expect(ids([said('a', 'me', 0), said('b', 'me', 10), said('c', 'them', 20), said('d', 'me', 30)])).toEqual([
      'ab',
      'c',
      'd',
    ]);
  });

  it('begins a new group after a pause, measured from the last message', () => {
    const pause = GROUP_PAUSE_MS;
    expect(ids([said('a', 'me', 0), said('b', 'me', pause - 1), said('c', 'me', 2 * pause - 1)])).toEqual(['ab', 'c']);
  });

  it('begins a new group on another day and says so, but not on the first', () => {
    const midnight = 86_400_000;
    const groups = groupMessages([said('a', 'me', midnight - 5), said('b', 'me', midnight)], null, day);
    expect(groups.map((group) => group.day)).toEqual([null, midnight]);
  });

  it('puts the unread line above the message it belongs to, in the middle of a stack', () => {
    const groups = groupMessages([said('a', 'them', 0), said('b', 'them', 1), said('c', 'them', 2)], 'b', day);
    expect(groups.map((group) => [group.id, group.unread])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  it('cuts a burst, so that one more message draws one small group again', () => {
    const messages = Array.from({ length: GROUP_MAX * 2 + 1 }, (_, i) => said(`m${i}`, 'them', i));
    const before = groupMessages(messages, null, day);
    const after = groupMessages([...messages, said('new', 'them', 999)], null, day);
    expect(before.map((group) => group.messages.length)).toEqual([GROUP_MAX, GROUP_MAX, 1]);
    expect(after.map((group, i) => sameGroup(group, before[i] ?? group))).toEqual([true, true, false]);
  });

  it('sees that a message changed its status', () => {
    const sending: Message = { ...said('a', 'me', 0), status: 'sending' };
    const [before] = groupMessages([sending], null, day);
    const [after] = groupMessages([{ ...sending, status: 'sent' }], null, day);
    expect(before !== undefined && after !== undefined && sameGroup(before, after)).toBe(false);
  });
});

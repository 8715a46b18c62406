import { describe, expect, it } from 'vitest';
import type { EventId, IdentityKey } from '../../protocol/ids';
import type { RoomDelivery, RoomEntries, RoomEntry, RoomMember, RoomSettings } from '../../session/room-model';
import { englishRoom as words } from '../words/english-room';
import { peopleNews, textNews } from './announcing';
import { typingLine } from './composing/typing';
import { fileName } from './manage/saving';
import type { Company } from './scene';
import { allowed, CHANGEABLE_MS, lastEditable } from './timeline/allowed';
import { delivered } from './timeline/delivered';
import { happened, type Happening } from './timeline/happened';

const [ana, ben, me] = ['ana', 'ben', 'me'] as IdentityKey[] as [IdentityKey, IdentityKey, IdentityKey];
const company: Company = {
  names: new Map([
    [ana, 'Ana'],
    [ben, 'Ben'],
    [me, 'You'],
  ]),
  hidden: new Set(),
  self: me,
};
const benHidden: Company = { ...company, hidden: new Set([ben]) };

/** Without the marks that keep a name's direction to itself. */
const bare = (text: string | null) => text?.replaceAll(/[\u2068\u2069]/g, '') ?? null;

type Text = Extract<RoomEntry, { kind: 'text' }>;
const text = (id: string, author: IdentityKey, said: string, more: Partial<Text> = {}): Text => ({
  kind: 'text',
  id: id as EventId,
  author,
  at: 0,
  text: said,
  is: 'here',
  file: null,
  edited: false,
  reply: null,
  reactions: [],
  delivery: null,
  ahead: false,
  ...more,
});
const entries = (...list: RoomEntry[]): RoomEntries => ({
  length: list.length,
  at: (i) => list[i] as RoomEntry,
  idAt: (i) => (list[i] as RoomEntry).id,
  indexOf: (id) => list.findIndex((entry) => entry.id === id),
});
const member = (id: IdentityKey, more: Partial<RoomMember> = {}): RoomMember => ({
  id,
  name: id,
  self: id === me,
  founder: id === ana,
  presence: 'here',
  typing: false,
  verified: false,
  hidden: false,
  ...more,
});

describe('what a screen reader says of texts', () => {
  const first = text('1', ana, 'before');
  const news = (who: Company, ...more: RoomEntry[]) => textNews(entries(first, ...more), first.id, who, words);

  it('is who said what, without the marks of Markdown', () =>
    expect(news(company, text('2', ana, '**Good** [evening](https://a.example)'), text('3', ben, 'Hello'))).toBe(
      'Ana: Good evening\nBen: Hello',
    ));
  it('leaves out what is their own, hidden, deleted or no text', () => {
    expect(news(company, text('2', me, 'mine'), text('3', ana, '', { is: 'deleted' }))).toBeNull();
    expect(news(benHidden, text('2', ben, 'hidden'))).toBeNull();
    expect(news(company, { kind: 'came', id: '2' as EventId, author: ana, at: 0, member: ben })).toBeNull();
  });
  it('is a number when many come at once', () =>
    expect(news(company, ...['2', '3', '4', '5'].map((id) => text(id, ana, 'x')))).toBe('4 new messages'));
  it('is nothing when what was heard last was taken away', () =>
    expect(textNews(entries(first), 'gone' as EventId, company, words)).toBeNull());
});

const people = (...members: RoomMember[]) => ({ members, line: 'here', waits: null, tampered: false }) as const;

describe('what a screen reader says of people', () => {
  const both = people(member(me), member(ana), member(ben));

  it('is who came, left and was removed', () => {
    expect(peopleNews(people(member(me), member(ana)), both, company, words)).toBe('Ben is here');
    const after = people(member(me), member(ana, { presence: 'away' }), member(ben, { presence: 'removed' }));
    expect(peopleNews(both, after, company, words)).toBe('Ana left\nBen was removed');
    expect(peopleNews(both, people(member(me), member(ana), member(ben, { typing: true })), company, words)).toBeNull();
  });
  it('is a number when many leave at once', () => {
    const crowd = Array.from({ length: 5 }, (_, i) => member(`m${i}` as IdentityKey));
    const gone = crowd.map((one) => ({ ...one, presence: 'away' as const }));
    expect(peopleNews(people(...crowd), people(...gone), company, words)).toBe('5 people left');
  });
  it('is what is waited for, and that it came', () => {
    const waits = { ...people(), waits: 'for anyone' } as const;
    expect(peopleNews(people(), waits, company, words)).toBe(words.waits.anyone);
    expect(peopleNews(waits, { ...waits, waits: 'for someone who knows' }, company, words)).toBe(words.waits.others);
    expect(peopleNews(waits, both, company, words)).toBe(words.says.opened);
  });
  it('is that a call was tampered with, once', () => {
    const warned = { ...both, tampered: true };
    expect(peopleNews(both, warned, company, words)).toBe(words.tampered.text);
    expect([peopleNews(warned, warned, company, words), peopleNews(warned, both, company, words)]).toEqual([null, null]);
  });
  it('is that the line broke, and that it is there again', () => {
    const looking = { ...both, line: 'looking' as const };
    expect(peopleNews(both, looking, company, words)).toBe(words.says.looking);
    expect(peopleNews(looking, both, company, words)).toBe(words.says.found);
  });
});

const line = (who: Company, ...ids: IdentityKey[]) =>
  bare(typingLine([ana, ben, me, 'x' as IdentityKey].map((id) => member(id, { typing: ids.includes(id) })), who, words));

describe('who is writing', () => {
  it('is named up to two', () => {
    expect(line(company)).toBe('');
    expect(line(company, ana)).toBe('Ana is writing');
    expect(line(company, ana, ben)).toBe('Ana and Ben are writing');
    expect(line(company, ana, ben, 'x' as IdentityKey)).toBe('Several people are writing');
  });
  it('is not the own person, nor who is hidden', () => {
    expect(line(company, me)).toBe('');
    expect(line(benHidden, ana, ben)).toBe('Ana is writing');
  });
});

const said = (is: RoomDelivery['is'], have: number, read: number, of: number) => delivered({ is, have, read, of }, words);

describe('how far a text has come', () => {
  it('is said in a few words', () => {
    expect(said('waiting', 0, 0, 0)).toBe('Waiting for somebody');
    expect(said('sent', 3, 0, 4)).toBe('Delivered to 3 of 4');
    expect(said('sent', 3, 1, 4)).toBe('Read by 1 of 4');
    expect([said('delivered', 4, 0, 4), said('delivered', 1, 0, 1)]).toEqual(['Delivered to all', 'Delivered']);
    expect([said('read', 4, 4, 4), said('read', 1, 1, 1)]).toEqual(['Read by all', 'Read']);
  });
});

const base = { id: '1' as EventId, author: ana, at: 0 };
const before: RoomSettings = { name: '', topic: '', invite: 'all', locked: false, history: 'all', keepSeconds: 0 };
const told = (entry: Happening) => happened(entry, company, words).map(bare);

describe('what happened', () => {
  it('is a sentence', () => {
    expect(told({ ...base, kind: 'begun' })).toEqual(['Ana opened the room']);
    expect(told({ ...base, kind: 'came', member: ben })).toEqual(['Ben came in']);
    expect(told({ ...base, kind: 'came', member: me })).toEqual(['You came in']);
    expect(told({ ...base, kind: 'renamed', member: ben, name: ' Benno\n' })).toEqual(['Now called Benno']);
    expect(told({ ...base, kind: 'renamed', member: me, name: 'Kit' })).toEqual(['You are called Kit now']);
    expect(told({ ...base, kind: 'renamed', member: ben, name: '' })).toEqual(['Ben goes without a name now']);
    expect(told({ ...base, kind: 'removed', member: ben })).toEqual(['Ana removed Ben']);
  });
  it('is one sentence for each setting that changed', () => {
    const settings: RoomSettings = { name: 'Pears', topic: '', invite: 'founder', locked: true, history: 'joined', keepSeconds: 86_400 };
    expect(told({ ...base, kind: 'settings', before, settings })).toEqual([
      'Ana named the room Pears',
      'Ana alone lets people in from now on',
      'Ana locked the room: nobody new comes in',
      'Ana lets newcomers read only what comes after them',
      'Ana lets messages disappear after 1 day',
    ]);
    expect(told({ ...base, kind: 'settings', before, settings: before })).toEqual([]);
  });
});

describe('what can be done with a message', () => {
  it('is to answer and copy, and with an own one more, for a day', () => {
    expect(allowed(text('1', ana, 'x'), me, 0)).toEqual(['reply', 'copy']);
    expect(allowed(text('1', me, 'x'), me, CHANGEABLE_MS - 1)).toEqual(['reply', 'copy', 'edit', 'who', 'unsay']);
    expect(allowed(text('1', me, 'x'), me, CHANGEABLE_MS)).toEqual(['reply', 'copy', 'who']);
  });
  it('begins with the last own one for who edits', () => {
    const list = entries(text('1', me, 'a'), text('2', me, '', { is: 'deleted' }), text('3', ana, 'b'));
    expect(lastEditable(list, me, 0)?.id).toBe('1');
    expect(lastEditable(list, ben, 0)).toBeNull();
  });
});

describe('the name of a copy', () => {
  it('is one that file systems take', () => {
    expect(fileName('Pear tree: committee / 2', 'json')).toBe('parley-Pear-tree-committee-2.json');
    expect(fileName('مكتبة', 'text')).toBe('parley-مكتبة.txt');
    expect(fileName('../..', 'text')).toBe('parley-room.txt');
  });
});

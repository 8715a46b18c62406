import type { EventId, RoomId } from '../../protocol/ids';
import type { ShortCode } from '../../session/model';
import type { RoomCard, RoomState } from '../../session/room-model';
import type { Fixture } from './fixtures';
import { fileFixtures } from './fileFixtures';
import { enter, fill, press, scrollUp } from './hands';
import { crowd, days, entriesOf, everybody, line, marked, people, roomOf, settings, text } from './roomTalks';

const log = '[role=log] [role=article]';
const dialog = '[role=dialog]';
const own = '[data-mine=true] [role=article]';
const theirs = '[data-mine=false] [role=article][data-is=here]';
const jump = '[role=log] + div button';
/** In the list of people who are here. */
const person = (place: number) => `ul[aria-label$=here] li:nth-child(${place}) button`;

/** The button of the top line with this key. */
const top = (key: string) => press(`header button[aria-keyshortcuts="${key}"]`);

/** As the founder sees it: Ana sits at this screen. */
const founder = {
  founder: true,
  members: everybody.map((one) => ({ ...one, self: one.founder })),
};
const typing = (...ids: string[]) => ({ members: everybody.map((one) => ({ ...one, typing: ids.includes(one.id) })) });

const card = (name: string, more: Partial<RoomCard>): RoomCard => ({
  id: name as RoomId,
  name,
  founder: false,
  is: 'open',
  here: 3,
  unread: 0,
  last: null,
  ...more,
});

/** The rooms of the gallery's device. */
function cards(now: number): readonly RoomCard[] {
  const last = (author: string, words: string, ago: number) => ({ author, text: words, at: now - ago * 60_000 });
  const long = 'A name that goes on and on because nobody told its founder that names are short';
  return [
    card('Pear tree committee', { id: roomOf(now, []).id, here: 5, last: last('Kit', '🍐', 1) }),
    card('Sunday boat', { unread: 12, last: last('Mirjam', 'The **early** one leaves at ten past eight', 6) }),
    card('', { is: 'closed', here: 0, unread: 2, last: last('', 'Are you there?', 900) }),
    card('مكتبة الحي', { is: 'closed', here: 0, last: last('نور', 'رائع! هذا كتاب جيد للبداية', 4000) }),
    card(long, { is: 'closed', here: 0 }),
  ];
}

/** Every state of a room, and of the list of rooms. */
export function roomFixtures(now: number): Readonly<Record<string, Fixture>> {
  return { ...talking(now), ...alone(now), ...messages(now), ...panels(now), ...fileFixtures(now) };
}

type Fixtures = Readonly<Record<string, Fixture>>;

const roomIn = (now: number) => {
  const talk = days(now);
  return (change: Partial<RoomState> = {}, act?: Fixture['act'], until = log): Fixture => ({
    state: roomOf(now, talk, change),
    until,
    rooms: cards(now),
    ...(act === undefined ? {} : { act }),
  });
};

/** What was said, in every way that it can look. */
function talking(now: number): Fixtures {
  const room = roomIn(now);
  const talk = days(now);
  const many = crowd(now, 3000);
  const away = everybody.map((one) => ({ ...one, presence: one.self ? ('here' as const) : ('away' as const) }));
  const waiting = text(now, people.me, 0, 'Can anybody hear me?', {
    delivery: { is: 'waiting', have: 0, read: 0, of: 0 },
  });
  const news = [text(now, people.jun, 0, '**Bring** a [hat](https://hats.example)')];
  const gone = [
    text(now, people.ana, 90, '', { is: 'gone' }),
    text(now, people.jun, 80, '', { is: 'gone' }),
    text(now, people.me, 40, 'What was that?', { reply: { id: 'gone' as EventId, author: null, text: null, files: false } }),
  ];
  return {
    'room-days': room(),
    'room-marked': { state: roomOf(now, marked(now)), until: log },
    'room-typing-one': room({ ...typing(people.ana), relayed: 2 }),
    'room-typing-two': room(typing(people.ana, people.noor)),
    'room-typing-many': room(typing(people.ana, people.noor, people.jun)),
    'room-tampered': room({ tampered: true }),
    'room-looking': { state: roomOf(now, [...talk, waiting], { line: 'looking', members: away }), until: log },
    'room-unread': { state: roomOf(now, talk.slice(0, -2), { unreadFrom: talk.at(-4)?.id ?? null }), until: log },
    'room-unread-many': {
      state: roomOf(now, [...many, ...talk], { unreadFrom: many.at(-300)?.id ?? null }),
      until: jump,
    },
    'room-news': {
      state: roomOf(now, talk, { members: everybody.filter((one) => one.id !== people.ida) }),
      until: log,
      becomes: { members: everybody.map((one) => ({ ...one, presence: 'here' })), entries: entriesOf([...talk, ...news]) },
    },
    'room-many': { state: roomOf(now, crowd(now, 100_000)), until: log },
    'room-scrolled': { state: roomOf(now, many), act: () => scrollUp('[role=log]'), until: jump },
    'room-hidden': room({ members: everybody.map((one) => ({ ...one, hidden: one.id === people.jun })) }),
    'room-gone': { state: roomOf(now, gone, { settings: { ...settings, keepSeconds: 3600 } }), until: log },
  };
}

/** Before anybody else has come. */
function alone(now: number): Fixtures {
  const begun = [line(now, 1, { kind: 'begun', author: people.ana })];
  const one = {
    members: everybody.slice(0, 1).map((ana) => ({ ...ana, self: true, name: '' })),
    founder: true,
    line: 'alone',
    settings: { ...settings, name: '', topic: '' },
  } as const;
  const nobody = { ...one, members: [], founder: false } as const;
  const asked = everybody.map((member) => (member.self ? { ...member, name: '' } : member));
  const until = '[role=img]';
  const withCode = (code: ShortCode) => roomOf(now, begun, { ...one, code });
  return {
    'room-alone': { state: roomOf(now, begun, one), until },
    'room-alone-code': { state: withCode({ is: 'ready', text: '417-apple-river', until: now + 572_000 }), until: '[role=timer]' },
    'room-alone-code-long': {
      state: withCode({ is: 'ready', text: '41702-champion-umbrella', until: now + 59_000 }),
      until: '[role=timer]',
    },
    'room-alone-code-making': { state: withCode({ is: 'making' }), until },
    'room-alone-code-time': { state: withCode({ is: 'over', why: 'time' }), until },
    'room-alone-code-guesses': { state: withCode({ is: 'over', why: 'guesses' }), until },
    'room-alone-code-failed': { state: withCode({ is: 'failed' }), until },
    'room-waits': { state: roomOf(now, [], { ...nobody, waits: 'for anyone' }), until: 'h2' },
    'room-waits-others': { state: roomOf(now, [], { ...nobody, line: 'here', waits: 'for someone who knows' }), until: 'h2' },
    'room-ask-name': { ...roomIn(now)({ members: asked }), nameAsked: false },
  };
}

const choose = async (of: string, act: string) => {
  await enter(of);
  await press(`[role=menuitem][data-act=${act}]`);
};
const answer = async () => {
  await choose(theirs, 'reply');
  await fill('textarea', 'It leans towards the house now.');
};
const emoji = async () => {
  await enter(own);
  await press('[role=toolbar] button:last-child');
};

/** What can be done with a message. */
function messages(now: number): Fixtures {
  const room = roomIn(now);
  const purpose = 'form button[type=button]';
  return {
    'room-menu': room({}, () => enter(own), '[role=menu]'),
    'room-menu-theirs': room({}, () => enter(theirs), '[role=menu]'),
    'room-emoji': room({}, emoji, '[role=listbox]'),
    'room-reply': room({}, answer, purpose),
    'room-edit': room({}, () => choose(own, 'edit'), purpose),
    'room-unsay': room({}, () => choose(own, 'unsay'), '[role=alertdialog]'),
    'room-receipts': room({}, () => press('[role=log] p button'), dialog),
  };
}

const somebody = async (place: number) => {
  await top('Alt+P');
  await press(person(place));
};
const remove = async () => {
  await somebody(4);
  await press('section[aria-label^=About] > div:last-child > button');
};
const search = (words: string) => async () => {
  await top('Alt+S');
  await fill('input[type=search]', words);
};

/** What stands beside the words: people, settings, search, the other rooms. */
function panels(now: number): Fixtures {
  const room = roomIn(now);
  const verified = founder.members.map((one) => ({ ...one, verified: one.id === people.jun }));
  const locked = { settings: { ...settings, locked: true } };
  return {
    'room-people': room({}, () => top('Alt+P'), person(4)),
    'room-member': room({}, () => somebody(4), 'ol[aria-label] li'),
    'room-member-verified': room({ founder: true, members: verified }, () => somebody(4), 'summary'),
    'room-member-unmet': room({}, () => somebody(5), 'section[aria-label^=About] label'),
    'room-member-own': room({}, () => somebody(2), '#change-name'),
    'room-remove': room(founder, remove, '[role=alertdialog]'),
    'room-about': room({}, () => top('Alt+I'), dialog),
    'room-about-founder': room({ ...founder, kept: false }, () => top('Alt+I'), '#room-name'),
    'room-invite': room({}, () => top('Alt+V'), `${dialog} [role=img]`),
    'room-invite-locked': room(locked, () => top('Alt+V'), `${dialog} [role=img]`),
    'room-search': room({}, search('tree'), 'mark'),
    'room-search-none': room({}, search('quince'), '[role=status]:not(:empty)'),
    'room-rooms': room({}, () => top('Alt+O'), `${dialog} li`),
    'start-rooms': { state: { at: 'start' }, rooms: cards(now), until: 'main li' },
  };
}

import type { ConnectStep, FailureName, Message, Safety, SendResult, SessionState, StrangerSafety } from '../../session/model';
import { allRight, busy, firewall, symmetric, unloaded, type Checkup } from './checkups';
import type { RoomCard, RoomState } from '../../session/room-model';
import { fill, press, scrollUp } from './hands';
import { roomFixtures } from './roomFixtures';
import { arabic, burst, codeText, firstWords, longText, talkOfDays, talkWithFailure } from './talks';

/** The moment in which the gallery stands still: 20 November 2026, 20:41 UTC. */
export const NOW = Date.UTC(2026, 10, 20, 20, 41, 12);

/** One screen of the gallery. */
export type Fixture = {
  readonly state: SessionState;
  /** What `send` answers; accepted if left out. */
  readonly send?: SendResult;
  /** The parts did not load. */
  readonly down?: boolean;
  /** The rooms that this device knows. */
  readonly rooms?: readonly RoomCard[];
  /** False: nobody has asked yet what the person wants to be called. */
  readonly nameAsked?: boolean;
  /** The browser blocks storage. */
  readonly blocked?: boolean;
  /** What a hand does after the first drawing, for screens that a state alone does not show. */
  readonly act?: () => Promise<void> | void;
  /** There when the screen is complete. */
  readonly until?: string;
  /** What the doctor finds, and the cause that it names; nobody else is examined. */
  readonly doctor?: Checkup;
  /** Messages that come after the act. */
  readonly later?: readonly Message[];
  /** What becomes of a room after the act. */
  readonly becomes?: Partial<RoomState>;
};

const signs = [
  { sign: '🐙', name: 'Octopus' },
  { sign: '☂️', name: 'Umbrella' },
  { sign: '🎸', name: 'Guitar' },
  { sign: '🌵', name: 'Cactus' },
  { sign: '🐘', name: 'Elephant' },
  { sign: '🎧', name: 'Headphones' },
  { sign: '🍓', name: 'Strawberry' },
] as const;
const withStranger: StrangerSafety = { signs, verified: 'no' };
/** What two devices of a room can compare. */
export const inRoom: Safety = {
  signs,
  verified: 'no',
  number: '48213 90577 13026 66841 02954 71138 59920 37465 80012 26693 45508 91374'.replaceAll(' ', ''),
};
const steps: readonly ConnectStep[] = ['signing-in', 'asking', 'exchanging', 'checking', 'opening'];
const failures: Readonly<Record<FailureName, 'find' | 'enter' | null>> = {
  offline: 'find',
  sign_in_failed: 'find',
  function_unavailable: 'find',
  store_unavailable: 'enter',
  relay_unavailable: 'find',
  link_broken: null,
  room_not_found: 'enter',
  room_over: null,
  room_full: 'enter',
  room_locked: 'enter',
  open_elsewhere: 'enter',
  removed: null,
  connection_failed: 'find',
  protocol_error: 'find',
  tampered: 'find',
  code_wrong: null,
  code_over: null,
  browser_too_old: null,
  peer_lost: 'find',
  internal: 'find',
};

type Talking = Extract<SessionState, { at: 'talking' }>;

function talking(messages: readonly Message[], change: Partial<Talking> = {}): Talking {
  return {
    at: 'talking',
    for: 'stranger',
    since: NOW - 300_000,
    messages,
    path: 'direct',
    peer: 'here',
    safety: withStranger,
    ...change,
  };
}

function connecting(step: ConnectStep, slow = false): Fixture {
  return { state: { at: 'connecting', for: 'stranger', step, since: NOW - (slow ? 9000 : 1200), slow } };
}

const tooLong = 'All work and no play makes a long letter. '.repeat(239);
const waitingFor = (ms: number): Fixture => ({ state: { at: 'waiting', for: 'stranger', since: NOW - ms } });
const earlier = longText(NOW - 86_400_000 * 2).map((message) => ({ ...message, id: `earlier-${message.id}` }));
const log = '[role=log]';
const badge = () => press('h1 button');
const dialog = '[role=dialog]';

/** The first words of a talk with somebody who was compared with. */
const verified = talking(firstWords(NOW), { safety: { signs, verified: 'now' } });

const noWay: Fixture = {
  state: { at: 'failed', for: 'stranger', failure: 'connection_failed', retry: 'find' },
};
const checking: Fixture = {
  state: { at: 'start' },
  act: async () => {
    await press('header button');
    await press(`${dialog} button:not([aria-label])`);
  },
};

/** Every screen and every state of it, by the name that the address asks for. */
export const fixtures: Readonly<Record<string, Fixture>> = {
  start: { state: { at: 'start' } },
  'start-empty-code': { state: { at: 'start' }, act: () => press('form button'), until: '[role=alert]:not(:empty)' },
  'start-dialog-settings': { state: { at: 'start' }, act: () => press('header button'), until: '[role=dialog]' },
  'settings-storage-blocked': {
    state: { at: 'start' },
    blocked: true,
    act: () => press('header button'),
    until: '[role=dialog]',
  },
  'waiting-stranger': waitingFor(12_000),
  'waiting-stranger-quiet': waitingFor(47_000),
  ...Object.fromEntries(steps.map((step) => [`connecting-${step}`, connecting(step)])),
  'connecting-slow': connecting('checking', true),
  'connecting-room': { state: { at: 'connecting', for: 'room', step: 'asking', since: NOW - 400, slow: false } },
  'talking-empty': { state: talking([]), until: log },
  'talking-first': { state: talking(firstWords(NOW)), until: log },
  'talking-groups': { state: talking(talkOfDays(NOW)), until: log },
  'talking-long': { state: talking(longText(NOW), { path: 'relayed' }), until: log },
  'talking-rtl': { state: talking(arabic(NOW)), until: log },
  'talking-code': { state: talking(codeText(NOW)), until: log },
  'talking-failed': { state: talking(talkWithFailure(NOW), { peer: 'unsteady' }), until: log },
  'talking-path-unknown': { state: talking(firstWords(NOW), { path: 'unknown' }), until: log },
  'talking-about-direct': { state: talking(firstWords(NOW)), act: badge, until: dialog },
  'talking-about-relayed': { state: talking(firstWords(NOW), { path: 'relayed' }), act: badge, until: dialog },
  'talking-about-differs': {
    state: talking(firstWords(NOW)),
    act: async () => {
      await badge();
      await press(`${dialog} ul + div button`);
    },
    until: `${dialog} [role=alert]`,
  },
  'talking-about-verified': { state: verified, act: badge, until: dialog },
  'talking-about-left': { state: talking(firstWords(NOW), { peer: 'left' }), act: badge, until: dialog },
  'talking-verified': { state: verified, until: log },
  'talking-reconnecting': { state: talking(firstWords(NOW), { peer: 'reconnecting' }), until: log },
  'talking-unsteady': { state: talking(firstWords(NOW), { peer: 'unsteady' }), until: log },
  'talking-left': { state: talking(firstWords(NOW), { peer: 'left' }), until: log },
  'talking-lost': { state: talking(talkOfDays(NOW), { peer: 'lost' }), until: log },
  'talking-unread': {
    state: talking([...earlier, ...talkOfDays(NOW)]),
    act: () => scrollUp(log),
    later: firstWords(NOW).map((message) => ({ ...message, id: `later-${message.id}` })),
    until: `${log} + div button`,
  },
  'talking-near-limit': {
    state: talking(firstWords(NOW)),
    act: () => fill('textarea', tooLong.slice(0, 9_988)),
    until: log,
  },
  'talking-too-long': {
    state: talking(firstWords(NOW)),
    send: { ok: false, why: 'too_long' },
    act: async () => {
      await fill('textarea', tooLong);
      await press('form button');
    },
    until: '[role=alert]:not(:empty)',
  },
  'talking-not-connected': {
    state: talking(firstWords(NOW), { peer: 'unsteady' }),
    send: { ok: false, why: 'queue_full' },
    act: async () => {
      await fill('textarea', 'Are you still there?');
      await press('form button');
    },
    until: '[role=alert]:not(:empty)',
  },
  'talking-leave': {
    state: talking(firstWords(NOW)),
    act: () => press('header button[aria-keyshortcuts="Alt+L"]'),
    until: '[role=alertdialog]',
  },
  'talking-burst': { state: talking(burst(NOW, 1000)), until: log },
  ...Object.fromEntries(
    Object.entries(failures).map(([failure, retry]) => [
      `failed-${failure.replaceAll('_', '-')}`,
      {
        state: { at: 'failed', for: retry === 'enter' ? 'room' : 'stranger', failure: failure as FailureName, retry },
      } satisfies Fixture,
    ]),
  ),
  'failed-connection-failed-looking': { ...noWay, doctor: busy, until: 'progress' },
  'failed-connection-failed': { ...noWay, doctor: firewall, until: '[data-outlook]' },
  'failed-connection-failed-unloaded': { ...noWay, doctor: unloaded, until: '[role=status] p' },
  'failed-connection-failed-check': {
    ...noWay,
    doctor: firewall,
    act: () => press('section button'),
    until: `${dialog} [data-outlook]`,
  },
  'check-looking': { ...checking, doctor: busy, until: 'progress' },
  'check-all-right': { ...checking, doctor: allRight, until: '[data-outlook]' },
  'check-symmetric': { ...checking, doctor: symmetric, until: '[data-outlook]' },
  'check-unloaded': { ...checking, doctor: unloaded, until: `${dialog} [role=status] p` },
  ...roomFixtures(NOW),
  down: { state: { at: 'start' }, down: true },
};

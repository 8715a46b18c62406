import type {
  ConnectStep,
  FailureName,
  Invitation,
  Message,
  Safety,
  SendResult,
  SessionState,
  ShortCode,
} from '../../session/model';
import { fill, press, scrollUp } from './hands';
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
  /** The browser blocks storage. */
  readonly blocked?: boolean;
  /** What a hand does after the first drawing, for screens that a state alone does not show. */
  readonly act?: () => Promise<void> | void;
  /** There when the screen is complete. */
  readonly until?: string;
  /** Messages that come after the act. */
  readonly later?: readonly Message[];
};

const invitation: Invitation = {
  code: 'AXk3v0QpTz6mWbR1sYc8uLg',
  url: 'https://parley.example/#r=AXk3v0QpTz6mWbR1sYc8uLg',
};
const signs = [
  { sign: '🐙', name: 'Octopus' },
  { sign: '☂️', name: 'Umbrella' },
  { sign: '🎸', name: 'Guitar' },
  { sign: '🌵', name: 'Cactus' },
  { sign: '🔑', name: 'Key' },
  { sign: '🐘', name: 'Elephant' },
  { sign: '⛵', name: 'Boat' },
] as const;
const withStranger: Safety = { signs, number: null, verified: 'no', newDevice: false };
const steps: readonly ConnectStep[] = ['signing-in', 'asking', 'exchanging', 'checking', 'opening'];
const failures: Readonly<Record<FailureName, 'find' | 'enter' | null>> = {
  offline: 'find',
  sign_in_failed: 'find',
  function_unavailable: 'find',
  store_unavailable: 'enter',
  link_broken: null,
  room_not_found: 'enter',
  room_over: null,
  room_full: 'enter',
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
    invitation: null,
    ...change,
  };
}

function connecting(step: ConnectStep, slow = false): Fixture {
  return { state: { at: 'connecting', for: 'stranger', step, since: NOW - (slow ? 9000 : 1200), slow } };
}

const tooLong = 'All work and no play makes a long letter. '.repeat(239);
const noCode: ShortCode = { is: 'none' };
const waitingRoom = (again: boolean, code = noCode): Fixture => ({
  state: { at: 'waiting', for: 'room', since: NOW - 74_000, invitation, again, code },
  until: '[role=img]',
});
const waitingFor = (ms: number): Fixture => ({ state: { at: 'waiting', for: 'stranger', since: NOW - ms } });
const earlier = longText(NOW - 86_400_000 * 2).map((message) => ({ ...message, id: `earlier-${message.id}` }));
const log = '[role=log]';

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
  'waiting-room': waitingRoom(false),
  'waiting-room-again': waitingRoom(true),
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
  'talking-about-direct': { state: talking(firstWords(NOW)), act: () => press('h1 button'), until: '[role=dialog]' },
  'talking-about-relayed': {
    state: talking(firstWords(NOW), { path: 'relayed', for: 'room', invitation }),
    act: () => press('h1 button'),
    until: '[role=dialog]',
  },
  'talking-unsteady': { state: talking(firstWords(NOW), { peer: 'unsteady' }), until: log },
  'talking-left': { state: talking(firstWords(NOW), { peer: 'left' }), until: log },
  'talking-left-room': { state: talking(firstWords(NOW), { peer: 'left', for: 'room', invitation }), until: log },
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
  down: { state: { at: 'start' }, down: true },
};

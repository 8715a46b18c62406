import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionState } from '../../session/model';
import { english } from '../words/english';
import { CALM_MS, calmed } from './calmed';
import { pressed, shownKey, type KeyPress } from './keys';
import { createPreferences, defaults, parsePreferences, SHELF_KEY, type Shelf } from './preferences';
import { soundFor } from './sounds';
import { screenOf, spokenChange } from './spoken';
import { pageTitle } from './title';

const talking: Extract<SessionState, { at: 'talking' }> = {
  at: 'talking',
  for: 'stranger',
  since: 0,
  messages: [],
  path: 'direct',
  peer: 'here',
  safety: { signs: [], verified: 'no' },
};
const connecting: Extract<SessionState, { at: 'connecting' }> = {
  at: 'connecting',
  for: 'stranger',
  step: 'asking',
  since: 0,
  slow: false,
};

describe("the page's title", () => {
  it('is the name alone at the start', () => expect(pageTitle({ at: 'start' }, 0, english)).toBe('Parley'));
  it('shows the state', () => {
    expect(pageTitle({ at: 'waiting', for: 'stranger', since: 0 }, 0, english)).toBe('Looking for someone · Parley');
    expect(pageTitle(connecting, 0, english)).toBe('Connecting · Parley');
    expect(pageTitle({ at: 'failed', for: 'room', failure: 'room_full', retry: null }, 0, english)).toBe(
      'This room is full · Parley',
    );
  });
  it('puts the number of unread messages first', () => {
    expect(pageTitle(talking, 3, english)).toBe('(3) Talking · Parley');
    expect(pageTitle({ ...talking, peer: 'left' }, 1, english)).toBe('(1) They left · Parley');
  });
});

const say = (before: SessionState, after: SessionState) => spokenChange(before, after, english);

describe('what screen readers hear', () => {
  it('is each step of connecting, once', () => {
    expect(say({ at: 'start' }, connecting)).toBe(english.connecting.steps.asking);
    expect(say(connecting, { ...connecting, step: 'checking' })).toBe(english.connecting.steps.checking);
    expect(say(connecting, { ...connecting })).toBeNull();
    expect(say(connecting, { ...connecting, slow: true })).toBe(english.connecting.slow);
  });
  it('is what happens to the other', () => {
    expect(say(connecting, talking)).toBe(english.status.connected);
    expect(say(talking, { ...talking, peer: 'unsteady' })).toBe(english.talk.unsteady);
    expect(say({ ...talking, peer: 'unsteady' }, talking)).toBe(english.status.connected);
    expect(say(talking, { ...talking, peer: 'left' })).toBe(english.talk.left);
  });
  it('is that they are verified, and that it was taken back', () => {
    const verified = { ...talking, safety: { ...talking.safety, verified: 'now' } } as const;
    expect(say(talking, verified)).toBe(english.status.verified);
    expect(say(verified, talking)).toBe(english.status.notVerified);
    expect(say(verified, { ...verified, peer: 'left' })).toBe(english.talk.left);
  });

  it('is not what the heading of a new screen says already', () => {
    expect(say(connecting, { at: 'failed', for: 'room', failure: 'offline', retry: null })).toBeNull();
    expect(say(talking, { at: 'start' })).toBeNull();
    expect(say(talking, { ...talking, messages: [] })).toBeNull();
  });
  it('knows when the screen is another', () => {
    expect(screenOf(connecting)).toBe(screenOf({ ...connecting, step: 'opening' }));
    const failed: SessionState = { at: 'failed', for: 'room', failure: 'room_over', retry: null };
    expect(screenOf(failed)).not.toBe(screenOf({ ...failed, failure: 'room_full' }));
  });
});

const press = (change: Partial<KeyPress>): KeyPress => ({
  key: 'n',
  code: 'KeyN',
  altKey: true,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...change,
});

describe('shortcuts', () => {
  it('need Alt, so that a letter alone does nothing', () => {
    expect(pressed(press({}), 'Alt+N')).toBe(true);
    expect(pressed(press({ altKey: false }), 'Alt+N')).toBe(false);
    expect(pressed(press({ ctrlKey: true }), 'Alt+N')).toBe(false);
    expect(pressed(press({ key: '˜' }), 'Alt+N')).toBe(true);
    expect(pressed(press({ key: ',', code: 'Comma' }), 'Alt+,')).toBe(true);
    expect(pressed(press({ key: 'ArrowDown', code: 'ArrowDown' }), 'Alt+ArrowDown')).toBe(true);
    expect(pressed(press({ key: 'Escape', code: 'Escape', altKey: false }), 'Escape')).toBe(true);
  });
  it('are shown as the keyboard names them', () => {
    expect(shownKey('Alt+N', 'MacIntel')).toBe('⌥N');
    expect(shownKey('Alt+ArrowDown', 'Linux x86_64')).toBe('Alt ↓');
    expect(shownKey('Escape', 'Win32')).toBe('Esc');
  });
});

function shelf(first: string | null = null): Shelf & { kept: string | null } {
  const kept = {
    kept: first,
    getItem: (): string | null => kept.kept,
    setItem: (_: string, value: string) => {
      kept.kept = value;
    },
  };
  return kept;
}

describe('the choices', () => {
  it('are kept and found again', () => {
    const kept = shelf();
    createPreferences(() => kept).set({ relayOnly: true, appearance: 'dark' });
    const again = createPreferences(() => kept);
    expect(again.get()).toEqual({ ...defaults, relayOnly: true, appearance: 'dark' });
    expect(again.stored()).toBe(true);
    expect(SHELF_KEY).toBe('parley.preferences');
  });
  it('hold in memory when the browser blocks storage, and say so', () => {
    const store = createPreferences(() => {
      throw new Error('SecurityError');
    });
    const heard = vi.fn();
    store.subscribe(heard);
    store.set({ sounds: false });
    expect([store.get().sounds, store.stored(), heard.mock.calls.length]).toEqual([false, false, 1]);
  });
  it('say so too when storage is full', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
    };
    expect(createPreferences(() => full).stored()).toBe(false);
  });
  it.each(['{', 'null', '[]', '7', '{"sounds":"no","appearance":"pink","relayOnly":1}'])(
    'are the defaults when %s is kept',
    (text) => {
      expect(parsePreferences(text)).toEqual(defaults);
    },
  );
});

describe('sounds', () => {
  const quiet = { here: false, gone: false, theirs: 0, elsewhere: 0 };
  const here = { ...quiet, here: true };
  it('tell who comes, writes and goes, and nothing else', () => {
    expect(soundFor(quiet, here)).toBe('arrived');
    expect(soundFor(here, { ...here, theirs: 1 })).toBe('message');
    expect(soundFor(quiet, { ...quiet, elsewhere: 1 })).toBe('message');
    expect(soundFor(here, { ...quiet, gone: true })).toBe('gone');
    expect(soundFor(here, here)).toBeNull();
    expect(soundFor(here, quiet)).toBeNull();
  });
});

describe('a calmed subscription', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('passes the first change on at once and a burst together', () => {
    const changes: (() => void)[] = [];
    const heard = vi.fn();
    const stop = calmed(
      (listener) => {
        changes.push(listener);
        return () => undefined;
      },
      () => Date.now(),
    )(heard);
    const change = () => changes[0]?.();
    for (let i = 0; i < 1000; i++) change();
    expect(heard).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(CALM_MS);
    expect(heard).toHaveBeenCalledTimes(2);
    change();
    stop();
    vi.advanceTimersByTime(CALM_MS * 2);
    expect(heard).toHaveBeenCalledTimes(2);
  });
});

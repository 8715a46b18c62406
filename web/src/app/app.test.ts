import { describe, expect, it, vi } from 'vitest';
import type { Session, SessionState } from '../session/model';
import { followRoomLinks, roomCode, type AddressBar } from './fragment';
import { createLateSession } from './lateSession';
import { createRoomLinks } from './roomLinks';

function bar(hash: string) {
  const events = new EventTarget();
  const order: string[] = [];
  const location = { hash, pathname: '/app/', search: '?a=1' };
  const history = {
    replaceState(_: unknown, __: string, url: string) {
      order.push(`bar ${url}`);
      location.hash = '';
    },
  };
  const window = {
    location,
    history,
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
  };
  // Only what AddressBar names is used of the window.
  return { window: window as unknown as AddressBar, events, location, order };
}

function real(state: SessionState = { at: 'start' }) {
  const calls: string[] = [];
  const call = (name: string) => (given?: unknown) =>
    void calls.push(given === undefined ? name : `${name} ${JSON.stringify(given)}`);
  const session: Session = {
    getState: () => state,
    subscribe: () => () => undefined,
    find: call('find'),
    createRoom: call('createRoom'),
    enter: call('enter'),
    retry: call('retry'),
    leave: call('leave'),
    send: () => ({ ok: true }),
    makeCode: call('makeCode'),
    verify: call('verify'),
    room: null,
    rooms: { getRooms: () => [], openRoom: call('openRoom'), goHome: call('goHome'), forgetRoom: call('forgetRoom') },
    line: () => Promise.resolve(null),
    configure: call('configure'),
    dispose: async () => void calls.push('dispose'),
  };
  return { session, calls };
}

describe('[K1] room links', () => {
  it('are those with #r=', () => {
    expect(roomCode('#r=abc')).toBe('abc');
    expect(roomCode('#r=')).toBe('');
    expect(roomCode('#about')).toBeNull();
    expect(roomCode('')).toBeNull();
  });

  it('leave the address bar before they are followed, at the start and later', () => {
    const { window, events, location, order } = bar('#r=first');
    const stop = followRoomLinks(window, (code) => order.push(`enter ${code}`));
    location.hash = '#r=second';
    events.dispatchEvent(new Event('hashchange'));
    location.hash = '#other';
    events.dispatchEvent(new Event('hashchange'));
    stop();
    location.hash = '#r=third';
    events.dispatchEvent(new Event('hashchange'));
    expect(order).toEqual(['bar /app/?a=1', 'enter first', 'bar /app/?a=1', 'enter second']);
  });
});

describe('a room link that is opened in a conversation', () => {
  const message = { id: 'm', from: 'me', text: 'x', at: 0, status: 'sent' } as const;
  const safety = { signs: [], verified: 'no' } as const;
  const talk = {
    at: 'talking',
    for: 'stranger',
    since: 0,
    messages: [message],
    path: 'direct',
    peer: 'here',
    safety,
  } as const;
  const cases: readonly (readonly [SessionState, boolean])[] = [
    [{ at: 'start' }, false],
    [talk, true],
    [{ ...talk, peer: 'unsteady' }, true],
    [{ ...talk, peer: 'reconnecting' }, true],
    [{ ...talk, peer: 'left' }, false],
    [{ ...talk, messages: [] }, false],
  ];

  it.each(cases)('asks first only if words would be lost: %j', (state, asks) => {
    const { session, calls } = real(state);
    const links = createRoomLinks(session);
    links.open('code');
    expect([links.get(), calls]).toEqual(asks ? ['code', []] : [null, ['enter "code"']]);
    links.answer(true);
    expect([links.get(), calls]).toEqual([null, ['enter "code"']]);
  });

  it('stays when the person says so', () => {
    const { session, calls } = real(talk);
    const links = createRoomLinks(session);
    links.open('code');
    links.answer(false);
    expect([links.get(), calls]).toEqual([null, []]);
  });
});

describe('a session that is still loading', () => {
  it('answers at once and does the last wish when it is there', async () => {
    const { session, calls } = real();
    const late = createLateSession(
      () => Promise.resolve(session),
      () => 7,
    );
    const heard = vi.fn();
    late.subscribe(heard);
    late.find();
    expect(late.getState()).toEqual({ at: 'connecting', for: 'stranger', step: 'signing-in', since: 7, slow: false });
    const settings = { relayOnly: true, tellTyping: true, tellRead: false };
    late.configure(settings);
    late.enter('code');
    await vi.waitFor(() => expect(late.loading()).toBe('ready'));
    expect(calls).toEqual([`configure ${JSON.stringify(settings)}`, 'enter "code"']);
    expect(late.getState()).toEqual({ at: 'start' });
    expect(heard).toHaveBeenCalledTimes(3);
  });

  it('forgets a wish that was taken back', async () => {
    const { session, calls } = real();
    const late = createLateSession(() => Promise.resolve(session));
    late.createRoom();
    late.leave();
    expect(late.getState()).toEqual({ at: 'start' });
    await vi.waitFor(() => expect(late.loading()).toBe('ready'));
    expect(calls).toEqual([]);
  });

  it('keeps the wish when loading fails, and does it after another try', async () => {
    const { session, calls } = real();
    const load = vi
      .fn<() => Promise<Session>>()
      .mockRejectedValueOnce(new Error('offline'))
      .mockResolvedValueOnce(session);
    const late = createLateSession(load);
    late.enter('code');
    await vi.waitFor(() => expect(late.loading()).toBe('failed'));
    late.reload();
    expect(late.loading()).toBe('loading');
    await vi.waitFor(() => expect(late.loading()).toBe('ready'));
    expect(calls).toEqual(['enter "code"']);
  });

  it('ends a session that arrives after the page was left', async () => {
    const { session, calls } = real();
    const arrivals: ((session: Session) => void)[] = [];
    const late = createLateSession(() => new Promise((resolve) => arrivals.push(resolve)));
    await late.dispose();
    arrivals[0]?.(session);
    await vi.waitFor(() => expect(calls).toEqual(['dispose']));
    expect(late.send('x')).toEqual({ ok: false, why: 'not_connected' });
  });
});

import { describe, expect, it } from 'vitest';
import type { Role } from '../protocol/api';
import type { Restart } from '../protocol/message';
import { Clock } from '../session/testing/clock';
import { Restarting } from './restarting';

const sdp = (fingerprint: string) => `v=0\r\na=fingerprint:sha-256 ${Array(32).fill(fingerprint).join(':')}\r\n`;

/** As much of a browser's connection as is needed, and what was done with it. */
function restarting(role: Role) {
  const clock = new Clock();
  const [done, sent]: [string[], Restart[]] = [[], []];
  const connection = {
    signalingState: 'stable',
    currentRemoteDescription: { type: 'answer', sdp: sdp('AA') },
    localDescription: { type: 'offer', sdp: sdp('BB') },
    createOffer: async (options: RTCOfferOptions) => ({ type: 'offer', sdp: options.iceRestart === true ? 'anew' : '' }),
    createAnswer: async () => ({ type: 'answer', sdp: '' }),
    setLocalDescription: async ({ type }: RTCSessionDescriptionInit) => {
      connection.signalingState = type === 'offer' ? 'have-local-offer' : 'stable';
      done.push(`local ${type}`);
    },
    setRemoteDescription: async ({ type }: RTCSessionDescriptionInit) => {
      connection.signalingState = type === 'answer' ? 'stable' : 'have-remote-offer';
      done.push(`remote ${type}`);
    },
  };
  const one = new Restarting({
    role, connection: connection as unknown as RTCPeerConnection, timers: clock,
    send: (restart) => sent.push(restart),
  });
  one.possible = true;
  return { one, clock, done, sent };
}

const ask: Restart = { t: 'restart', sdp: null };
const describes: Restart = { t: 'restart', sdp: sdp('AA') };

describe('[M7] a restart', () => {
  it('is offered by the caller, when gathering is complete, and one at a time', async () => {
    const { one, clock, done, sent } = restarting('caller');
    one.begin();
    one.begin();
    await clock.advance(500);
    expect(sent).toEqual([]);
    one.complete();
    await clock.advance(1);
    one.takes(ask);
    await clock.advance(5000);
    expect([done, sent]).toEqual([['local offer'], [{ t: 'restart', sdp: sdp('BB') }]]);
    one.takes(describes);
    one.takes(describes);
    await clock.advance(1);
    expect(done).toEqual(['local offer', 'remote answer']);
  });

  it('is asked for by the callee, and answered within a second', async () => {
    const { one, clock, done, sent } = restarting('callee');
    one.begin();
    one.takes(describes);
    one.takes(ask);
    await clock.advance(1000);
    expect(sent).toEqual([ask, { t: 'restart', sdp: sdp('BB') }]);
    expect(done).toEqual(['remote offer', 'local answer']);
  });

  it.each(['caller', 'callee'] as const)('with another certificate is dropped by the %s, who goes on', async (role) => {
    const { one, clock, done } = restarting(role);
    if (role === 'caller') one.begin();
    await clock.advance(2000);
    const before = done.length;
    one.takes({ t: 'restart', sdp: sdp('CC') });
    one.takes({ t: 'restart', sdp: 'v=0' });
    await clock.advance(2000);
    expect(done).toHaveLength(before);
    one.takes(describes);
    await clock.advance(2000);
    expect(done[before]).toBe(role === 'caller' ? 'remote answer' : 'remote offer');
  });

  it('is not begun for who asks without end', async () => {
    const { one, clock, done } = restarting('caller');
    for (let i = 0; i < 50; i++) {
      one.takes(ask);
      await clock.advance(5);
      one.complete();
      await clock.advance(5);
      one.takes(describes);
      await clock.advance(5);
    }
    expect(done).toEqual(['local offer', 'remote answer']);
    one.close();
    expect(clock.pending).toBe(0);
  });

  it('is not begun with somebody who cannot', async () => {
    const { one, clock, done, sent } = restarting('caller');
    one.possible = false;
    one.begin();
    one.steady(false);
    await clock.advance(5000);
    expect([done, sent]).toEqual([[], []]);
  });

  it('[M11] has renewed a connection when it was described after that, and answered', async () => {
    for (const role of ['caller', 'callee'] as const) {
      const { one, clock } = restarting(role);
      if (role === 'caller') one.begin();
      else one.takes(describes);
      await clock.advance(10);
      one.renew();
      expect(one.renewed).toBe(false);
      if (role === 'caller') one.takes(describes);
      await clock.advance(2000);
      if (role === 'caller') one.takes(describes);
      await clock.advance(1);
      expect(one.renewed, 'by what was under way').toBe(false);
      one.renew();
      if (role === 'callee') one.takes(describes);
      await clock.advance(2000);
      if (role === 'caller') one.takes(describes);
      await clock.advance(1);
      expect(one.renewed).toBe(true);
    }
  });

  it('[M11] that somebody who cannot asks for is another connection that they ask for', async () => {
    for (const role of ['caller', 'callee'] as const) {
      const { one, clock, done, sent } = restarting(role);
      one.possible = false;
      expect(one.takes(ask)).toBe(false);
      await clock.advance(2000);
      expect([done, sent]).toEqual([[], []]);
    }
  });
});

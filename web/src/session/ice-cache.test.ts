import { expect, it } from 'vitest';
import type { IceServer, IceServersAnswer } from '../protocol/api';
import { Failure } from '../protocol/failures';
import { IceCache } from './ice-cache';
import { Clock } from './testing/clock';

const never = new AbortController().signal;
const stun: IceServer = { urls: ['stun:s.example'] };
const turn = (username: string): IceServer => ({ urls: ['turn:t.example'], username, credential: 'c' });

/** A cache, and a function that hands out new credentials each time, or fails as it is told. */
function cached() {
  const clock = new Clock();
  const world = { asked: 0, down: null as Error | null, answer: null as IceServersAnswer | null };
  const iceServers = async (): Promise<IceServersAnswer> => {
    world.asked++;
    if (world.down !== null) throw world.down;
    return world.answer ?? { iceServers: [stun, turn(String(world.asked))], ttlSeconds: 600 };
  };
  return { clock, world, ice: new IceCache({ iceServers }, clock) };
}

it('[A8] asks again when half of the time is over, so that a connection has credentials for the other half', async () => {
  const { clock, world, ice } = cached();
  const first = await ice.get(false, never);
  await clock.advance(299_999);
  expect(await ice.get(false, never)).toBe(first);
  expect(first).toMatchObject({ until: clock.now() + 300_001, ttlMs: 600_000 });
  await clock.advance(1);
  expect((await ice.get(false, never)).servers).toEqual([stun, turn('2')]);
  expect(world.asked).toBe(2);
});

it('[A8] goes on without a relay that is unavailable, and asks again soon', async () => {
  const { clock, world, ice } = cached();
  world.answer = { iceServers: [stun], ttlSeconds: 60, relay: 'unavailable' };
  expect((await ice.get(false, never)).servers).toEqual([stun]);
  await expect(ice.get(true, never)).rejects.toEqual(new Failure('relay_unavailable'));
  world.answer = null;
  await clock.advance(30_000);
  expect((await ice.get(true, never)).servers).toEqual([stun, turn('2')]);
});

it('goes on without a list, unless only a relay may be used', async () => {
  const { world, ice } = cached();
  world.down = new Failure('function_unavailable');
  expect((await ice.get(false, never)).servers).toEqual([]);
  await expect(ice.get(true, never)).rejects.toBe(world.down);
});

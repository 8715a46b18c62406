import { describe, expect, it } from 'vitest';
import { Clock } from '../session/testing/clock';
import { kindsOf } from './configuration';
import { Gathering } from './gathering';

const stun = { urls: ['stun:a'] };
const turn = { urls: ['turn:a?transport=udp', 'turns:a?transport=tcp'] };

async function gathering(servers: Parameters<typeof kindsOf>[0], relayOnly = false, whole = false) {
  const clock = new Clock();
  const one = new Gathering(clock, Promise.resolve(kindsOf(servers, relayOnly)), whole);
  await one.ready;
  const start = clock.now();
  const seen = { after: NaN };
  void one.enough.then(() => (seen.after = clock.now() - start));
  one.begin();
  return { clock, one, seen };
}

describe('[P5] a description is written', () => {
  it('soon after a candidate of each kind is there, a relay among them; then nothing more is told', async () => {
    const { clock, one, seen } = await gathering([stun, turn]);
    one.found('host');
    one.found('relay');
    await clock.advance(40);
    expect(seen.after).toBeNaN();
    one.found('srflx');
    await clock.advance(200);
    expect(seen.after).toBe(60);
    expect(one.over).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('[O8] later where nothing can be told afterwards; then nothing more is', async () => {
    const { clock, one, seen } = await gathering([stun], false, true);
    one.found('host');
    await clock.advance(900);
    expect([seen.after, one.over]).toEqual([NaN, false]);
    await clock.advance(200);
    expect([seen.after, one.over]).toEqual([1000, true]);
  });

  it('with nothing but the relay where only that is wanted', async () => {
    const { clock, one, seen } = await gathering([stun, turn], true);
    one.found('relay');
    await clock.advance(200);
    expect([seen.after, one.over]).toEqual([20, true]);
  });

  it('when gathering is complete, whatever was found', async () => {
    const { clock, one, seen } = await gathering([stun, turn]);
    await clock.advance(30);
    one.complete();
    await clock.advance(200);
    expect([seen.after, one.over]).toEqual([30, true]);
  });

  it('without a relay not before that: another path may still be found', async () => {
    const { clock, one, seen } = await gathering([stun]);
    one.found('host');
    one.found('srflx');
    await clock.advance(100);
    expect(seen.after).toBeNaN();
    one.complete();
    await clock.advance(1);
    expect(seen.after).toBe(100);
  });

  it('after 150 ms in any case; what is found later is told then', async () => {
    const { clock, one, seen } = await gathering([stun, turn]);
    one.found('host');
    await clock.advance(500);
    expect([seen.after, one.over]).toEqual([150, false]);
  });
});

it('a list of servers that cannot be had is a failure for who waits for it, and for nobody else', async () => {
  const one = new Gathering(new Clock(), Promise.reject(new Error('down')));
  await expect(one.ready).rejects.toThrow('down');
});

import { expect, it } from 'vitest';
import { Meter } from './meter';

it('a rate is that of the time since something came, up to five seconds, a second at least', () => {
  const meter = new Meter();
  for (let now = 0; now < 60_000; now += 100) {
    meter.add(now, 100);
    const want = Math.min(1000, now + 100);
    expect(meter.rate(now)).toBeGreaterThanOrEqual(want * 0.9);
    expect(meter.rate(now)).toBeLessThanOrEqual(want * 1.1 + 100);
  }
  expect(meter.rate(66_000)).toBe(0);
  meter.add(70_000, 500);
  expect(meter.rate(70_500)).toBe(500);
});

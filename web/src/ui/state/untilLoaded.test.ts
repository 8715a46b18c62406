import { describe, expect, it, vi } from 'vitest';
import { LOAD_PAUSE_MS, LOAD_TRIES, untilLoaded } from './untilLoaded';

describe('a part of the app that does not load', () => {
  it('is asked for again, after longer and longer pauses', async () => {
    const load = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(new Error('1'))
      .mockRejectedValueOnce(new Error('2'));
    load.mockResolvedValue('part');
    const pauses: number[] = [];
    await expect(untilLoaded(load, async (ms) => void pauses.push(ms))).resolves.toBe('part');
    expect(pauses).toEqual([LOAD_PAUSE_MS, LOAD_PAUSE_MS * 2]);
  });

  it('is given up in the end', async () => {
    const load = vi.fn<() => Promise<string>>().mockRejectedValue(new Error('gone'));
    await expect(untilLoaded(load, async () => undefined)).rejects.toThrow('gone');
    expect(load).toHaveBeenCalledTimes(LOAD_TRIES);
  });
});

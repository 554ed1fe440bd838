import { describe, expect, it } from 'vitest';
import { RestartDelay } from '../../../src/platform/restart-delay.ts';

describe('RestartDelay', () => {
  it('waits longer with each failure, half a minute at most, and not at all after a success', () => {
    let nowMs = 0;
    const restart = new RestartDelay(() => nowMs);
    const waits = Array.from({ length: 9 }, () => {
      restart.delay();
      const from = nowMs;
      for (;;) {
        try {
          restart.check();
          return nowMs - from;
        } catch {
          nowMs += 500;
        }
      }
    });
    expect(waits).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    restart.reset();
    restart.delay();
    expect(() => restart.check()).not.toThrow();
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestIndex, roundTicks, timeTicks, unbrokenRuns } from '../../../../src/http/page/browser/chart-scale.js';

const HOUR_MS = 3_600_000;

describe('the scales of the chart', () => {
  test.each([
    [1, [0, 1]],
    [17, [0, 5, 10, 15, 20]],
    [9_400, [0, 5_000, 10_000]],
    [16_384, [0, 5_000, 10_000, 15_000, 20_000]],
  ])('%d ports are counted in round steps', (most, ticks) => {
    expect(roundTicks(most)).toEqual(ticks);
  });

  test('never count fewer ports than there are, nor in more than six steps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_536 }), (most) => {
        const ticks = roundTicks(most);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  test('a day is told in hours, a week in days', () => {
    const from = new Date(2026, 10, 20, 9, 30).getTime();
    const hours = timeTicks(from, from + 24 * HOUR_MS);
    expect(hours.map(({ atMs }) => new Date(atMs).getHours())).toEqual([12, 16, 20, 0, 4, 8]);
    const days = timeTicks(from, from + 7 * 24 * HOUR_MS);
    expect(days.map(({ atMs }) => new Date(atMs).getDate())).toEqual([21, 22, 23, 24, 25, 26, 27]);
    expect(days.every(({ isDay }) => isDay)).toBe(true);
  });
});

describe('the points of the chart', () => {
  test('break where samples are missing, and not where they are as rare as everywhere', () => {
    const minute = 60_000;
    expect(
      unbrokenRuns(
        [0, 1, 2, 3, 20, 21, 22].map((at) => at * minute),
        minute,
      ),
    ).toEqual([
      [0, 3],
      [4, 6],
    ]);
    expect(
      unbrokenRuns(
        [0, 10, 20, 30].map((at) => at * minute),
        minute,
      ),
    ).toEqual([[0, 3]]);
    expect(unbrokenRuns([], minute)).toEqual([]);
  });

  test('the one nearest to a time is found', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { minLength: 1 }),
        fc.integer({ min: -10, max: 2e6 }),
        (times, at) => {
          const sorted = times.sort((one, other) => one - other);
          const found = Math.abs((sorted[nearestIndex(sorted, at)] as number) - at);
          expect(found).toBe(Math.min(...sorted.map((time) => Math.abs(time - at))));
        },
      ),
    );
  });
});

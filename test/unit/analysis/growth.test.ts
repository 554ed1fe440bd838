import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureGrowth, timeToExhaustionMs } from '../../../src/analysis/growth.ts';

const MINUTE_MS = 60_000;
const minutes = (count: number): number[] => Array.from({ length: count }, (_, n) => 1_700_000_000_000 + n * MINUTE_MS);

test('a metronome leak has its pace and constancy 1', () => {
  const times = minutes(61);
  const growth = measureGrowth(
    times,
    times.map((_, n) => 300 + 1.75 * n),
  );
  expect(growth?.perMinute).toBeCloseTo(1.75, 9);
  expect(growth?.constancy).toBeCloseTo(1, 9);
  expect(growth?.sinceMs).toBe(times[0]);
});

test('a pool that fills and stays full is not constant', () => {
  const times = minutes(60);
  expect(
    measureGrowth(
      times,
      times.map((_, n) => Math.min(n * 5, 100)),
    )?.constancy,
  ).toBe(0);
});

test('a pace that doubles on the way has constancy about a half', () => {
  const times = minutes(91);
  const values = times.map((_, n) => (n <= 30 ? n : n <= 60 ? 30 + 2 * (n - 30) : 90 + 2 * (n - 60)));
  expect(measureGrowth(times, values)?.constancy).toBeCloseTo(0.5, 9);
});

test('a restart that lets go of the ports begins the count anew', () => {
  const times = minutes(40);
  const values = times.map((_, n) => (n < 20 ? 1_000 + 10 * n : 2 * (n - 20)));
  const growth = measureGrowth(times, values);
  expect(growth?.perMinute).toBeCloseTo(2, 9);
  expect(growth?.sinceMs).toBe(times[20]);
});

test('small numbers that go up and down are no restarts', () => {
  const times = minutes(5);
  expect(measureGrowth(times, [8, 2, 8, 2, 8])?.sinceMs).toBe(times[0]);
});

test('a falling count has a negative pace and no end', () => {
  const times = minutes(10);
  const growth = measureGrowth(
    times,
    times.map((_, n) => 500 - n),
  );
  expect(growth?.perMinute).toBeCloseTo(-1, 9);
  expect(timeToExhaustionMs(100, growth?.perMinute ?? 0)).toBeUndefined();
});

test('one point, or points of one time, have no growth', () => {
  expect(measureGrowth([], [])).toBeUndefined();
  expect(measureGrowth([5], [5])).toBeUndefined();
  expect(measureGrowth([5, 5], [5, 9])).toBeUndefined();
});

test('three points have a pace but no constancy', () => {
  const growth = measureGrowth([0, MINUTE_MS, 10 * MINUTE_MS], [0, 1, 10]);
  expect(growth?.perMinute).toBeCloseTo(1, 9);
  expect(growth).not.toHaveProperty('constancy');
});

test('16,384 ports at 1.75 a minute last 6 days and 12 hours', () => {
  expect((timeToExhaustionMs(16_384, 1.75) ?? 0) / 3_600_000).toBeCloseTo(156.04, 2);
});

test('what is empty already has no time left, and what stands still has no end', () => {
  expect(timeToExhaustionMs(0, 1)).toBe(0);
  expect(timeToExhaustionMs(-3, 1)).toBe(0);
  expect(timeToExhaustionMs(10, 0)).toBeUndefined();
  expect(timeToExhaustionMs(10, Number.NaN)).toBeUndefined();
});

test('any straight line comes back as its slope, whatever the spacing of its points', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 8, maxLength: 60 });
  fc.assert(
    fc.property(gaps, fc.double({ min: 0.01, max: 500, noNaN: true }), (steps, slope) => {
      let atMs = 1_700_000_000_000;
      const times = steps.map((step) => {
        atMs += step;
        return atMs;
      });
      const values = times.map((time) => 100 + (slope * (time - (times[0] as number))) / MINUTE_MS);
      const growth = measureGrowth(times, values);
      expect(growth?.perMinute).toBeGreaterThan(slope * 0.999);
      expect(growth?.perMinute).toBeLessThan(slope * 1.001);
      if (growth?.constancy !== undefined) expect(growth.constancy).toBeGreaterThan(0.99);
    }),
  );
});

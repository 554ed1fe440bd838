import { describe, expect, it } from 'vitest';
import { amountAt, momentsUntil } from '../../../src/sim/story-time.ts';

describe('moments', () => {
  it('are sorted, repeated and cut at the end', () => {
    expect(momentsUntil([500, { from: 100, every: 200 }, { from: 0, every: 50, until: 60 }], 450)).toEqual([
      0, 50, 100, 300,
    ]);
  });
});

describe('amounts', () => {
  const office = {
    hours: [
      [8, 0],
      [12, 400],
      [18, 100],
    ],
    weekdays: [1, 1, 1, 1, 1, 0.5, 0],
  } as const;

  it('are joined by lines within the day and across midnight', () => {
    expect(amountAt(7, 123)).toBe(7);
    expect(amountAt(office, 8 * 60)).toBe(0);
    expect(amountAt(office, 10 * 60)).toBe(200);
    expect(amountAt(office, 12 * 60)).toBe(400);
    expect(amountAt(office, 15 * 60)).toBe(250);
    expect(amountAt(office, 1 * 60)).toBeCloseTo(50);
  });

  it('have a factor for each weekday', () => {
    expect(amountAt(office, 5 * 1440 + 12 * 60)).toBe(200);
    expect(amountAt(office, 6 * 1440 + 12 * 60)).toBe(0);
    expect(amountAt(office, 7 * 1440 + 12 * 60)).toBe(400);
  });
});

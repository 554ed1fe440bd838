import { describe, expect, it } from 'vitest';
import { NamespaceFreshness } from '../../../../../src/platform/linux/namespaces/namespace-freshness.ts';

const SLOWEST = 63;
const yes = () => true;
const no = () => false;

describe('NamespaceFreshness', () => {
  it('knows nothing before the first reading', () => {
    expect(new NamespaceFreshness(0).isFresh(0, 'a', yes)).toBe(false);
  });

  it('believes what was read for at most a minute, unless it is confirmed', () => {
    const freshness = new NamespaceFreshness(SLOWEST);
    freshness.noteReading(0, 'a');
    expect(freshness.isFresh(58_000, 'a', no)).toBe(true);
    expect(freshness.isFresh(60_000, 'a', no)).toBe(false);
    expect(freshness.isFresh(60_000, 'a', yes)).toBe(true);
    expect(freshness.isFresh(118_000, 'a', no)).toBe(true);
    expect(freshness.isFresh(120_000, 'a', no)).toBe(false);
  });

  it('asks for a new reading after an hour, whatever is confirmed', () => {
    const freshness = new NamespaceFreshness(SLOWEST);
    freshness.noteReading(0, 'a');
    for (let nowMs = 55_000; nowMs < 3_500_000; nowMs += 55_000) expect(freshness.isFresh(nowMs, 'a', yes)).toBe(true);
    expect(freshness.isFresh(3_600_000, 'a', yes)).toBe(false);
  });

  it('believes nothing any more when the counts differ, or a reading failed', () => {
    const freshness = new NamespaceFreshness(SLOWEST);
    freshness.noteReading(0, 'a');
    expect(freshness.isFresh(1, 'b', yes)).toBe(false);
    freshness.spoil();
    expect(freshness.isFresh(1, 'a', yes)).toBe(false);
  });

  it('spreads the next readings of namespaces that were read together over half the time', () => {
    const ages = Array.from({ length: 64 }, (_, seed) => {
      const freshness = new NamespaceFreshness(seed);
      freshness.noteReading(0, 'a');
      let ageMs = 0;
      while (freshness.isFresh(ageMs, 'a', no)) ageMs += 100;
      return ageMs;
    });
    expect(Math.min(...ages)).toBe(30_000);
    expect(Math.max(...ages)).toBeLessThanOrEqual(60_000);
    expect(new Set(ages).size).toBe(64);
  });
});

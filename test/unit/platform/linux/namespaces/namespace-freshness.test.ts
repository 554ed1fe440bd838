import { describe, expect, it } from 'vitest';
import { NamespaceFreshness } from '../../../../../src/platform/linux/namespaces/namespace-freshness.ts';

const SLOWEST = 63;
const yes = () => true;
const no = () => false;

describe('NamespaceFreshness', () => {
  it('knows nothing before the first reading', () => {
    expect(new NamespaceFreshness(0).isFresh(0, 'a', yes)).toBe(false);
  });

  /** Quiet for an hour before 0. */
  function longQuiet(seed = SLOWEST): NamespaceFreshness {
    const freshness = new NamespaceFreshness(seed);
    freshness.noteReading(-3_600_000, 'a');
    freshness.noteReading(0, 'a');
    return freshness;
  }

  it('believes what was read for at most a minute, unless it is confirmed', () => {
    const freshness = longQuiet();
    expect(freshness.isFresh(58_000, 'a', no)).toBe(true);
    expect(freshness.isFresh(60_000, 'a', no)).toBe(false);
    expect(freshness.isFresh(60_000, 'a', yes)).toBe(true);
    expect(freshness.isFresh(118_000, 'a', no)).toBe(true);
    expect(freshness.isFresh(120_000, 'a', no)).toBe(false);
  });

  it('believes after a change no longer than all was quiet since: sockets are made first and bound later', () => {
    const freshness = new NamespaceFreshness(SLOWEST);
    freshness.noteReading(0, 'a');
    expect(freshness.isFresh(1_000, 'a', no)).toBe(false);
    freshness.noteReading(1_000, 'a');
    expect(freshness.isFresh(1_999, 'a', no)).toBe(true);
    expect(freshness.isFresh(2_000, 'a', no)).toBe(false);
    expect(freshness.isFresh(2_000, 'a', yes)).toBe(true);
    expect(freshness.isFresh(3_999, 'a', no)).toBe(true);
    expect(freshness.isFresh(4_000, 'a', no)).toBe(false);
    freshness.noteReading(4_000, 'b');
    expect(freshness.isFresh(4_001, 'b', no)).toBe(false);
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
      const freshness = longQuiet(seed);
      let ageMs = 0;
      while (freshness.isFresh(ageMs, 'a', no)) ageMs += 100;
      return ageMs;
    });
    expect(Math.min(...ages)).toBe(30_000);
    expect(Math.max(...ages)).toBeLessThanOrEqual(60_000);
    expect(new Set(ages).size).toBe(64);
  });
});

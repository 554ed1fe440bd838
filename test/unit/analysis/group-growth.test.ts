import { expect, test } from 'vitest';
import { growthOfGroup, thinOut } from '../../../src/analysis/group-growth.ts';
import { findLeaks, timeLeftMs } from '../../../src/analysis/leaks.ts';
import { boundHistory } from '../../helpers/fake-ledger.ts';
import { buildGroup, buildPool } from '../../helpers/report-builder.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const line = (points: number, perMinute: number): number[] =>
  Array.from({ length: points }, (_, index) => Math.floor(index * perMinute));
const stuck = { ports: 10, largest: 10, total: 10, released: { closed: 0, used: 0, exited: 0 }, remotes: [] };

test('growth is measured over the last hour only, and says since when', () => {
  const flatThenSteep = [...new Array<number>(200).fill(5), ...line(60, 3).map((count) => 5 + count)];
  const { held, taken } = growthOfGroup(boundHistory(flatThenSteep, NOW), NOW);
  expect(held?.perMinute).toBeCloseTo(3, 1);
  expect(taken).toEqual(held);
  expect(held?.sinceMs).toBe(NOW - 60 * MINUTE);
});

test('a young history tells its own start', () => {
  expect(growthOfGroup(boundHistory([0, 2, 4], NOW), NOW).held).toEqual({ perMinute: 2, sinceMs: NOW - 2 * MINUTE });
});

test('what no source could see has no growth', () => {
  const history = { timesMs: [NOW - MINUTE, NOW], ports: { established: [1, 3] }, changes: [] };
  expect(growthOfGroup(history, NOW)).toEqual({ taken: { perMinute: 2, sinceMs: NOW - MINUTE } });
});

test('one port every twenty minutes is a leak once ten are stuck, and not before', () => {
  const growth = growthOfGroup(boundHistory(line(60, 0.06), NOW), NOW);
  expect(findLeaks([{ group: buildGroup({ stuck }), growth }])).toHaveLength(1);
  expect(findLeaks([{ group: buildGroup({ stuck: { ...stuck, ports: 9 } }), growth }])).toEqual([]);
});

test('a thousand ports taken at once and kept are no leak half an hour later', () => {
  const step = [...new Array<number>(25).fill(0), ...new Array<number>(35).fill(1000)];
  const growth = growthOfGroup(boundHistory(step, NOW), NOW);
  expect(growth.held?.perMinute).toBeGreaterThan(10);
  expect(findLeaks([{ group: buildGroup({ stuck }), growth }])).toEqual([]);
});

test('a leak that began within a young history is told at the pace it has, not at the average', () => {
  const growth = growthOfGroup(boundHistory([0, 0, 0, 0, 30, 60, 90, 120], NOW), NOW);
  expect(growth.held?.perMinute).toBeLessThan(20);
  expect(findLeaks([{ group: buildGroup({ stuck }), growth }])[0]?.perMinute).toBeCloseTo(30);
});

test('after a restart only the new life counts', () => {
  const growth = growthOfGroup(boundHistory([...line(30, 100), ...line(30, 2)], NOW), NOW);
  expect(growth.held?.perMinute).toBeCloseTo(2, 1);
});

test('the time left is that of all leaks of the pool together, and of no other pool', () => {
  const leak = { group: buildGroup(), protocol: 'tcp' as const, perMinute: 2, sinceMs: 0 };
  const elsewhere = { ...leak, group: buildGroup({ netns: 'blue' }), perMinute: 1000 };
  const pool = buildPool({ capacity: 1000, used: 400 });
  expect(timeLeftMs(pool, [leak, { ...leak, perMinute: 4 }, elsewhere])).toBe(100 * MINUTE);
  expect(timeLeftMs(pool, [elsewhere])).toBeUndefined();
});

test('thinning keeps the last value and at most as many as asked', () => {
  for (const length of [0, 1, 59, 60, 61, 119, 1440]) {
    const thin = thinOut(line(length, 1), 60);
    expect(thin.length).toBeLessThanOrEqual(60);
    expect(thin.at(-1)).toBe(length === 0 ? undefined : length - 1);
  }
});

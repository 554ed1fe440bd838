import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SERIES_LIMIT, shedSeries } from '../../src/metrics/shed-series.ts';
import { countSeries } from '../../src/metrics/snapshot.ts';
import { fullReport } from '../helpers/full-report.ts';
import { metricValue, seriesOf, snapshotOf } from '../helpers/metric-values.ts';

const NETNS = fc.integer({ min: 1, max: 20 });
const GROUPS = fc.integer({ min: 0, max: 50 });

test('a host with one namespace loses no series even with 50 owners that do everything', () => {
  const snapshot = snapshotOf(fullReport(1, 45));
  expect(metricValue(snapshot, 'exporter_dropped_series')).toBe(0);
});

test('with any number of namespaces and owners the series stay about 2,000', () => {
  fc.assert(
    fc.property(NETNS, GROUPS, (netnsCount, groupCount) => {
      const snapshot = snapshotOf(fullReport(netnsCount, groupCount));
      expect(countSeries(snapshot)).toBeLessThanOrEqual(1.15 * SERIES_LIMIT);
    }),
    { numRuns: 30 },
  );
});

test('shedding never takes ports away: sums over states and owners stay', () => {
  const report = fullReport(20, 50);
  const before = snapshotOf(report);
  const { snapshot: after } = shedSeries(before, 0);
  for (const key of [
    'used',
    'state_ports',
    'process_ports',
    'process_stuck_ports',
    'process_stuck_remote_ports',
  ] as const) {
    const sum = (series: ReturnType<typeof seriesOf>) => series.reduce((total, { value }) => total + value, 0);
    expect(sum(seriesOf(after, key))).toBe(sum(seriesOf(before, key)));
  }
});

test('no two series of a snapshot have the same labels', () => {
  fc.assert(
    fc.property(NETNS, GROUPS, (netnsCount, groupCount) => {
      for (const { series } of snapshotOf(fullReport(netnsCount, groupCount))) {
        expect(new Set(series.map(({ labels }) => JSON.stringify(labels))).size).toBe(series.length);
      }
    }),
    { numRuns: 20 },
  );
});

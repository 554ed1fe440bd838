import { expect, test } from 'vitest';
import { metricsFromReport } from '../../../src/metrics/from-report.ts';
import { RemoteNames } from '../../../src/metrics/remote-names.ts';
import { seriesLimit, shedSeries } from '../../../src/metrics/shed-series.ts';
import { countSeries } from '../../../src/metrics/snapshot.ts';
import { FACTS, fullReport } from '../../helpers/full-report.ts';
import { metricValue, seriesOf, snapshotOf } from '../../helpers/metric-values.ts';
import { buildGroup, buildReport } from '../../helpers/report-builder.ts';

test('below the limit nothing goes', () => {
  const snapshot = snapshotOf(fullReport(1, 3));
  expect(shedSeries(snapshot, countSeries(snapshot))).toEqual({ snapshot, dropped: 0 });
});

test('zeroes nobody asks about go before anything that says something', () => {
  const groups = [buildGroup({ ports: { tcp: { bound: 4, listen: 0 }, udp: {} } })];
  const snapshot = snapshotOf(buildReport({ groups }));
  const { snapshot: after, dropped } = shedSeries(snapshot, countSeries(snapshot) - 1);
  expect(dropped).toBe(4);
  expect(seriesOf(after, 'link_local_connections')).toEqual([]);
  expect(seriesOf(after, 'process_ports')).toEqual(seriesOf(snapshot, 'process_ports'));
});

test('an operator who asks for 500 names gets their series, one who asks for 10 no fewer than the default', () => {
  expect(seriesLimit(500)).toBe(20_000);
  expect(seriesLimit(50)).toBe(2_000);
  expect(seriesLimit(10)).toBe(2_000);
  const options = { processLimit: 500, privacyRemotes: 'full', remoteNames: new RemoteNames() } as const;
  expect(metricValue(metricsFromReport(fullReport(1, 400), FACTS, options), 'exporter_dropped_series')).toBe(0);
});

test('what was dropped is told in the answer', () => {
  const snapshot = snapshotOf(fullReport(20, 50));
  expect(metricValue(snapshot, 'exporter_dropped_series')).toBeGreaterThan(1_000);
});

test('the series of a named leaker and of the host stay under any pressure', () => {
  const { snapshot } = shedSeries(snapshotOf(fullReport(20, 50)), 0);
  const leaker = { process: 'program-0' };
  for (const key of ['process_stuck_ports', 'process_largest_stuck_ports', 'process_stuck_total'] as const) {
    expect(metricValue(snapshot, key, leaker)).toBeGreaterThan(0);
  }
  expect(metricValue(snapshot, 'process_stuck_released_total', { ...leaker, how: 'exited' })).toBe(3);
  expect(metricValue(snapshot, 'process_start_time_seconds', leaker)).toBeGreaterThan(0);
  expect(metricValue(snapshot, 'process_stuck_remote_ports', { ...leaker, class: 'metadata' })).toBe(3);
  expect(metricValue(snapshot, 'range_size', { netns: 'host', protocol: 'tcp', af: 'ipv4' })).toBe(28_232);
  expect(seriesOf(snapshot, 'destination_headroom')).toHaveLength(40);
  expect(metricValue(snapshot, 'exporter_collector_success', { collector: 'tcp' })).toBe(1);
});

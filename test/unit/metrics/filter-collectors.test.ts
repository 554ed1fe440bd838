import { expect, test } from 'vitest';
import { filterCollectors, isCollector } from '../../../src/metrics/filter-collectors.ts';
import { fullReport } from '../../helpers/full-report.ts';
import { seriesOf, snapshotOf } from '../../helpers/metric-values.ts';

const full = snapshotOf(fullReport(1, 3));

test('no filter leaves the snapshot as it is', () => {
  expect(filterCollectors(full, { collect: [], exclude: [] })).toBe(full);
});

test('collect[]=udp serves the UDP pool, how its collector went, and the exporter itself', () => {
  const udp = filterCollectors(full, { collect: ['udp'], exclude: [] });
  expect(seriesOf(udp, 'used').map(({ labels }) => labels['protocol'])).toEqual(['udp']);
  expect(seriesOf(udp, 'exporter_collector_success').map(({ labels }) => labels['collector'])).toEqual(['udp']);
  expect(seriesOf(udp, 'exporter_build_info')).toHaveLength(1);
  expect(seriesOf(udp, 'process_ports')).toEqual([]);
  expect(seriesOf(udp, 'destination_headroom')).toEqual([]);
});

test('exclude[] serves all but the named collectors', () => {
  const rest = filterCollectors(full, { collect: [], exclude: ['owners', 'bound'] });
  expect(seriesOf(rest, 'process_ports')).toEqual([]);
  expect(seriesOf(rest, 'state_ports').map(({ labels }) => labels['state'])).not.toContain('bound');
  expect(seriesOf(rest, 'used')).toHaveLength(2);
});

test('every series belongs to exactly one collector or to the exporter', () => {
  const always = filterCollectors(full, { collect: ['range'], exclude: [] }).flatMap(({ series }) => series).length;
  expect(always).toBeGreaterThan(0);
  const pieces = ['range', 'tcp', 'bound', 'udp', 'owners', 'probe', 'namespaces', 'trace', 'events'] as const;
  const exporterOnly = filterCollectors(full, { collect: [], exclude: pieces }).flatMap(({ series }) => series).length;
  const parts = pieces.map((piece) =>
    filterCollectors(full, { collect: [piece], exclude: [] }).flatMap(({ series }) => series),
  );
  const own = parts.reduce((sum, series) => sum + series.length - exporterOnly, 0);
  expect(own + exporterOnly).toBe(full.flatMap(({ series }) => series).length);
});

test('only pieces of a sample are collectors', () => {
  expect(isCollector('tcp')).toBe(true);
  expect(isCollector('cpu')).toBe(false);
});

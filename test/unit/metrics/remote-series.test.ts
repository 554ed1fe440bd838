import { expect, test } from 'vitest';
import { metricsFromReport } from '../../../src/metrics/from-report.ts';
import { METADATA_RESERVE, REMOTE_LIMIT, RemoteNames } from '../../../src/metrics/remote-names.ts';
import type { Destination, StuckRemote } from '../../../src/model/report.ts';
import { FACTS } from '../../helpers/full-report.ts';
import { metricValue, seriesOf, snapshotOf } from '../../helpers/metric-values.ts';
import { buildGroup, buildPool, buildReport } from '../../helpers/report-builder.ts';

const HOUR_MS = 3_600_000;

function stuckReport(remotes: readonly StuckRemote[], bootMs = 0) {
  const ports = remotes.reduce((sum, remote) => sum + remote.ports, 0);
  const stuck = { ports, largest: ports, total: ports, released: { closed: 0, used: 0, exited: 0 }, remotes };
  return buildReport({ bootMs, groups: [buildGroup({ stuck })] });
}

function poolReport(destinations: readonly Destination[], bootMs = 0) {
  return buildReport({ bootMs, pools: [buildPool({ destinations })] });
}

const REMOTES: readonly StuckRemote[] = [
  { remote: '169.254.169.254:80', class: 'metadata', ports: 90 },
  { remote: '203.0.113.9:443', class: 'other', ports: 5 },
  { remote: '203.0.113.8:443', class: 'other', ports: 3 },
  { remote: '(other)', class: 'link_local_v4', ports: 2 },
  { remote: '(never seen)', class: 'other', ports: 7 },
];

test('stuck ports are told by remote and class', () => {
  const snapshot = snapshotOf(stuckReport(REMOTES));
  expect(metricValue(snapshot, 'process_stuck_remote_ports', { remote: '169.254.169.254:80', class: 'metadata' })).toBe(
    90,
  );
  expect(metricValue(snapshot, 'process_stuck_remote_ports', { remote: '(other)', class: 'link_local_v4' })).toBe(2);
  expect(metricValue(snapshot, 'process_stuck_remote_ports', { remote: '(never seen)' })).toBe(7);
});

test('with remotes shown by class no address is left, and the sums by class are the same', () => {
  const open = seriesOf(snapshotOf(stuckReport(REMOTES)), 'process_stuck_remote_ports');
  const closed = seriesOf(snapshotOf(stuckReport(REMOTES), 'class'), 'process_stuck_remote_ports');
  expect(closed.map(({ labels, value }) => [labels['remote'], labels['class'], value])).toEqual([
    ['metadata', 'metadata', 90],
    ['other', 'other', 8],
    ['link_local_v4', 'link_local_v4', 2],
    ['(never seen)', 'other', 7],
  ]);
  const sum = (series: typeof open) => series.reduce((total, { value }) => total + value, 0);
  expect(sum(closed)).toBe(sum(open));
});

test('destinations that share a label are told by the busiest, as one port may serve several', () => {
  const destinations: Destination[] = [
    { remote: '203.0.113.9:443', class: 'other', used: 50 },
    { remote: '203.0.113.8:443', class: 'other', used: 40 },
    { remote: '169.254.169.254:80', class: 'metadata', used: 3 },
  ];
  const snapshot = snapshotOf(poolReport(destinations), 'class');
  expect(metricValue(snapshot, 'destination_used', { remote: 'other' })).toBe(50);
  expect(metricValue(snapshot, 'destination_used', { remote: 'metadata' })).toBe(3);
});

test('no 24 hours show more than 20 remotes of a family; the rest is folded and no port is lost', () => {
  const options = { processLimit: 50, privacyRemotes: 'full', remoteNames: new RemoteNames() } as const;
  const shown = new Set<string>();
  for (let hour = 0; hour < 24; hour++) {
    const remotes = [0, 1, 2].map((n): StuckRemote => ({ remote: `203.0.113.${hour}:${n}`, class: 'other', ports: 4 }));
    const series = seriesOf(
      metricsFromReport(stuckReport(remotes, hour * HOUR_MS), FACTS, options),
      'process_stuck_remote_ports',
    );
    expect(series.reduce((sum, { value }) => sum + value, 0)).toBe(12);
    for (const { labels } of series) shown.add(labels['remote'] as string);
  }
  expect(shown.delete('(other)')).toBe(true);
  expect(shown.size).toBe(REMOTE_LIMIT - METADATA_RESERVE);
});

test('a metadata remote is named though the places of the others are taken', () => {
  const names = new RemoteNames();
  for (let n = 0; n < 40; n++) names.admit('process_stuck_remote_ports', `203.0.113.1:${n}`, 'other', 0);
  const options = { processLimit: 50, privacyRemotes: 'full', remoteNames: names } as const;
  const snapshot = metricsFromReport(stuckReport(REMOTES), FACTS, options);
  expect(metricValue(snapshot, 'process_stuck_remote_ports', { class: 'metadata' })).toBe(90);
  expect(metricValue(snapshot, 'process_stuck_remote_ports', { remote: '(other)', class: 'other' })).toBe(8);
});

test('even metadata remotes are bounded, and fold under their own class', () => {
  const names = new RemoteNames();
  const admitted = Array.from({ length: 50 }, (_, n) =>
    names.admit('destination_used', `[fd00:ec2::254]:${n}`, 'metadata', 0),
  );
  expect(admitted.filter(Boolean)).toHaveLength(REMOTE_LIMIT);
});

test('a place is free again 24 hours after its remote was last shown, not before', () => {
  const names = new RemoteNames();
  const places = REMOTE_LIMIT - METADATA_RESERVE;
  for (let n = 0; n < places; n++) names.admit('destination_used', `203.0.113.1:${n}`, 'other', 0);
  expect(names.admit('destination_used', 'new:1', 'other', 24 * HOUR_MS)).toBe(false);
  expect(names.admit('destination_used', '203.0.113.1:0', 'other', 24 * HOUR_MS)).toBe(true);
  expect(names.admit('destination_used', 'new:1', 'other', 24 * HOUR_MS + 1)).toBe(true);
  expect(names.admit('destination_used', '203.0.113.1:0', 'other', 30 * HOUR_MS)).toBe(true);
});

test('each family has places of its own', () => {
  const names = new RemoteNames();
  for (let n = 0; n < 40; n++) names.admit('destination_used', `203.0.113.1:${n}`, 'other', 0);
  expect(names.admit('process_stuck_remote_ports', '203.0.113.2:1', 'other', 0)).toBe(true);
});

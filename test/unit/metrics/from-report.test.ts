import { expect, test } from 'vitest';
import { metricsFromReport } from '../../../src/metrics/from-report.ts';
import { RemoteNames } from '../../../src/metrics/remote-names.ts';
import { FACTS, fullReport } from '../../helpers/full-report.ts';
import { metricValue, seriesOf, snapshotOf } from '../../helpers/metric-values.ts';
import { buildGroup, buildPool, buildReport } from '../../helpers/report-builder.ts';

test('before the first sample only the exporter speaks of itself', () => {
  const keys = snapshotOf(undefined).map(({ key }) => key);
  expect(keys).toContain('exporter_build_info');
  expect(keys.every((key) => key.startsWith('exporter_'))).toBe(true);
});

test('a first reading that failed says so and gives no numbers', () => {
  const piece = { piece: 'tcp', success: false, timedOut: true, durationMs: 0 } as const;
  const snapshot = snapshotOf(buildReport({ takenAtMs: 0, pieces: [piece] }));
  expect(metricValue(snapshot, 'exporter_collector_success', { collector: 'tcp' })).toBe(0);
  expect(metricValue(snapshot, 'exporter_collector_timeout', { collector: 'tcp' })).toBe(1);
  expect(seriesOf(snapshot, 'exporter_ledger_ports')).toEqual([]);
});

test('times are unix seconds, and a time that is not known has no series', () => {
  const known = buildGroup({ startMs: 1_700_000_000_500, oldestHeldMs: 1_600_000_000_000 });
  const snapshot = snapshotOf(buildReport({ groups: [known, buildGroup({ process: 'young' })] }));
  expect(seriesOf(snapshot, 'process_start_time_seconds').map(({ value }) => value)).toEqual([1_700_000_000.5]);
  expect(seriesOf(snapshot, 'process_oldest_held_timestamp_seconds')).toHaveLength(1);
  expect(seriesOf(snapshot, 'process_executable_change_time_seconds')).toEqual([]);
  expect(seriesOf(snapshot, 'process_handles')).toEqual([]);
});

test('settings that were not read have no series', () => {
  const snapshot = snapshotOf(buildReport());
  expect(seriesOf(snapshot, 'time_wait_seconds')).toEqual([]);
  expect(seriesOf(snapshot, 'tcp_tw_reuse')).toEqual([]);
  expect(metricValue(snapshotOf(buildReport({ tcpTwReuse: 0 })), 'tcp_tw_reuse')).toBe(0);
});

test('a state nobody can see is absent while a state with no ports is 0', () => {
  const states = { listen: 0, established: 4, transient: 0, close_wait: 0, time_wait: 0 };
  const snapshot = snapshotOf(buildReport({ pools: [buildPool({ states, used: 4 })] }));
  expect(metricValue(snapshot, 'state_ports', { state: 'listen' })).toBe(0);
  expect(metricValue(snapshot, 'state_ports', { state: 'bound' })).toBeUndefined();
});

test('what is no number has no series', () => {
  expect(seriesOf(snapshotOf(buildReport({ sharedSockets: Number.NaN })), 'exporter_shared_sockets')).toEqual([]);
});

test('headroom is absent where it was not computed', () => {
  expect(seriesOf(snapshotOf(buildReport({ pools: [buildPool()] })), 'destination_headroom')).toEqual([]);
});

test('all counters of a new name are there at 0', () => {
  const snapshot = snapshotOf(buildReport({ groups: [buildGroup({ members: 0 })] }));
  expect(seriesOf(snapshot, 'process_opened_total').map(({ value }) => value)).toEqual([0, 0]);
  for (const how of ['closed', 'used', 'exited']) {
    expect(metricValue(snapshot, 'process_stuck_released_total', { how, protocol: 'tcp' })).toBe(0);
  }
  expect(metricValue(snapshot, 'process_stuck_total')).toBe(0);
  expect(metricValue(snapshot, 'link_local_opened_total', { class: 'metadata' })).toBe(0);
});

test('groups without a name tell no times, members, handles or muting', () => {
  const group = buildGroup({
    kind: 'other',
    process: '(other)',
    unit: '',
    startMs: 5_000,
    handles: 4,
    mutedReason: 'x',
  });
  const keys = snapshotOf(buildReport({ groups: [group] })).map(({ key }) => key);
  for (const key of ['process_members', 'process_start_time_seconds', 'process_handles', 'process_muted'] as const) {
    expect(keys).not.toContain(key);
  }
  expect(keys).toContain('process_stuck_ports');
});

test('ports of the kernel and of nobody have no stuck series', () => {
  const kernel = buildGroup({
    kind: 'kernel',
    process: '(kernel)',
    unit: '',
    ports: { tcp: { transient: 2 }, udp: {} },
  });
  const snapshot = snapshotOf(buildReport({ groups: [kernel] }));
  expect(metricValue(snapshot, 'process_ports', { process: '(kernel)', state: 'transient' })).toBe(2);
  expect(seriesOf(snapshot, 'process_stuck_ports')).toEqual([]);
});

test('a muted owner has the mark 1, others have none', () => {
  const groups = [buildGroup({ mutedReason: 'pre-binds 300 ports' }), buildGroup({ process: 'other-app' })];
  expect(seriesOf(snapshotOf(buildReport({ groups })), 'process_muted').map(({ labels }) => labels['process'])).toEqual(
    ['app'],
  );
});

test('a probe that failed counts by its code, all codes being there', () => {
  const byCode = { EADDRINUSE: 3, EAGAIN: 0, EADDRNOTAVAIL: 0, ENOBUFS: 0, other: 0 };
  const report = buildReport({
    probes: [{ protocol: 'tcp', af: 'ipv4', code: 'EADDRINUSE' }],
    probeFailures: [{ protocol: 'tcp', af: 'ipv4', byCode }],
  });
  const snapshot = snapshotOf(report);
  expect(metricValue(snapshot, 'bind_probe_success', { protocol: 'tcp', af: 'ipv4' })).toBe(0);
  expect(metricValue(snapshot, 'bind_probe_failures_total', { code: 'EADDRINUSE' })).toBe(3);
  expect(seriesOf(snapshot, 'bind_probe_failures_total')).toHaveLength(5);
});

test('without a configuration file there is no reload state', () => {
  const { config: _, ...facts } = FACTS;
  const keys = metricsFromReport(undefined, facts, {
    processLimit: 50,
    privacyRemotes: 'full',
    remoteNames: new RemoteNames(),
  });
  expect(keys.map(({ key }) => key)).not.toContain('exporter_config_last_reload_successful');
});

test('two names that become alike when cleaned stay two label sets', () => {
  const groups = [buildGroup({ process: 'a\0' }), buildGroup({ process: 'a\ufffd' })];
  const names = seriesOf(snapshotOf(buildReport({ groups })), 'process_members').map(({ labels }) => labels['process']);
  expect(names).toEqual(['a\ufffd', 'a\ufffd_']);
});

test('the same report twice is the same snapshot', () => {
  const options = { processLimit: 50, privacyRemotes: 'full', remoteNames: new RemoteNames() } as const;
  const report = fullReport(2, 30);
  expect(metricsFromReport(report, FACTS, options)).toEqual(metricsFromReport(report, FACTS, options));
});

import { type PoolReport, type PoolUse, PROBE_CODES, type Report } from '../model/report.ts';
import { PORT_STATES } from '../model/socket-state.ts';
import { labelText } from './label-text.ts';
import type { AddSeries } from './snapshot.ts';

/** Series about the host and its namespaces, remotes excepted. */
export function addHostSeries(add: AddSeries, report: Report): void {
  addRanges(add, report);
  for (const pool of report.pools) addPool(add, pool);
  for (const pool of report.rangelessPools) addUse(add, pool);
  addProbes(add, report);
  addSystemEvents(add, report);
  add('time_wait_seconds', {}, report.timeWaitSeconds > 0 ? report.timeWaitSeconds : undefined);
  add('tcp_tw_reuse', {}, report.tcpTwReuse >= 0 ? report.tcpTwReuse : undefined);
  for (const { netns, inode, container, podUid } of report.namespaces) {
    if (inode === '') continue;
    add(
      'netns_info',
      { netns: labelText(netns), inode, container: labelText(container), pod_uid: labelText(podUid) },
      1,
    );
  }
}

function addRanges(add: AddSeries, report: Report): void {
  for (const range of report.ranges) {
    const labels = { protocol: range.protocol, af: range.af, netns: labelText(range.netns) };
    add('range_first', labels, range.first);
    add('range_last', labels, range.last);
    add('range_size', labels, range.size);
    add('range_excluded', labels, range.excluded);
  }
}

function addPool(add: AddSeries, pool: PoolReport): void {
  const netns = labelText(pool.netns);
  const labels = { protocol: pool.protocol, netns };
  add('capacity', labels, pool.capacity);
  addUse(add, pool);
  if (pool.headroom === undefined) return;
  add('destination_headroom', { netns, estimate: 'low' }, pool.headroom.low);
  add('destination_headroom', { netns, estimate: 'high' }, pool.headroom.high);
}

function addUse(add: AddSeries, { netns, protocol, used, states }: PoolUse): void {
  const labels = { protocol, netns: labelText(netns) };
  add('used', labels, used);
  for (const state of PORT_STATES) add('state_ports', { ...labels, state }, states[state]);
}

function addProbes(add: AddSeries, report: Report): void {
  for (const { protocol, af, code } of report.probes) add('bind_probe_success', { protocol, af }, code === '' ? 1 : 0);
  for (const { protocol, af, byCode } of report.probeFailures) {
    for (const code of PROBE_CODES) add('bind_probe_failures_total', { protocol, af, code }, byCode[code]);
  }
}

function addSystemEvents(add: AddSeries, report: Report): void {
  for (const event of report.systemEvents) {
    const labels = { event_id: String(event.eventId), provider: labelText(event.provider) };
    add('event_log_events_total', labels, event.count);
    add('event_log_last_event_timestamp_seconds', labels, toSeconds(event.lastMs));
  }
}

/** Unix seconds; undefined for 0, which means that there is none. */
export function toSeconds(unixMs: number): number | undefined {
  return unixMs > 0 ? unixMs / 1000 : undefined;
}

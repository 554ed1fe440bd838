import { RECORDING } from '../bundle/recording-names.ts';
import { createRandom } from './random.ts';

/** A series of the fleet that rules are priced on: a value each `step` minutes over the last `minutes`. */
export interface FleetSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly step: number;
  readonly minutes: number;
  /** Value at a minute, 0 now and negative before; called once for each, oldest first. */
  readonly value: (minute: number) => number;
  /** Scraped, and so goes on after now; else a recording. */
  readonly isScraped: boolean;
}

export const GROUPS_OF_A_HOST = 50;
const RISING_SHARE = 0.05;
const RAW = 75;
const RAW_OF_POOL = 200;
const HOUR = 60;
const DAY = 1440;

/**
 * What Prometheus holds of one host of 50 owner groups: every state, no series at 0 (the worst case for filters), noise on the
 * states that follow load, 5 % of the groups leaking a port a minute. Of the recordings the history that rules look back on.
 */
export function fleetHost(host: number): FleetSeries[] {
  const random = createRandom(host + 1);
  const target = { job: 'ephemeral-port-exporter', instance: `host${host}` };
  const pool = { ...target, netns: 'host' };
  const series: FleetSeries[] = [];
  const noisy = (base: number, width: number) => (): number => base + random.integer(width);
  const scraped = (
    name: string,
    labels: Record<string, string>,
    value: (minute: number) => number,
    minutes = RAW,
  ): void => {
    series.push({
      labels: { __name__: `ephemeral_port_${name}`, ...labels },
      step: 1,
      minutes,
      value,
      isScraped: true,
    });
  };
  const recorded = (
    name: string,
    labels: Record<string, string>,
    step: number,
    minutes: number,
    value: (minute: number) => number,
  ): void => {
    series.push({ labels: { __name__: name, ...labels }, step, minutes, value, isScraped: false });
  };

  for (const protocol of ['tcp', 'udp']) {
    const own = { ...pool, protocol };
    scraped('capacity', own, () => 16_384, RAW_OF_POOL);
    scraped('used', own, noisy(5000, 50), RAW_OF_POOL);
    recorded(RECORDING.usedMax1h, own, 5, 8 * DAY, () => 5050);
    recorded(RECORDING.locked, own, 2, 8 * DAY, () => 5000);
    recorded('instance:ephemeral_port_load:ports', own, 5, DAY, noisy(1600, 50));
    scraped('bind_probe_success', { ...target, protocol, af: 'ipv4' }, () => 1);
    for (const reason of ['no_permission', 'gone', 'kernel', 'time_wait'])
      scraped('exporter_unattributed_ports', { ...own, reason }, () => 3);
  }
  scraped('exporter_build_info', { ...target, os: 'linux' }, () => 1);
  scraped('destination_headroom', { ...pool, estimate: 'high' }, () => 11_000);
  scraped('exporter_ledger_start_timestamp_seconds', target, () => 1.7e9);
  scraped('exporter_last_sample_timestamp_seconds', target, (minute) => Date.now() / 1000 + minute * 60);
  scraped('exporter_config_last_reload_successful', target, () => 1);
  for (const piece of ['range', 'tcp', 'bound', 'udp', 'owners', 'probe', 'scope']) {
    scraped('exporter_source_info', { ...target, piece, source: 'native' }, () => 1);
    scraped('exporter_collector_success', { ...target, collector: piece }, () => 1);
  }
  for (const event of ['4227', '4231', '4266', '5719'])
    scraped('event_log_events_total', { ...target, event_id: event, provider: 'Tcpip' }, () => 0);
  series.push({ labels: { __name__: 'up', ...target }, step: 1, minutes: RAW, value: () => 1, isScraped: true });
  for (const state of ['bound', 'close_wait', 'established', 'time_wait', 'listen', 'transient'])
    scraped('state_ports', { ...pool, protocol: 'tcp', state }, noisy(800, 9));
  for (const state of ['established', 'unconnected'])
    scraped('state_ports', { ...pool, protocol: 'udp', state }, noisy(800, 9));

  for (let group = 0; group < GROUPS_OF_A_HOST; group++) {
    const owner = { ...pool, process: `program${group}`, unit: `unit${group}.service` };
    const tcp = { ...owner, protocol: 'tcp' };
    const leaks = random.next() < RISING_SHARE;
    const base = 100 + 4 * group;
    const level = (minute: number): number => (leaks ? base + 12 * DAY + minute : base);
    scraped('process_ports', { ...tcp, state: 'bound' }, level);
    for (const state of ['close_wait', 'established', 'time_wait', 'listen', 'transient'])
      scraped('process_ports', { ...tcp, state }, noisy(20, 20));
    for (const state of ['established', 'unconnected'])
      scraped('process_ports', { ...owner, protocol: 'udp', state }, noisy(20, 20));
    for (const counter of ['opened_total', 'released_total'])
      for (const protocol of ['tcp', 'udp'])
        scraped(`process_${counter}`, { ...owner, protocol }, (minute) => 1e6 + 30 * minute);
    scraped('process_stuck_total', tcp, (minute) => 1e6 + minute);
    for (const how of ['closed', 'used', 'exited'])
      scraped('process_stuck_released_total', { ...tcp, how }, (minute) => 1000 + Math.floor((minute + DAY) / 30));
    for (const remote of ['198.51.100.1:443', '198.51.100.2:443', '(never seen)'])
      scraped('process_stuck_remote_ports', { ...owner, remote, class: 'other' }, level);
    scraped('process_members', owner, () => 1);
    scraped('process_start_time_seconds', owner, () => 1.7e9);
    scraped('process_executable_change_time_seconds', owner, () => 1.7e9);
    scraped('process_oldest_held_timestamp_seconds', tcp, () => 1.7e9);
    for (const name of ['stuck_ports', 'largest_stuck_ports'] as const) {
      scraped(`process_${name}`, tcp, level);
      for (const edge of ['max2h', 'min2h'])
        recorded(`process:ephemeral_port_${name}:${edge}`, tcp, 2 * HOUR, 8 * DAY, () => base);
      recorded(`process:ephemeral_port_${name}:usual8d`, tcp, 6 * HOUR, 12 * HOUR, () => base);
    }
    for (const [kind, protocol] of Object.entries({ held: 'tcp', listen: 'tcp', load: 'tcp', udp: 'udp' })) {
      const labels = { ...owner, protocol, class: kind };
      const own = kind === 'held' ? level : noisy(40, 20);
      recorded(RECORDING.classPorts, labels, 30, 4 * HOUR, own);
      recorded('process:ephemeral_port_class_ports:min2h', labels, 2 * HOUR, DAY, own);
      recorded(RECORDING.classMin1d, labels, 6 * HOUR, 30 * HOUR, own);
      if (leaks && kind === 'held') recorded(RECORDING.classDeriv3h, labels, 30, 30 * HOUR, () => 1 / 60);
    }
    if (!leaks) continue;
    recorded(RECORDING.largestStuckRise10m, tcp, 5, HOUR, () => 10);
    recorded(RECORDING.stuckRise10m, tcp, 10, HOUR, () => 10);
    for (const of of ['largest', 'all']) {
      recorded('process:ephemeral_port_stuck_ports:steady', { ...tcp, of, span: '30m' }, 5, HOUR, () => 30);
      recorded('process:ephemeral_port_stuck_ports:level', { ...tcp, of }, 10, HOUR, level);
      recorded('process:ephemeral_port_stuck_ports:novel', { ...tcp, of, span: '30m' }, 10, HOUR, level);
    }
    recorded('process:ephemeral_port_stuck_ports:let_go1h', tcp, 20, 4 * HOUR, () => 4);
    recorded(RECORDING.stuckRise1h, tcp, 30, 4 * HOUR, () => 60);
    recorded(RECORDING.leakEvidence, { ...tcp, class: 'held', evidence: 'held_12h' }, 30, DAY, () => 1 / 60);
    recorded(RECORDING.leakEvidence, { ...tcp, class: 'held', evidence: 'largest_30m' }, 5, DAY, () => 1 / 60);
    recorded('process:ephemeral_port_leak:proven_ports', { ...tcp, by: 'minutes' }, 10, DAY, level);
    recorded(RECORDING.leakRate, tcp, 5, HOUR, () => 1 / 60);
  }
  return series;
}

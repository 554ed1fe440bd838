import { DEFAULT_KNOBS } from '../bundle/alerts/knobs.ts';
import { isAlert, type RuleGroup } from '../bundle/alerts/rule.ts';
import { ruleGroups } from '../bundle/alerts/rule-groups.ts';
import { RECORDING } from '../bundle/recording-names.ts';
import { parseMinutes } from './minutes.ts';
import { type PrometheusServer, startPrometheusServer } from './prometheus-server.ts';
import { createRandom } from './random.ts';
import type { SeriesPoints } from './remote-write.ts';

const FULL_HOSTS = 1000;
const GROUPS = 50;
const RISING_SHARE = 0.05;
const BUDGET_MINUTES = 5;
const RAW_MINUTES = 250;
const HISTORY_HOURS = 30;
const WEEK_HOURS = 200;
const NOW_MS: number = Date.UTC(2026, 0, 20);
/** The CPU clock of the server ticks in hundredths of a second, and one evaluation takes few of them. */
const REPEATS = 40;

/** CPU seconds of Prometheus for one rule per five minutes, at 1,000 hosts. */
export interface RuleCost {
  readonly name: string;
  readonly expr: string;
  readonly seconds: number;
}

/**
 * What all rules cost a real Prometheus in five minutes: `hosts` hosts of 50 owner groups with every state and no series at 0
 * (the worst case for the filters), 5 % of them rising, scaled to 1,000 hosts. Every rule is asked as an instant query, and
 * what counts is the CPU time of the server.
 */
export async function measureRuleCost(hosts: number): Promise<RuleCost[]> {
  const server = await startPrometheusServer();
  try {
    await writeInTimeOrder(server, Array.from({ length: hosts }, (_, host) => seriesOfHost(host)).flat());
    const overhead = await costOf(server, 'vector(1)');
    const costs: RuleCost[] = [];
    for (const group of ruleGroups(DEFAULT_KNOBS))
      costs.push(...(await costsOf(server, group, FULL_HOSTS / hosts, overhead)));
    return costs;
  } finally {
    await server.close();
  }
}

async function costsOf(
  server: PrometheusServer,
  group: RuleGroup,
  scale: number,
  overhead: number,
): Promise<RuleCost[]> {
  const evaluations = BUDGET_MINUTES / (parseMinutes(group.interval) as number);
  const costs: RuleCost[] = [];
  for (const rule of group.rules) {
    const name = isAlert(rule) ? rule.alert : rule.record;
    costs.push({
      name,
      expr: rule.expr,
      seconds: Math.max(0, (await costOf(server, rule.expr)) - overhead) * evaluations * scale,
    });
  }
  return costs;
}

/** CPU seconds of one evaluation; counted, so that the writing of an answer is not measured. */
async function costOf(server: PrometheusServer, expr: string): Promise<number> {
  const before = await server.cpuSeconds();
  for (let repeat = 0; repeat < REPEATS; repeat++) await server.query(`count(${expr})`, NOW_MS);
  return ((await server.cpuSeconds()) - before) / REPEATS;
}

/** Oldest first over all series, as scrapes and rules write: samples out of order are stored in another, slower way. */
async function writeInTimeOrder(server: PrometheusServer, series: readonly SeriesPoints[]): Promise<void> {
  const next = new Array<number>(series.length).fill(0);
  for (let untilMs = NOW_MS - WEEK_HOURS * 3_600_000; untilMs <= NOW_MS; untilMs += 1_800_000) {
    const slice: SeriesPoints[] = [];
    series.forEach(({ labels, timesMs, values }, index) => {
      const from = next[index] as number;
      let to = from;
      while (to < timesMs.length && (timesMs[to] as number) <= untilMs) to++;
      if (to > from) slice.push({ labels, timesMs: timesMs.slice(from, to), values: values.slice(from, to) });
      next[index] = to;
    });
    await server.write(slice);
  }
}

function seriesOfHost(host: number): SeriesPoints[] {
  const random = createRandom(host);
  const target = { job: 'ephemeral-port-exporter', instance: `host${host}` };
  const pool = { ...target, netns: 'host' };
  const series: SeriesPoints[] = [];
  const add = (
    name: string,
    labels: Record<string, string>,
    value: (minute: number) => number,
    step = 1,
    length = RAW_MINUTES,
  ): void => {
    const timesMs: number[] = [];
    const values: number[] = [];
    for (let ago = Math.floor(length / step) * step; ago >= 0; ago -= step) {
      timesMs.push(NOW_MS - ago * 60_000);
      values.push(value(-ago));
    }
    series.push({ labels: { __name__: name, ...labels }, timesMs, values });
  };
  for (const protocol of ['tcp', 'udp']) {
    const own = { ...pool, protocol };
    add('ephemeral_port_capacity', own, () => 16_384);
    add('ephemeral_port_used', own, () => 5000 + random.integer(50));
    add(RECORDING.usedMax1h, own, () => 5050, 5, 60 * WEEK_HOURS);
    add(RECORDING.locked, own, () => 5000, 2, 60 * WEEK_HOURS);
  }
  add('ephemeral_port_exporter_build_info', { ...target, os: 'linux' }, () => 1);
  add('ephemeral_port_destination_headroom', { ...pool, estimate: 'high' }, () => 11_000);
  add('ephemeral_port_exporter_ledger_start_timestamp_seconds', target, () => NOW_MS / 1000 - 1e6);
  add('instance:ephemeral_port_history:ready', target, () => 1, 5);
  for (const state of ['bound', 'close_wait', 'established', 'time_wait', 'listen', 'transient']) {
    add('ephemeral_port_state_ports', { ...pool, protocol: 'tcp', state }, () => 800 + random.integer(9));
  }
  for (let group = 0; group < GROUPS; group++) {
    const owner = { ...pool, process: `program${group}`, unit: `unit${group}.service` };
    const tcp = { ...owner, protocol: 'tcp' };
    const rise = random.next() < RISING_SHARE ? 1 : 0;
    const base = 2500 + 10 * group;
    const level = (minute: number): number => base + rise * minute;
    for (const state of ['bound', 'close_wait', 'established', 'time_wait', 'listen', 'transient']) {
      const grows = state === 'bound';
      add('ephemeral_port_process_ports', { ...tcp, state }, (minute) =>
        grows ? level(minute) : 20 + random.integer(20),
      );
    }
    for (const state of ['established', 'unconnected']) {
      add('ephemeral_port_process_ports', { ...owner, protocol: 'udp', state }, () => 20 + random.integer(20));
    }
    for (const name of ['stuck_ports', 'largest_stuck_ports'] as const) {
      add(`ephemeral_port_process_${name}`, tcp, level);
      for (const edge of ['max1h', 'min1h'])
        add(`process:ephemeral_port_${name}:${edge}`, tcp, level, 60, 60 * WEEK_HOURS);
      add(`process:ephemeral_port_${name}:usual8d`, tcp, () => base, 60, 600);
    }
    for (const how of ['closed', 'used', 'exited']) {
      add(
        'ephemeral_port_process_stuck_released_total',
        { ...tcp, how },
        (minute) => 1000 + Math.floor((minute + RAW_MINUTES) / 30),
      );
    }
    for (const remote of ['198.51.100.1:443', '198.51.100.2:443', '(never seen)']) {
      add('ephemeral_port_process_stuck_remote_ports', { ...owner, remote, class: 'other' }, level);
    }
    for (const name of ['start_time_seconds', 'executable_change_time_seconds', 'oldest_held_timestamp_seconds']) {
      const labels = name.startsWith('oldest') ? tcp : owner;
      add(`ephemeral_port_process_${name}`, labels, () => NOW_MS / 1000 - 1e6);
    }
    for (const [kind, protocol] of Object.entries({ held: 'tcp', listen: 'tcp', load: 'tcp', udp: 'udp' })) {
      const labels = { ...owner, protocol, class: kind };
      const own = kind === 'held' ? level : () => 40 + random.integer(20);
      add(RECORDING.classPorts, labels, own, 5, 60 * HISTORY_HOURS);
      add('process:ephemeral_port_class_ports:min1h', labels, own, 60, 60 * HISTORY_HOURS);
      if (rise === 1 && kind === 'held') add(RECORDING.classDeriv3h, labels, () => 1 / 60, 5, 60 * HISTORY_HOURS);
    }
    if (rise === 0) continue;
    add(RECORDING.largestStuckRise10m, tcp, () => 10, 2);
    add(RECORDING.stuckRise10m, tcp, () => 10, 2);
    add(RECORDING.stuckRise1h, tcp, () => 60, 5);
    add(RECORDING.leakEvidence, { ...tcp, class: 'held', evidence: 'held_12h' }, () => 1 / 60, 5, 1440);
    add('process:ephemeral_port_leak:proven_ports', { ...tcp, class: 'held' }, level, 5, 1440);
    add(RECORDING.leakRate, tcp, () => 1 / 60, 2);
  }
  return series;
}

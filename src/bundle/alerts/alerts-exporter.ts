import type { Knobs } from './knobs.ts';
import { HOST, POOL, promql } from './matching.ts';
import type { Alert } from './rule.ts';

const EVENTS = 'ephemeral_port_event_log_events_total';

export const EXHAUSTION_EVENT: Alert = {
  alert: 'EphemeralPortExhaustionEvent',
  uid: 'epx-event',
  severity: 'critical',
  class: 'event',
  subject: 'host',
  expr: `increase(${EVENTS}{event_id=~"4231|4266"}[15m]) > 0`,
  valueFormat: 'integer',
  for: '0s',
  keepFiringFor: '15m',
  summary: 'Windows logged that a port request failed because all ephemeral ports are in use.',
  description:
    'Windows on {instance} wrote event {label:event_id} (4231 is TCP, 4266 is UDP) {value} times in 15 minutes: a program asked for a port and got none. Find the owner with the dashboard or `ephemeral-port-exporter inspect`, take the evidence, restart that service.',
  numbers: [],
  thresholds: [{ value: 'any', reason: 'the system itself says that a request failed' }],
  dashboard: 'epx-host',
};

export const REUSE_EVENT: Alert = {
  alert: 'EphemeralPortReuseEvent',
  uid: 'epx-reuse-event',
  severity: 'warning',
  class: 'event',
  subject: 'host',
  expr: `increase(${EVENTS}{event_id="4227"}[1h]) >= 3`,
  valueFormat: 'integer',
  for: '0s',
  keepFiringFor: '1h',
  summary: 'Windows logged that a port was used again too soon to the same destination.',
  description:
    'Windows on {instance} wrote event 4227 {value} times in an hour: one program opens so many connections to one destination that a port came round within its TIME_WAIT. Let it reuse connections; the range itself may be far from full.',
  numbers: [],
  thresholds: [{ value: '3 an hour', reason: 'a single one happens by chance' }],
  dashboard: 'epx-host',
};

export function exporterDown(knobs: Knobs): Alert {
  return {
    alert: 'EphemeralPortExporterDown',
    uid: 'epx-down',
    severity: 'warning',
    class: 'down',
    subject: 'host',
    expr: `up{job="${knobs.job}"} == 0`,
    valueFormat: 'none',
    for: '10m',
    summary: 'The exporter of a host cannot be scraped.',
    description:
      'Prometheus cannot scrape {instance}: nobody watches its ephemeral ports. A full range does not cause this, since incoming connections need no port.',
    numbers: [],
    thresholds: [{ value: '10 min', reason: 'a reboot is shorter' }],
    dashboard: 'epx-fleet',
  };
}

export function exporterAbsent(knobs: Knobs): Alert {
  return {
    alert: 'EphemeralPortExporterAbsent',
    uid: 'epx-absent',
    severity: 'warning',
    class: 'down',
    subject: 'fleet',
    expr: `absent(up{job="${knobs.job}"})`,
    valueFormat: 'none',
    for: '15m',
    summary: 'Prometheus has no target of the exporter at all.',
    description: `Prometheus knows no target of the job "${knobs.job}". Look at its scrape configuration and service discovery, or give the rules the right job with \`--set job=NAME\`.`,
    numbers: [],
    thresholds: [{ value: '15 min', reason: 'a reload of the configuration is shorter' }],
    dashboard: 'epx-fleet',
  };
}

const BLIND = { severity: 'warning', class: 'blind', subject: 'host', dashboard: 'epx-host', numbers: [] } as const;

export const EXPORTER_ALERTS: readonly Alert[] = [
  {
    ...BLIND,
    alert: 'EphemeralPortCollectorFailing',
    uid: 'epx-collector',
    expr: 'ephemeral_port_exporter_collector_success == 0',
    valueFormat: 'none',
    for: '15m',
    summary: 'A part of the measurement fails on a host.',
    description:
      'Collector {label:collector} of {instance} fails: what it measures is missing, and alerts that need it are silent. `ephemeral-port-exporter doctor` on the host says why.',
    thresholds: [{ value: '15 min', reason: 'one failed reading is repaired by the next' }],
  },
  {
    ...BLIND,
    alert: 'EphemeralPortSampleStale',
    uid: 'epx-stale',
    expr: 'time() - ephemeral_port_exporter_last_sample_timestamp_seconds > 300',
    valueFormat: 'duration',
    for: '5m',
    summary: 'An exporter answers, but with an old sample.',
    description:
      'The last sample of {instance} is {value} old: the reader hangs or is starved. The numbers shown are those of that time.',
    thresholds: [{ value: '5 min', reason: 'the sample interval stretches to one minute at most' }],
  },
  {
    ...BLIND,
    alert: 'EphemeralPortOwnersHidden',
    uid: 'epx-owners-hidden',
    subject: 'pool',
    expr: promql(`
      sum without (reason) (ephemeral_port_exporter_unattributed_ports{reason="no_permission"})
        / ephemeral_port_used > 0.25
      and on (${POOL}) (ephemeral_port_used / ephemeral_port_capacity > 0.05)`),
    valueFormat: 'percent',
    for: '15m',
    summary: 'The owners of many ports are hidden for lack of rights.',
    description:
      '{value} of the used {label:protocol} ports of network namespace {label:netns} on {instance} belong to processes that the exporter may not look into: a leak there would have no name. Grant what `ephemeral-port-exporter doctor` asks for.',
    thresholds: [
      { value: '0.25, from 5 % of the range', reason: 'a few ports of other users hide no leak that matters' },
    ],
  },
  {
    ...BLIND,
    alert: 'EphemeralPortBoundInvisible',
    uid: 'epx-bound-invisible',
    expr: 'ephemeral_port_exporter_source_info{piece="bound",source="none"} == 1',
    valueFormat: 'none',
    for: '30m',
    summary: 'Bound ports cannot be seen on a host.',
    description:
      '{instance} has no source for sockets that are bound and nothing else: the state in which ports leak unseen. The number of used ports is a lower bound. `ephemeral-port-exporter doctor` says what is needed.',
    thresholds: [{ value: '30 min', reason: 'it is a property of the host, not an incident' }],
  },
  {
    ...BLIND,
    alert: 'EphemeralPortScopeLimited',
    uid: 'epx-scope',
    expr: 'ephemeral_port_exporter_source_info{piece="scope",source="container"} == 1',
    valueFormat: 'none',
    for: '30m',
    summary: 'An exporter sees only its own container, not the host.',
    description:
      '{instance} runs in a container without the network and process namespaces of the host: it watches itself alone. Run it with the host network and PID namespace.',
    thresholds: [{ value: '30 min', reason: 'it is a property of the deployment' }],
  },
  {
    ...BLIND,
    alert: 'EphemeralPortLedgerLost',
    uid: 'epx-ledger-lost',
    severity: 'info',
    expr: promql(`
      (ephemeral_port_exporter_ledger_start_timestamp_seconds
        - ephemeral_port_exporter_ledger_start_timestamp_seconds offset 1h > 60)
      and on (${HOST}) (time() - ephemeral_port_exporter_ledger_start_timestamp_seconds < 1 * 3600)`),
    valueFormat: 'none',
    for: '0s',
    summary: 'An exporter has lost its memory of held ports.',
    description:
      'The ledger of {instance} began anew: ages and last remotes of ports that were held before are not known, and growth is judged again after an hour. Give it a directory with `--ledger.path` (systemd: StateDirectory) so that it survives restarts.',
    thresholds: [{ value: '1 h', reason: 'the hour in which growth is not judged' }],
  },
  {
    ...BLIND,
    alert: 'EphemeralPortConfigReloadFailed',
    uid: 'epx-config',
    expr: 'ephemeral_port_exporter_config_last_reload_successful == 0',
    valueFormat: 'none',
    for: '15m',
    summary: 'An exporter refused its configuration file and uses the old one.',
    description:
      'The configuration file of {instance} breaks a rule, so the one before it is still in use: a new mute or name is not active. The log has the line and the reason.',
    thresholds: [{ value: '15 min', reason: 'somebody may be editing it' }],
  },
];

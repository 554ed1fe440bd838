import { RECORDING } from '../recording-names.ts';
import type { Knobs } from './knobs.ts';
import { POOL, promql } from './matching.ts';
import type { Alert, Recording } from './rule.ts';
import type { NumberName } from './text-numbers.ts';

const POOL_OF = 'The {label:protocol} range of network namespace {label:netns} on {instance}';
const CULPRIT =
  'The proven leak is {culprit} (unit {culpritUnit}) with {culpritRate} ports a minute (most stuck ports last talked to {culpritRemote}: {culpritRemotePorts}); the biggest owner is {biggest} with {biggestPorts} ports, the fastest of the last half hour {fastest} with {fastestRate} ports a minute.';
const CULPRIT_NUMBERS: readonly NumberName[] = [
  'culprit',
  'culpritUnit',
  'culpritRate',
  'culpritRemote',
  'culpritRemotePorts',
  'biggest',
  'biggestPorts',
  'fastest',
  'fastestRate',
];
const LEVELS: readonly NumberName[] = ['used', 'capacity', 'left'];
const FREE =
  'Take the evidence, then restart that unit: it frees its ports at once, and the host need not be rebooted.';

const LOCKED = RECORDING.locked;
const SLOPE = RECORDING.usedDeriv3h;

export function exhaustionPredicted(knobs: Knobs): Alert {
  const horizon = `${knobs['warning-days']} * 86400`;
  const seconds = RECORDING.exhaustionSeconds;
  const near = (ago: string): string =>
    `and (${SLOPE} > 0.5 * (${SLOPE} offset ${ago})) and (${SLOPE} < 2 * (${SLOPE} offset ${ago}))`;
  return {
    alert: 'EphemeralPortExhaustionPredicted',
    uid: 'epx-predicted-ticket',
    severity: 'warning',
    class: 'forecast',
    subject: 'pool',
    expr: promql(`
      ${seconds} < ${horizon}
      or
      (
        (ephemeral_port_capacity - ephemeral_port_used) / (${SLOPE} > 0) < ${horizon}
        ${near('3h')} ${near('6h')} ${near('9h')}
        and ephemeral_port_used > on (${POOL}) last_over_time(${RECORDING.usedMax7d}[3h])
        and on (${POOL}) last_over_time(${RECORDING.usedMax1h}[15m] offset 1d)
      )`),
    valueFormat: 'duration',
    for: '15m',
    keepFiringFor: '1h',
    summary: 'The ephemeral ports of a host will run out within days.',
    description: `${POOL_OF} is empty in {value}: {used} of {capacity} ports are used, {left} left. ${CULPRIT} ${FREE}`,
    numbers: [...LEVELS, ...CULPRIT_NUMBERS],
    thresholds: [
      { value: `${knobs['warning-days']} days`, reason: 'a working day even over a weekend' },
      {
        value: '12 h at one pace, above the week',
        reason: 'owners without a name leak too; a daily rise is not new territory',
      },
    ],
    reduced: { expr: seconds, op: 'lt', limit: Number(knobs['warning-days']) * 86_400 },
    dashboard: 'epx-host',
  };
}

const SLOPE_SECONDS = 'instance:ephemeral_port_slope:seconds';
const SLOPE_LASTS = 'instance:ephemeral_port_slope:lasting_seconds';

/** Time left by the slope alone, where two slopes agree that it is short and the level is new; every 5 min. */
export function slopeSeconds(knobs: Knobs): Recording[] {
  const hours = `${knobs['page-hours']} * 3600`;
  return [
    {
      record: SLOPE_SECONDS,
      expr: promql(`
        (ephemeral_port_capacity - on (${POOL}) ${LOCKED}) / on (${POOL}) (deriv(${LOCKED}[1h]) > 0)
        and on (${POOL}) (predict_linear(${LOCKED}[1h], ${hours}) > on (${POOL}) ephemeral_port_capacity)
        and on (${POOL}) (predict_linear(${LOCKED}[10m], ${hours}) > on (${POOL}) ephemeral_port_capacity)
        and on (${POOL}) (${LOCKED} > on (${POOL}) 0.4 * ephemeral_port_capacity)
        unless on (${POOL}) (${LOCKED} <= on (${POOL}) last_over_time(${RECORDING.lockedMax7d}[3h]))`),
      why: 'Without a proven leak.',
    },
    {
      record: SLOPE_LASTS,
      expr: `${SLOPE_SECONDS} and ${SLOPE_SECONDS} offset 10m`,
      why: 'After a step the slope of ten minutes is steep for ten minutes, and not longer.',
    },
  ];
}

export function exhaustionImminent(knobs: Knobs): Alert {
  const leakHours = `${knobs['leak-page-hours']} * 3600`;
  const held = 'last_over_time(instance:ephemeral_port_held:ports[7m])';
  const before = 'last_over_time(instance:ephemeral_port_held:ports[7m] offset 30m)';
  return {
    alert: 'EphemeralPortExhaustionPredicted',
    uid: 'epx-predicted-page',
    severity: 'critical',
    class: 'forecast',
    subject: 'pool',
    expr: promql(`
      (
        instance:ephemeral_port_lock:seconds < ${leakHours}
        and on (${POOL}) (${LOCKED} > on (${POOL}) 0.33 * ephemeral_port_capacity)
        and on (${POOL}) (
          (${held} - ${before} > on (${POOL}) 0.3 * (0.5 * 3600) * ${RECORDING.poolLeakRate})
          or (${LOCKED} > on (${POOL}) 0.9 * ephemeral_port_capacity)
        )
      )
      or last_over_time(${SLOPE_LASTS}[6m])`),
    valueFormat: 'duration',
    for: '4m',
    keepFiringFor: '30m',
    summary: 'The ephemeral ports of a host will run out within hours.',
    description: `${POOL_OF} is empty in {value} (with the day's peak of load at {emptyAt}): {used} of {capacity} ports are used, {left} left, {headroom} to the worst destination. ${CULPRIT} ${FREE}`,
    numbers: [...LEVELS, 'headroom', 'emptyAt', ...CULPRIT_NUMBERS],
    thresholds: [
      {
        value: `${knobs['leak-page-hours']} h with a proven leak`,
        reason: 'it does not go away, so there is no reason to wait for the last hours',
      },
      {
        value: `${knobs['page-hours']} h without`,
        reason: 'two slopes, 40 % used and a level the week has not seen: mornings and deploys have none of these',
      },
      {
        value: '33 %',
        reason: 'a fast leak is paged with two and a half hours left, a new job of a few thousand ports is not',
      },
    ],
    dashboard: 'epx-host',
  };
}

export function usageHigh(knobs: Knobs): Alert {
  const ratio = 'ephemeral_port_used / ephemeral_port_capacity';
  return {
    alert: 'EphemeralPortUsageHigh',
    uid: 'epx-usage-high',
    severity: 'warning',
    class: 'near',
    subject: 'pool',
    expr: `${ratio} > ${knobs['high-ratio']}`,
    valueFormat: 'percent',
    for: '15m',
    keepFiringFor: '15m',
    summary: 'Most of the ephemeral ports of a host are in use.',
    description: `${POOL_OF} is {value} full: {used} of {capacity} ports are used, {headroom} are left to the worst destination. ${CULPRIT} On Linux plain connections to different destinations share ports, so this alone stops nothing; on Windows it is close to an outage.`,
    numbers: ['used', 'capacity', 'headroom', ...CULPRIT_NUMBERS],
    thresholds: [
      { value: knobs['high-ratio'], reason: 'the floor under all other proofs, never false and always late' },
    ],
    reduced: { expr: ratio, op: 'gt', limit: Number(knobs['high-ratio']) },
    dashboard: 'epx-host',
  };
}

export function almostExhausted(knobs: Knobs): Alert {
  const ratio = `${LOCKED} / on (${POOL}) ephemeral_port_capacity`;
  return {
    alert: 'EphemeralPortAlmostExhausted',
    uid: 'epx-almost-exhausted',
    severity: 'critical',
    class: 'near',
    subject: 'pool',
    expr: `${ratio} > ${knobs['full-ratio']}`,
    valueFormat: 'percent',
    for: '3m',
    keepFiringFor: '15m',
    summary: 'New connections of a host are about to fail for want of ephemeral ports.',
    description: `${POOL_OF} is {value} lost to new connections: {used} of {capacity} ports are used, {headroom} are left to the worst destination. ${CULPRIT} ${FREE} From the host itself only \`curl --local-port 20000-30000\` still connects.`,
    numbers: ['used', 'capacity', 'headroom', ...CULPRIT_NUMBERS],
    thresholds: [
      {
        value: knobs['full-ratio'],
        reason: 'on Linux counted by what is left to the worst destination, elsewhere by used ports',
      },
    ],
    reduced: { expr: ratio, op: 'gt', limit: Number(knobs['full-ratio']) },
    dashboard: 'epx-host',
  };
}

export const EXHAUSTED: Alert = {
  alert: 'EphemeralPortExhausted',
  uid: 'epx-exhausted',
  severity: 'critical',
  class: 'exhausted',
  subject: 'pool',
  expr: promql(`
    (
      instance:ephemeral_port_held:ports{netns=~"host|self"}
      and on (job, instance, protocol) (ephemeral_port_bind_probe_success{protocol="tcp"} == 0)
      and on (${POOL}) (
        instance:ephemeral_port_held:ports - instance:ephemeral_port_held:ports offset 1d
          > on (${POOL}) 0.1 * ephemeral_port_capacity
        or instance:ephemeral_port_held:ports > on (${POOL}) 0.5 * ephemeral_port_capacity
        or on (${POOL}) (ephemeral_port_used and on (job, instance) ephemeral_port_exporter_build_info{os="windows"})
      )
    )
    or
    (ephemeral_port_used{protocol="udp",netns=~"host|self"}
      and on (job, instance, protocol) (ephemeral_port_bind_probe_success{protocol="udp"} == 0))`),
  valueFormat: 'integer',
  for: '2m',
  keepFiringFor: '15m',
  summary: 'A host has no ephemeral port left: the exporter itself could not bind one.',
  description: `${POOL_OF} is exhausted: a bind to port 0 fails, {used} of {capacity} ports are used, {value} of them by sockets that do not go away with load. Outgoing connections, name lookups and logons fail; ping and incoming connections work. ${CULPRIT} ${FREE}`,
  numbers: ['used', 'capacity', ...CULPRIT_NUMBERS],
  thresholds: [
    {
      value: 'probe fails and 10 % more held than a day ago',
      reason: 'on Linux a range full of plain connections fails the probe and stops no connect to another destination',
    },
  ],
  dashboard: 'epx-host',
};

export const TIME_WAIT_STORM: Alert = {
  alert: 'EphemeralPortTimeWaitStorm',
  uid: 'epx-timewait',
  severity: 'warning',
  class: 'timewait',
  subject: 'pool',
  expr: promql(`
    sum without (state) (ephemeral_port_state_ports{protocol="tcp",state="time_wait"}) / ephemeral_port_capacity > 0.5`),
  valueFormat: 'percent',
  for: '10m',
  keepFiringFor: '10m',
  summary: 'Half of the ephemeral ports of a host wait in TIME_WAIT.',
  description: `${POOL_OF} has {value} of its ports in TIME_WAIT; {headroom} are left to the worst destination. Nothing leaks: a program opens a connection for each request. The biggest owner is {biggest} with {biggestPorts} ports; let it reuse its connections.`,
  numbers: ['headroom', 'biggest', 'biggestPorts'],
  thresholds: [{ value: '0.5 for 10 min', reason: 'short bursts drain by themselves in a TIME_WAIT' }],
  dashboard: 'epx-host',
};

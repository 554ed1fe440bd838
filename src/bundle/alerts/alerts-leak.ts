import { RECORDING } from '../recording-names.ts';
import { NAMED, OWNER, POOL, promql, TCP_OWNER, UNLESS_MUTED } from './matching.ts';
import type { Alert, Recording } from './rule.ts';
import type { NumberName } from './text-numbers.ts';

const WHO = '{label:process} (unit {label:unit}, network namespace {label:netns}) on {instance}';
const OUTLOOK = '{left} ports are left, {timeLeft} at this pace, until {emptyAt}';
const SEEN = '{seen} of {stuck} stuck ports were seen talking, most to {remote} ({remotePorts})';
const NEXT =
  'Before you restart it, take the evidence that the runbook names (`ephemeral-port-exporter evidence DIR`); then restart the unit, not the host.';
const OUTLOOK_NUMBERS: readonly NumberName[] = ['left', 'timeLeft', 'emptyAt'];
const SEEN_NUMBERS: readonly NumberName[] = ['seen', 'stuck', 'remote', 'remotePorts'];

export const LEAK: Alert = {
  alert: 'EphemeralPortLeak',
  uid: 'epx-leak',
  severity: 'warning',
  class: 'leak',
  subject: 'owner',
  expr: `${RECORDING.leakRate} * 60`,
  valueFormat: 'decimal',
  for: '0s',
  summary: 'A process leaks ephemeral ports and does not give them back.',
  description: `${WHO} gains {value} ports a minute that it never gives back. ${OUTLOOK}. The oldest is held since {oldest}; ${SEEN}. {members} processes of this name live, the leading one since {started}; its executable changed at {changed}. In 7 days {freedByExit} stuck ports were freed by exits, {freedByClosing} by closing. If this is a new behaviour that is intended, mute the owner; what stays within the week's levels is not reported again. ${NEXT}`,
  numbers: [
    ...OUTLOOK_NUMBERS,
    ...SEEN_NUMBERS,
    'oldest',
    'members',
    'started',
    'changed',
    'freedByExit',
    'freedByClosing',
  ],
  thresholds: [
    { value: '30 min, 4 h, 12 h, 28 h, 4 d', reason: 'the slower or the more like load, the longer the proof' },
    { value: '1 day', reason: 'a proof stands until the ports come back; a restart resolves it within 20 minutes' },
  ],
  dashboard: 'epx-leak',
};

const LINK_LOCAL_PORTS = promql(`
  sum without (remote, class) (last_over_time(ephemeral_port_process_stuck_remote_ports{class!="other",${NAMED}}[6m]))`);

/** Owners whose stuck ports talked elsewhere too; every 10 min, within the time that the alert waits. */
export const LINK_LOCAL_MIXED: Recording = {
  record: 'process:ephemeral_port_link_local_stuck_ports:mixed',
  expr: promql(`
    0.25 * ${LINK_LOCAL_PORTS}
    < on (${OWNER})
      sum without (remote, class) (
        ephemeral_port_process_stuck_remote_ports{class="other",remote!="(never seen)",${NAMED}})`),
  why: 'Less than four fifths of those that were seen talked to such an address. `(never seen)` says nothing either way.',
};

/** Stuck ports with a link-local last remote, where they are at least four fifths of those whose remote was seen; every 5 min. */
export const LINK_LOCAL_STUCK: Recording = {
  record: 'process:ephemeral_port_link_local_stuck_ports:sum',
  labels: { protocol: 'tcp' },
  expr: promql(`
    (${LINK_LOCAL_PORTS} >= 3)
    unless on (${OWNER}) last_over_time(${LINK_LOCAL_MIXED.record}[11m])
    ${UNLESS_MUTED}`),
  why: 'Few series have such a remote, so that this costs next to nothing. Six minutes bridge missed scrapes.',
};

const LINK_LOCAL = LINK_LOCAL_STUCK.record;

export const LINK_LOCAL_LEAK: Alert = {
  alert: 'EphemeralPortLinkLocalLeak',
  uid: 'epx-linklocal',
  severity: 'warning',
  class: 'linklocal',
  subject: 'owner',
  expr: promql(`${LINK_LOCAL} > 20 or (${LINK_LOCAL} unless (${LINK_LOCAL} offset 10m >= ${LINK_LOCAL}))`),
  valueFormat: 'integer',
  for: '10m',
  keepFiringFor: '4m',
  summary: 'Ports stay stuck after talking to a link-local or cloud metadata address.',
  description: `${WHO} holds {value} stuck ports whose last remote was a link-local or metadata address, and holds ever more; ${SEEN}. It has gained {recentRate} stuck ports a minute in the last ten minutes; {left} ports are left, {recentTimeLeft} at this pace, until {recentEmptyAt}. The oldest is held since {oldest}; the process runs since {started}, its executable changed at {changed}. A program that looks for a cloud it does not run in does this: look for a setting that switches the lookup off. ${NEXT}`,
  numbers: [...SEEN_NUMBERS, 'left', 'recentRate', 'recentTimeLeft', 'recentEmptyAt', 'oldest', 'started', 'changed'],
  thresholds: [
    { value: '3 ports, 80 % of those seen', reason: 'one or two may be chance; a mixture is no metadata problem' },
    {
      value: 'more than 10 minutes ago, or over 20',
      reason: 'a client that holds a few closed connections is no leak',
    },
  ],
  dashboard: 'epx-leak',
};

const RISE = RECORDING.stuckRise1h;

export const LEAK_SUSPECTED: Alert = {
  alert: 'EphemeralPortLeakSuspected',
  uid: 'epx-suspected',
  severity: 'info',
  class: 'leak',
  subject: 'owner',
  expr: promql(`
    ${RISE} / 60
    and (${RISE} > 0.5 * (${RISE} offset 1h)) and (${RISE} < 2 * (${RISE} offset 1h))
    and (${RISE} > 0.5 * (${RISE} offset 2h)) and (${RISE} < 2 * (${RISE} offset 2h))
    and on (${TCP_OWNER}) (${RISE} * 720 > on (${POOL}) group_left () ephemeral_port_capacity)
    unless on (${TCP_OWNER}) last_over_time(${RECORDING.leakRate}[6m]) ${UNLESS_MUTED}`),
  valueFormat: 'decimal',
  for: '30m',
  summary: 'Stuck ports of a process rise at one pace; not yet proven to be a leak.',
  description: `${WHO} has gained {value} stuck ports a minute for three hours at one pace; ${SEEN}. Sessions and batches do this too: nothing needs to be done unless it goes on.`,
  numbers: SEEN_NUMBERS,
  thresholds: [
    { value: 'factor 2 over 3 h', reason: 'looks like a leak, and like a morning: for a dashboard, not for a message' },
  ],
  dashboard: 'epx-leak',
};

export const EXECUTABLE_CHANGED: Alert = {
  alert: 'EphemeralPortExecutableChanged',
  uid: 'epx-changed',
  severity: 'info',
  class: 'change',
  subject: 'owner',
  expr: promql(`
    (
      ephemeral_port_process_executable_change_time_seconds
      and on (${OWNER}) last_over_time(${RECORDING.leakRate}[6m])
      and on (${OWNER})
        (ephemeral_port_process_oldest_held_timestamp_seconds
          - on (${OWNER}) ephemeral_port_process_executable_change_time_seconds < 1 * 86400 > -1 * 3600)
    )`),
  valueFormat: 'none',
  for: '0s',
  keepFiringFor: '1h',
  summary: 'The executable of a leaking process changed within the day before its first stuck port.',
  description: `${WHO} leaks, and its executable changed at {changed}, its leading process started at {started}; the oldest port is held since {oldest}. The update is the first suspect: compare versions with a host that does not leak.`,
  numbers: ['changed', 'started', 'oldest'],
  thresholds: [{ value: '1 day', reason: 'an update is often active only after the next restart of the service' }],
  dashboard: 'epx-leak',
};

export const PORTS_RELEASED: Alert = {
  alert: 'EphemeralPortsReleased',
  uid: 'epx-released',
  severity: 'info',
  class: 'released',
  subject: 'owner',
  expr: promql(`
    sum without (how) (
      increase(ephemeral_port_process_stuck_released_total{how="exited",${NAMED}}[35m]) >= 20)`),
  valueFormat: 'integer',
  for: '0s',
  summary: 'A process ended and its stuck ports are free again.',
  description: `${WHO} gave back {value} stuck ports by exiting; {stuck} are stuck now, {members} processes of this name live. If the leak is fixed, the stuck ports stay flat for the next 12 hours.`,
  numbers: ['stuck', 'members'],
  thresholds: [{ value: '20 ports', reason: 'fewer are any short job' }],
  dashboard: 'epx-leak',
};

import { RECORDING } from '../recording-names.ts';

/** How a number of a text is printed. */
export type NumberFormat =
  | 'integer'
  | 'decimal'
  | 'duration'
  | 'time'
  | 'label:remote'
  | 'label:process'
  | 'label:unit';

/**
 * A number that an alert's text looks up. `{owner}`, `{pool}` and `{host}` stand for the matchers of the alert's own
 * labels; the query gives one series of those labels.
 */
export interface TextNumber {
  readonly expr: string;
  readonly format: NumberFormat;
  /** What the text says when there is no such series. */
  readonly missing: string;
}

const BY_OWNER = 'by (job, instance, netns, process, unit)';
const BY_POOL = 'by (job, instance, protocol, netns)';

const NUMBER_NAMES = [
  'stuck',
  'seen',
  'remote',
  'remotePorts',
  'members',
  'oldest',
  'started',
  'changed',
  'freedByExit',
  'freedByClosing',
  'recentRate',
  'recentTimeLeft',
  'recentEmptyAt',
  'left',
  'used',
  'capacity',
  'timeLeft',
  'emptyAt',
  'headroom',
  'culprit',
  'culpritUnit',
  'culpritRate',
  'culpritRemote',
  'culpritRemotePorts',
  'biggest',
  'biggestPorts',
  'fastest',
  'fastestRate',
] as const;
export type NumberName = (typeof NUMBER_NAMES)[number];

export const TEXT_NUMBERS: Readonly<Record<NumberName, TextNumber>> = {
  stuck: {
    expr: `max ${BY_OWNER} (ephemeral_port_process_stuck_ports{{owner}})`,
    format: 'integer',
    missing: 'no',
  },
  seen: {
    expr: `sum ${BY_OWNER} (ephemeral_port_process_stuck_remote_ports{{owner},remote!="(never seen)"})`,
    format: 'integer',
    missing: '0',
  },
  remote: {
    expr: 'topk(1, ephemeral_port_process_stuck_remote_ports{{owner},remote!~"[(].*"})',
    format: 'label:remote',
    missing: 'no remote that was seen',
  },
  remotePorts: {
    expr: `max ${BY_OWNER} (ephemeral_port_process_stuck_remote_ports{{owner},remote!~"[(].*"})`,
    format: 'integer',
    missing: '0',
  },
  members: {
    expr: `max ${BY_OWNER} (ephemeral_port_process_members{{owner}})`,
    format: 'integer',
    missing: 'an unknown number of',
  },
  oldest: {
    expr: `min ${BY_OWNER} (ephemeral_port_process_oldest_held_timestamp_seconds{{owner}})`,
    format: 'time',
    missing: 'a time that is not known',
  },
  started: {
    expr: `max ${BY_OWNER} (ephemeral_port_process_start_time_seconds{{owner}})`,
    format: 'time',
    missing: 'a time that is not known',
  },
  changed: {
    expr: `max ${BY_OWNER} (ephemeral_port_process_executable_change_time_seconds{{owner}})`,
    format: 'time',
    missing: 'a time that is not known',
  },
  freedByExit: {
    expr: `sum ${BY_OWNER} (increase(ephemeral_port_process_stuck_released_total{{owner},how="exited"}[7d]))`,
    format: 'integer',
    missing: '0',
  },
  freedByClosing: {
    expr: `sum ${BY_OWNER} (increase(ephemeral_port_process_stuck_released_total{{owner},how!="exited"}[7d]))`,
    format: 'integer',
    missing: '0',
  },
  recentRate: {
    expr: `max ${BY_OWNER} (deriv(ephemeral_port_process_stuck_ports{{owner}}[10m])) * 60`,
    format: 'decimal',
    missing: 'an unknown number of',
  },
  recentTimeLeft: {
    expr: `(ephemeral_port_capacity{{pool}} - ephemeral_port_used{{pool}}) / on (job, instance, protocol, netns) (max ${BY_POOL} (deriv(ephemeral_port_process_stuck_ports{{owner}}[10m])) > 0)`,
    format: 'duration',
    missing: 'an unknown time',
  },
  recentEmptyAt: {
    expr: `round(time() + (ephemeral_port_capacity{{pool}} - ephemeral_port_used{{pool}}) / on (job, instance, protocol, netns) (max ${BY_POOL} (deriv(ephemeral_port_process_stuck_ports{{owner}}[10m])) > 0), 60)`,
    format: 'time',
    missing: 'an unknown time',
  },
  left: {
    expr: `ephemeral_port_capacity{{pool}} - ephemeral_port_used{{pool}}`,
    format: 'integer',
    missing: 'an unknown number of',
  },
  used: { expr: 'ephemeral_port_used{{pool}}', format: 'integer', missing: 'an unknown number of' },
  capacity: { expr: 'ephemeral_port_capacity{{pool}}', format: 'integer', missing: 'an unknown number of' },
  timeLeft: { expr: `${RECORDING.exhaustionSeconds}{{pool}}`, format: 'duration', missing: 'an unknown time' },
  emptyAt: {
    expr: `round(time() + ${RECORDING.exhaustionSeconds}{{pool}}, 60)`,
    format: 'time',
    missing: 'an unknown time',
  },
  headroom: {
    expr: 'min by (job, instance, netns) (ephemeral_port_destination_headroom{{netns},estimate="high"})',
    format: 'integer',
    missing: 'an unknown number of',
  },
  culprit: {
    expr: `topk(1, ${RECORDING.leakRate}{{pool}})`,
    format: 'label:process',
    missing: 'none',
  },
  culpritUnit: {
    expr: `topk(1, ${RECORDING.leakRate}{{pool}})`,
    format: 'label:unit',
    missing: 'none',
  },
  culpritRate: {
    expr: `max ${BY_POOL} (${RECORDING.leakRate}{{pool}}) * 60`,
    format: 'decimal',
    missing: 'no proven number of',
  },
  culpritRemote: {
    expr: `topk(1, ephemeral_port_process_stuck_remote_ports{{netns},remote!~"[(].*"} and on (job, instance, netns, process, unit) topk(1, ${RECORDING.leakRate}{{pool}}))`,
    format: 'label:remote',
    missing: 'no remote that was seen',
  },
  culpritRemotePorts: {
    expr: `max by (job, instance, netns) (ephemeral_port_process_stuck_remote_ports{{netns},remote!~"[(].*"} and on (job, instance, netns, process, unit) topk(1, ${RECORDING.leakRate}{{pool}}))`,
    format: 'integer',
    missing: '0',
  },
  biggest: {
    expr: `topk(1, sum ${BY_OWNER} (ephemeral_port_process_ports{{pool}}))`,
    format: 'label:process',
    missing: 'nobody',
  },
  biggestPorts: {
    expr: `max by (job, instance, netns) (sum ${BY_OWNER} (ephemeral_port_process_ports{{pool}}))`,
    format: 'integer',
    missing: '0',
  },
  fastest: {
    expr: `topk(1, sum ${BY_OWNER} (deriv(ephemeral_port_process_ports{{pool}}[30m])))`,
    format: 'label:process',
    missing: 'nobody',
  },
  fastestRate: {
    expr: `max by (job, instance, netns) (sum ${BY_OWNER} (deriv(ephemeral_port_process_ports{{pool}}[30m]))) * 60`,
    format: 'decimal',
    missing: 'an unknown number of',
  },
};

export function isNumberName(name: string): name is NumberName {
  return Object.hasOwn(TEXT_NUMBERS, name);
}

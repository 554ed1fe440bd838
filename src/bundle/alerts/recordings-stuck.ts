import { RECORDING } from '../recording-names.ts';
import { NAMED, promql, TCP_OWNER } from './matching.ts';
import type { Recording } from './rule.ts';

const ALL = `ephemeral_port_process_stuck_ports{${NAMED}}`;
const LARGEST = `ephemeral_port_process_largest_stuck_ports{${NAMED}}`;

/** Growth of stuck ports; every 2 min. `of` is `largest` (one process) or `all` (the whole group). */
export const STUCK_RISES: readonly Recording[] = [
  {
    record: RECORDING.largestStuckRise10m,
    expr: `${LARGEST} - ${LARGEST} offset 10m > 0`,
    why: 'One process among many of its name, whatever the sessions of the others do.',
  },
  {
    record: RECORDING.stuckRise10m,
    expr: `${ALL} - ${ALL} offset 10m > 0`,
    why: 'The whole group: a leaker that is not yet its largest process is seen here.',
  },
  steady(RECORDING.largestStuckRise10m, 'largest'),
  steady(RECORDING.stuckRise10m, 'all'),
];

/** Half an hour of growth in which each third took part; a step of a pool is no pace. */
function steady(rise: string, of: string): Recording {
  const thirds = [rise, `${rise} offset 10m`, `${rise} offset 20m`];
  const total = `(${thirds.join(' + ')})`;
  return {
    record: 'process:ephemeral_port_stuck_ports:steady',
    labels: { of, span: '30m' },
    expr: promql(`${total} ${thirds.map((third) => `and (${third} > 0.167 * ${total})`).join(' ')}`),
    why: 'Each third of the half hour has at least half of its even share.',
  };
}

const HOURS = [RECORDING.stuckRise1h, ...['1h', '2h', '3h'].map((ago) => `${RECORDING.stuckRise1h} offset ${ago}`)];
const FOUR_HOURS = `(${HOURS.join(' + ')})`;

/** What the fast proofs are held against; every 5 min. */
export const STUCK_RECORDINGS: readonly Recording[] = [
  { record: RECORDING.stuckRise1h, expr: `${ALL} - ${ALL} offset 1h > 0`, why: 'Slices of the four-hour proof.' },
  {
    record: 'process:ephemeral_port_stuck_ports:steady',
    labels: { of: 'all', span: '4h' },
    expr: promql(`${FOUR_HOURS} ${HOURS.map((hour) => `and (${hour} > 0.125 * ${FOUR_HOURS})`).join(' ')}`),
    why: 'Four hours in which each had at least half of its even share: staircases, small ranges, new processes.',
  },
  novel('largest', '30m', LARGEST, RECORDING.largestStuckUsual8d, '1h'),
  novel('all', '30m', ALL, RECORDING.stuckUsual8d, '1h'),
  novel('all', '4h', ALL, RECORDING.stuckUsual8d, '5h'),
  {
    record: 'process:ephemeral_port_stuck_ports:let_go1h',
    expr: promql(`
      sum without (how) (
        increase(ephemeral_port_process_stuck_released_total{how=~"closed|used",${NAMED}}[1h])) > 0`),
    why: 'A leaking program lets go only by exiting, and `exited` is not asked for.',
  },
  {
    record: 'process:ephemeral_port_start:young',
    expr: `time() - ephemeral_port_process_start_time_seconds < 5 * 3600`,
    why: 'Age in seconds of processes that may still be warming up.',
  },
];

/** Stuck ports beyond what the history before `ago` explains, by more than 20. A group without history had none. */
function novel(of: string, span: string, level: string, usual: string, ago: string): Recording {
  const known = `last_over_time(${usual}[3h] offset ${ago})`;
  return {
    record: 'process:ephemeral_port_stuck_ports:novel',
    labels: { of, span },
    expr: promql(`(${level} > 20) unless on (${TCP_OWNER}) (${level} - ${known} <= 20)`),
    why: `The history ends ${ago} to two hours more ago, before the growth that is judged.`,
  };
}

/** The week's levels of stuck ports; every hour. */
export const STUCK_WEEK: readonly Recording[] = [
  ...extremes('stuck_ports', ALL, RECORDING.stuckUsual8d),
  ...extremes('largest_stuck_ports', LARGEST, RECORDING.largestStuckUsual8d),
];

function extremes(name: 'stuck_ports' | 'largest_stuck_ports', level: string, usual: Recording['record']): Recording[] {
  const max1h = `process:ephemeral_port_${name}:max1h` as const;
  const min1h = `process:ephemeral_port_${name}:min1h` as const;
  const why = 'Kept as hours so that eight days are 192 points.';
  return [
    { record: max1h, expr: `max_over_time(${level}[1h])`, why },
    { record: min1h, expr: `min_over_time(${level}[1h])`, why },
    {
      record: usual,
      expr: `max_over_time(${max1h}[8d]) + 0.5 * (max_over_time(${max1h}[8d]) - min_over_time(${min1h}[8d]))`,
      why: 'Half of the swing above the maximum is the room for a Monday after a quiet week; a constant pool has no swing, so a leak on top of it is seen at once. Eight days hold the same weekday with a day to spare.',
    },
  ];
}

import { RECORDING } from '../recording-names.ts';
import { NAMED, promql, TCP_OWNER } from './matching.ts';
import type { Recording } from './rule.ts';

const ALL = `ephemeral_port_process_stuck_ports{${NAMED}}`;
const LARGEST = `ephemeral_port_process_largest_stuck_ports{${NAMED}}`;
const STEADY = 'process:ephemeral_port_stuck_ports:steady';
const LEVEL = 'process:ephemeral_port_stuck_ports:level';
const NOVEL = 'process:ephemeral_port_stuck_ports:novel';
const RISES_OF_LARGEST = `last_over_time(${RECORDING.largestStuckRise10m}[11m])`;
const RISES_OF_ALL = `last_over_time(${RECORDING.stuckRise10m}[11m])`;
const RISES_OF_HOURS = `last_over_time(${RECORDING.stuckRise1h}[31m])`;

/** Growth of the stuck ports of one process of an owner; every 5 min, so that the half hour is seen in time. */
export const LARGEST_RISES: readonly Recording[] = [
  {
    record: RECORDING.largestStuckRise10m,
    expr: `delta(${LARGEST}[10m]) > 0`,
    why: 'One process among many of its name, whatever the sessions of the others do. One range is half the price of two instants that are matched.',
  },
  steady(RECORDING.largestStuckRise10m, 'largest', { span: '30m', slice: 10, slices: 3, unit: 'm' }),
];

/** The same of all its processes together: a leaker that is not yet the largest is seen here; every 10 min. */
export const STUCK_RISES: readonly Recording[] = [
  { record: RECORDING.stuckRise10m, expr: `delta(${ALL}[10m]) > 0`, why: 'The whole group.' },
  steady(RECORDING.stuckRise10m, 'all', { span: '30m', slice: 10, slices: 3, unit: 'm' }),
];

/** The same over four hours: staircases, small ranges, new processes; every 30 min. */
export const STUCK_HOURS: readonly Recording[] = [
  {
    record: RECORDING.stuckRise1h,
    expr: `last_over_time(${ALL}[6m]) - last_over_time(${ALL}[6m] offset 1h) > 0`,
    why: 'Slices of the four-hour proof: instants, since a step on the edge of two ranges is in neither; of six minutes, since a scrape may be missed.',
  },
  steady(RECORDING.stuckRise1h, 'all', { span: '4h', slice: 1, slices: 4, unit: 'h' }),
];

interface Slices {
  readonly span: string;
  readonly slice: number;
  readonly unit: 'm' | 'h';
  /** Slices that make up the span. */
  readonly slices: number;
}

/**
 * Growth over a span of which no slice has less than half of its even share, whatever moment it ends at; a step of a pool is no
 * pace. Slices end at every evaluation and so overlap.
 */
function steady(rise: string, of: string, { span, slice, slices, unit }: Slices): Recording {
  const ends = Array.from({ length: slices - 1 }, (_, index) => `and ${rise} offset ${(index + 1) * slice}${unit}`);
  const over = `(${rise}[${(slices - 1) * slice}${unit}])`;
  return {
    record: STEADY,
    labels: { of, span },
    expr: promql(`
      ${slices} * avg_over_time${over}
      and ${rise} ${ends.join(' ')}
      and (min_over_time${over} > 0.5 * avg_over_time${over})`),
    why: `Ports in ${span}, where every slice of it has at least half of its even share.`,
  };
}

/** Levels of owners that rise or leak, and which of them the week does not explain; every 10 min. */
export const STUCK_LEVELS: readonly Recording[] = [
  {
    record: LEVEL,
    labels: { of: 'largest' },
    expr: `${LARGEST} and on (${TCP_OWNER}) ${RISES_OF_LARGEST}`,
    why: 'A rise begins 20 minutes before it is proof of anything: what it is held against is looked up meanwhile, for few owners and half as often.',
  },
  {
    record: LEVEL,
    labels: { of: 'all' },
    expr: promql(`
      ${ALL} and on (${TCP_OWNER})
        (${RISES_OF_ALL} or ${RISES_OF_HOURS} or last_over_time(${STEADY}[1d])
          or last_over_time(process:ephemeral_port_class_ports:pace{window="held"}[1d]))`),
    why: 'Those too that rose steadily within the day: they may leak, and the end of a leak is seen here.',
  },
  novel('largest', '30m', RECORDING.largestStuckUsual8d, '1h'),
  novel('all', '30m', RECORDING.stuckUsual8d, '1h'),
];

export const NOVEL_HOURS: Recording = novel('all', '4h', RECORDING.stuckUsual8d, '5h');

/** Stuck ports beyond what the history before `ago` explains, by more than 20. A group without history had none. */
function novel(of: string, span: string, usual: string, ago: string): Recording {
  const level = `last_over_time(${LEVEL}{of="${of}"}[11m])`;
  const known = `last_over_time(${usual}[7h] offset ${ago})`;
  return {
    record: NOVEL,
    labels: { of, span },
    expr: promql(`(${level} > 20) unless on (${TCP_OWNER}) (${level} - on (${TCP_OWNER}) ${known} <= 20)`),
    why: `The history ends ${ago} to six hours more ago, before the growth that is judged.`,
  };
}

/** What owners that rise let go of; every 20 min, the longest time that is shorter than any proof. */
export const LET_GO: Recording = {
  record: 'process:ephemeral_port_stuck_ports:let_go1h',
  expr: promql(`
    sum without (how) (
      increase(ephemeral_port_process_stuck_released_total{how=~"closed|used",${NAMED}}[1h]) > 0)
    and on (${TCP_OWNER}) (${RISES_OF_LARGEST} or ${RISES_OF_ALL} or ${RISES_OF_HOURS})`),
  why: 'A leaking program lets go only by exiting, and `exited` is not asked for.',
};

/** Groups of several processes; every 20 min. */
export const SEVERAL: Recording = {
  record: 'process:ephemeral_port_members:several',
  expr: 'ephemeral_port_process_members > 1',
  why: 'What such a group lets go says nothing of its largest member.',
};

/** Processes that may still be warming up; every 10 min. */
export const YOUNG: Recording = {
  record: 'process:ephemeral_port_start:young',
  expr: 'time() - ephemeral_port_process_start_time_seconds < 6 * 3600',
  why: 'Age in seconds. A process that has just started holds no port of a leak before it.',
};

/** The extremes of stuck ports; every 2 h. */
export const STUCK_EXTREMES: readonly Recording[] = [
  ...extremes('stuck_ports', ALL),
  ...extremes('largest_stuck_ports', LARGEST),
];

function extremes(name: 'stuck_ports' | 'largest_stuck_ports', level: string): Recording[] {
  const why = 'Kept as two hours so that eight days are 96 points.';
  return [
    { record: `process:ephemeral_port_${name}:max2h`, expr: `max_over_time(${level}[2h])`, why },
    { record: `process:ephemeral_port_${name}:min2h`, expr: `min_over_time(${level}[2h])`, why },
  ];
}

/** The week's levels of stuck ports; every 6 h. */
export const STUCK_WEEK: readonly Recording[] = [
  usual8d('stuck_ports', RECORDING.stuckUsual8d),
  usual8d('largest_stuck_ports', RECORDING.largestStuckUsual8d),
];

function usual8d(name: string, record: Recording['record']): Recording {
  const of = `process:ephemeral_port_${name}`;
  return {
    record,
    expr: `1.5 * max_over_time(${of}:max2h[8d]) - 0.5 * min_over_time(${of}:min2h[8d]) > 0`,
    why: 'The maximum and half of the swing above it: the room for a Monday after a quiet week. A constant pool has no swing, so a leak on top of it is seen at once. Eight days hold the same weekday with a day to spare.',
  };
}

import { RECORDING } from '../recording-names.ts';
import { NAMED, POOL, promql } from './matching.ts';
import type { Recording } from './rule.ts';

/** Below this many ports a group is not looked at for slow leaks: most series of a host are small and flat. */
const WORTH_LOOKING = 10;

/** Bound, CLOSE_WAIT and listening ports do not follow load and are nearly still; load is noisy, and averaged. */
const CLASSES = {
  held: ['protocol="tcp",state=~"bound|close_wait"', 'last_over_time', '6m'],
  listen: ['protocol="tcp",state="listen"', 'last_over_time', '6m'],
  load: ['protocol="tcp",state=~"established|transient"', 'avg_over_time', '30m'],
  udp: ['protocol="udp"', 'avg_over_time', '30m'],
} as const;

/** Ports of owners by class, and the slopes of those that rise; every 30 min. */
export const CLASS_RECORDINGS: readonly Recording[] = [
  ...Object.entries(CLASSES).map(
    ([name, [selector, over, range]]): Recording => ({
      record: RECORDING.classPorts,
      labels: { class: name },
      expr: promql(`
        sum without (state) (${over}(ephemeral_port_process_ports{${selector},${NAMED}}[${range}]))
        >= ${WORTH_LOOKING}`),
      why: 'TIME_WAIT is left out: it follows load alone and hides the states beneath it.',
    }),
  ),
  {
    record: RECORDING.classDeriv3h,
    expr: `(${RECORDING.classPorts} - ${RECORDING.classPorts} offset 3h > 3) / (3 * 3600)`,
    why: 'Only what rises by a port an hour, so that the proofs below cost nothing for the others; slower leaks are left to the floors of the days. Two instants: a series that ended or has just appeared has no slope.',
  },
  paceOver('held|listen', '9h', 'held'),
  paceOver('load|udp', '25h', 'load'),
];

/** The slowest three hours of the window ran at half the pace of the fastest, and none of its evaluations did not rise. */
function paceOver(classes: string, window: string, name: string): Recording {
  const slope = `${RECORDING.classDeriv3h}{class=~"${classes}"}`;
  const whole = `${Number.parseInt(window, 10) + 3}h`;
  return {
    record: 'process:ephemeral_port_class_ports:pace',
    labels: { window: name },
    expr: promql(`
      (avg_over_time(${slope}[${window}]) > on (${POOL}) group_left () ephemeral_port_capacity / (90 * 86400))
      and (min_over_time(${slope}[${window}]) > 0.5 * max_over_time(${slope}[${window}]))
      and on (${POOL}, process, unit, class)
        (6 * count_over_time(${slope}[${window}])
          >= on (${POOL}) group_left () 0.95 * count_over_time(${RECORDING.usedMax1h}[${window}]))
      and ${slope} and last_over_time(${slope}[40m] offset ${window})`),
    why: `One pace over ${whole} that would empty the range in 90 days, and still does.`,
  };
}

/** The floors of two hours; every 2 h. */
export const FLOOR: Recording = {
  record: 'process:ephemeral_port_class_ports:min2h',
  expr: `min_over_time(${RECORDING.classPorts}[2h]) and count_over_time(${RECORDING.classPorts}[2h]) >= 4`,
  why: `Two hours in which the group fell below ${WORTH_LOOKING} ports have no floor.`,
};

/** Daily floors, which see a leak beneath a load that comes and goes; every 6 h. */
export const FLOOR_RECORDINGS: readonly Recording[] = [
  {
    record: RECORDING.classMin1d,
    expr: promql(`
      min_over_time(process:ephemeral_port_class_ports:min2h[1d])
      and count_over_time(process:ephemeral_port_class_ports:min2h[1d]) >= 10`),
    why: 'A day of which 20 hours were seen.',
  },
  {
    record: RECORDING.classRise1d,
    expr: `${RECORDING.classMin1d} - last_over_time(${RECORDING.classMin1d}[7h] offset 1d) > 10`,
    why: 'The filter keeps the comparisons of the proof off the many series that do not rise.',
  },
];

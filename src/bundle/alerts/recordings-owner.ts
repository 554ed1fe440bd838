import { RECORDING } from '../recording-names.ts';
import { NAMED, POOL, promql } from './matching.ts';
import type { Recording } from './rule.ts';

/** Below this many ports a group is not looked at for slow leaks: most series of a host are small and flat. */
const WORTH_LOOKING = 10;

const CLASSES = {
  held: 'protocol="tcp",state=~"bound|close_wait"',
  listen: 'protocol="tcp",state="listen"',
  load: 'protocol="tcp",state=~"established|transient"',
  udp: 'protocol="udp"',
} as const;

/** Ports of owners by class, and the slopes of those that rise; every 5 min. */
export const OWNER_RECORDINGS: readonly Recording[] = [
  ...Object.entries(CLASSES).map(
    ([name, selector]): Recording => ({
      record: RECORDING.classPorts,
      labels: { class: name },
      expr: `sum without (state) (ephemeral_port_process_ports{${selector},${NAMED}}) >= ${WORTH_LOOKING}`,
      why: 'TIME_WAIT is left out: it follows load alone and hides the states beneath it.',
    }),
  ),
  {
    record: RECORDING.classDeriv3h,
    expr: promql(`
      (deriv(${RECORDING.classPorts}[3h]) and ${RECORDING.classPorts})
      > on (${POOL}) group_left () ephemeral_port_capacity / (90 * 86400)`),
    why: 'Only series that would empty the range within 90 days, so that the proofs below cost nothing for the others. A series that ended low has no slope any more.',
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
      avg_over_time(${slope}[${window}])
      and (min_over_time(${slope}[${window}]) > 0.5 * max_over_time(${slope}[${window}]))
      and on (${POOL}, process, unit, class)
        (count_over_time(${slope}[${window}])
          >= on (${POOL}) group_left () 0.95 * count_over_time(${RECORDING.usedMax1h}[${window}]))
      and last_over_time(${slope}[15m] offset ${window})
      and last_over_time(${RECORDING.classPorts}[15m] offset ${whole})`),
    why: `One pace over ${whole}: the last line asks for a series that old, since one that appears while it climbs has its full slope at once.`,
  };
}

/** Daily floors, which see a leak beneath a load that comes and goes; every hour. */
export const FLOOR_RECORDINGS: readonly Recording[] = [
  {
    record: 'process:ephemeral_port_class_ports:min1h',
    expr: promql(`min_over_time(${RECORDING.classPorts}[1h]) and count_over_time(${RECORDING.classPorts}[1h]) > 9`),
    why: `An hour in which the group fell below ${WORTH_LOOKING} ports has no floor.`,
  },
  {
    record: RECORDING.classMin1d,
    expr: promql(`
      min_over_time(process:ephemeral_port_class_ports:min1h[1d])
      and count_over_time(process:ephemeral_port_class_ports:min1h[1d]) >= 20`),
    why: 'A day of which 20 hours were seen.',
  },
  {
    record: RECORDING.classRise1d,
    expr: `${RECORDING.classMin1d} - last_over_time(${RECORDING.classMin1d}[2h] offset 1d) > 10`,
    why: 'The filter keeps the comparisons of the proof off the many series that do not rise.',
  },
];

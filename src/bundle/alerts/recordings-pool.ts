import { RECORDING } from '../recording-names.ts';
import { HOST, POOL, promql } from './matching.ts';
import type { Recording } from './rule.ts';

const LOCKED_ON_LINUX = promql(`
  (ephemeral_port_capacity{protocol="tcp"}
    - on (job, instance, netns) group_left () ephemeral_port_destination_headroom{estimate="high"})
  and on (${HOST}) ephemeral_port_exporter_build_info{os="linux"}`);

/** Ports that are lost to new connections; every 2 min, for the pages. */
export const LOCKED: Recording = {
  record: RECORDING.locked,
  expr: promql(`(${LOCKED_ON_LINUX}) or ephemeral_port_used`),
  why: 'On Linux plain connections share port numbers between destinations: a full range alone stops nobody. What is left to the worst destination counts there, and every used port elsewhere.',
};

/** Levels and slopes of whole pools; every 5 min. */
export const POOL_RECORDINGS: readonly Recording[] = [
  {
    record: RECORDING.usedMax1h,
    expr: 'max_over_time(ephemeral_port_used[1h])',
    why: 'Also the mark that a host was seen in this interval, which proofs over hours are counted against.',
  },
  {
    record: RECORDING.usedDeriv3h,
    expr: 'deriv(ephemeral_port_used[3h])',
    why: 'Compared with itself hours ago by the forecast of owners that have no name.',
  },
  {
    record: 'instance:ephemeral_port_held:ports',
    expr: 'sum without (state) (ephemeral_port_state_ports{protocol="tcp",state=~"bound|close_wait|listen"})',
    why: 'Ports that do not follow load.',
  },
  {
    record: 'instance:ephemeral_port_load:ports',
    expr: 'sum without (state) (ephemeral_port_state_ports{state!~"bound|close_wait|listen"})',
    why: 'Ports that follow load: their daily peak, not their present level, decides when the range is empty.',
  },
  {
    record: 'instance:ephemeral_port_history:ready',
    expr: promql(`
      (time() - ephemeral_port_exporter_ledger_start_timestamp_seconds > 1 * 3600)
      and on (${HOST}) last_over_time(${RECORDING.usedMax1h}{protocol="tcp"}[1d] offset 7d)`),
    why: 'Growth is judged against a week of this host, and after the hour in which a new ledger finds every old port stuck.',
  },
];

/** History of whole pools; every 2 h. */
export const POOL_WEEK: readonly Recording[] = [
  {
    record: RECORDING.usedMax7d,
    expr: `max_over_time(${RECORDING.usedMax1h}[7d] offset 2h)`,
    why: 'What this host is known to survive; the last two hours are the growth that is being judged.',
  },
  {
    record: RECORDING.lockedMax7d,
    expr: `max_over_time(${RECORDING.locked}[7d] offset 2h)`,
    why: 'The same for ports that are lost to new connections.',
  },
];

/** The leaks of a pool together, and when they empty it; every 2 min, after the leaks. */
export const POOL_LEAKS: readonly Recording[] = [
  {
    record: RECORDING.poolLeakRate,
    expr: `sum without (process, unit) (last_over_time(${RECORDING.leakRate}[6m]))`,
    why: 'All proven leaks of a pool.',
  },
  {
    record: RECORDING.exhaustionSeconds,
    expr: promql(`
      clamp_min(
        ephemeral_port_capacity - ephemeral_port_used
        - (max_over_time(instance:ephemeral_port_load:ports[1d]) - last_over_time(instance:ephemeral_port_load:ports[7m])), 0)
      / on (${POOL}) ${RECORDING.poolLeakRate}`),
    why: "The day's peak of load meets the leak before the present level does.",
  },
  {
    record: 'instance:ephemeral_port_lock:seconds',
    expr: promql(`
      clamp_min(ephemeral_port_capacity - ${RECORDING.locked}, 0) / on (${POOL}) ${RECORDING.poolLeakRate}`),
    why: 'Time until new connections fail, for pages: ports that other destinations can still use count as free.',
  },
];

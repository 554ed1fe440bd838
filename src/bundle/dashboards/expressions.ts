import { RECORDING } from '../recording-names.ts';
import { braces, type ScopeVariable, type Selector, selectorOf } from './selector.ts';

/** Labels of a pool: what has a capacity of its own. */
export const POOL = 'job, instance, netns, protocol';
/** Labels of an owner group on a host. */
export const OWNER = 'job, instance, netns, process, unit';

/** A leak slower than this fills the range in more than the days a host runs between two patches. */
const MATERIAL_SECONDS = 90 * 86_400;
/** Nobody is named by a folded or ownerless group: their labels begin with a parenthesis. */
const NAMED = '!~"[(].*"';

/** What a dashboard asks about leaks, narrowed by its variables. */
export interface LeakExpressions {
  readonly select: Selector;
  /** Ports per second of each owner that grows at one pace; others are absent. By pool and owner. */
  readonly pace: string;
  /** Seconds until a pool is empty; absent for pools that do not fill. By pool. */
  readonly timeLeft: string;
  /** Ports per second of pools that fill without an owner at one pace. By pool. */
  readonly poolPace: string;
  /** Share of the capacity in use, 0 to 1. By pool. */
  readonly usedShare: string;
  /** Ports nobody holds. By pool. */
  readonly free: string;
}

/**
 * The expressions of a dashboard with these variables. The recording holds what the alert rules confirmed; the raw form needs no
 * rules: stuck ports that rose over 3 h, still at that pace (factor 2) in the last hour, fast enough to matter.
 */
export function leakExpressions(variables: readonly ScopeVariable[]): LeakExpressions {
  const select = selectorOf(variables);
  const poolVariables = variables.filter((name) => name !== 'process' && name !== 'unit');
  const pool = selectorOf(poolVariables);
  const stuck = select('process_stuck_ports', variables.includes('process') ? {} : { process: NAMED });
  const used = pool('used');
  const capacity = pool('capacity');
  const muted = select('process_muted');
  const rawPace = [
    `(deriv(${stuck}[3h]) * ${MATERIAL_SECONDS} > on (${POOL}) group_left () ${capacity}) / ${MATERIAL_SECONDS}`,
    `and deriv(${stuck}[1h]) / deriv(${stuck}[3h]) > 0.5 < 2`,
    `unless on (${OWNER}) ${muted}`,
  ].join(' ');
  const recordedPace = `${RECORDING.leakRate}${braces(variables)}`;
  const pace = `max by (${POOL}, process, unit) (${recordedPace} or on (${POOL}, process, unit) (${rawPace}))`;
  const free = `(${capacity} - ${used})`;
  const byOwners = `max by (${POOL}) (${free}) / on (${POOL}) sum by (${POOL}) (${pace})`;
  const slope = `deriv(${used}[3h])`;
  const fillsSoon = `${free} / (${slope} > 0) < ${3 * 86_400} unless ${used} <= max_over_time(${used}[1d] offset 3h)`;
  const wholePool = `max by (${POOL}) (${fillsSoon})`;
  const recordedTime = `max by (${POOL}) (${RECORDING.exhaustionSeconds}${braces(poolVariables)})`;
  return {
    select,
    pace,
    free,
    poolPace: `max by (${POOL}) (${slope} and (${fillsSoon}))`,
    timeLeft: `(${recordedTime} or ${byOwners} or ${wholePool})`,
    usedShare: `${used} / ${capacity}`,
  };
}

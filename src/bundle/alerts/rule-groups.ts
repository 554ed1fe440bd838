import {
  almostExhausted,
  EXHAUSTED,
  exhaustionImminent,
  exhaustionPredicted,
  slopeSeconds,
  TIME_WAIT_STORM,
  usageHigh,
} from './alerts-exhaustion.ts';
import { EXHAUSTION_EVENT, EXPORTER_ALERTS, exporterAbsent, exporterDown, REUSE_EVENT } from './alerts-exporter.ts';
import {
  EXECUTABLE_CHANGED,
  LEAK,
  LEAK_SUSPECTED,
  LINK_LOCAL_LEAK,
  LINK_LOCAL_MIXED,
  LINK_LOCAL_STUCK,
  PORTS_RELEASED,
} from './alerts-leak.ts';
import type { Knobs } from './knobs.ts';
import {
  floorEvidence,
  groupEvidence,
  hoursEvidence,
  LEAK_RATE,
  largestEvidence,
  PROVEN_HOURS,
  PROVEN_RECORDINGS,
} from './recordings-leak.ts';
import { CLASS_RECORDINGS, FLOOR, FLOOR_RECORDINGS } from './recordings-owner.ts';
import { LOCKED, POOL_LEAKS, POOL_RECORDINGS, POOL_WEEK } from './recordings-pool.ts';
import {
  LARGEST_RISES,
  LET_GO,
  NOVEL_HOURS,
  SEVERAL,
  STUCK_EXTREMES,
  STUCK_HOURS,
  STUCK_LEVELS,
  STUCK_RISES,
  STUCK_WEEK,
  YOUNG,
} from './recordings-stuck.ts';
import { type Alert, isAlert, type RuleGroup } from './rule.ts';
import { scaleTimes } from './scale-times.ts';

/**
 * All rules in the order of their evaluation: within a group a rule reads what the ones before it recorded just now. How often
 * a group runs is decided by what it costs: what reads every owner of every host runs seldom, what reads hosts or few owners often.
 */
export function ruleGroups(knobs: Knobs): RuleGroup[] {
  return scaleTimes(groupsOf(knobs), Number(knobs['time-scale']));
}

function groupsOf(knobs: Knobs): RuleGroup[] {
  return [
    {
      name: 'ephemeral-port.minutes',
      interval: '2m',
      rules: [LOCKED, ...POOL_LEAKS, exhaustionImminent(knobs), almostExhausted(knobs), EXHAUSTED],
    },
    {
      name: 'ephemeral-port.growth',
      interval: '5m',
      rules: [
        ...POOL_RECORDINGS,
        ...slopeSeconds(knobs),
        ...LARGEST_RISES,
        ...largestEvidence(knobs),
        LEAK_RATE,
        LEAK,
        LINK_LOCAL_STUCK,
        LINK_LOCAL_LEAK,
        exhaustionPredicted(knobs),
        usageHigh(knobs),
        TIME_WAIT_STORM,
      ],
    },
    {
      name: 'ephemeral-port.owners',
      interval: '10m',
      rules: [YOUNG, ...STUCK_RISES, ...STUCK_LEVELS, ...groupEvidence(knobs), ...PROVEN_RECORDINGS, LINK_LOCAL_MIXED],
    },
    { name: 'ephemeral-port.released', interval: '20m', rules: [LET_GO, SEVERAL] },
    {
      name: 'ephemeral-port.hours',
      interval: '30m',
      rules: [
        ...CLASS_RECORDINGS,
        ...STUCK_HOURS,
        NOVEL_HOURS,
        ...hoursEvidence(knobs),
        PROVEN_HOURS,
        LEAK_SUSPECTED,
        EXECUTABLE_CHANGED,
        PORTS_RELEASED,
      ],
    },
    { name: 'ephemeral-port.days', interval: '2h', rules: [...POOL_WEEK, ...STUCK_EXTREMES, FLOOR] },
    {
      name: 'ephemeral-port.weeks',
      interval: '6h',
      rules: [...STUCK_WEEK, ...FLOOR_RECORDINGS, ...floorEvidence(knobs)],
    },
    {
      name: 'ephemeral-port.exporter',
      interval: '1m',
      rules: [exporterDown(knobs), exporterAbsent(knobs), ...EXPORTER_ALERTS, EXHAUSTION_EVENT, REUSE_EVENT],
    },
  ];
}

export function alertsOf(groups: readonly RuleGroup[]): Alert[] {
  return groups.flatMap((group) => group.rules.filter(isAlert));
}

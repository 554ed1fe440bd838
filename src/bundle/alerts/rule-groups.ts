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
  LINK_LOCAL_STUCK,
  PORTS_RELEASED,
} from './alerts-leak.ts';
import type { Knobs } from './knobs.ts';
import { floorEvidence, halfHourEvidence, hoursEvidence, LEAK_RATE } from './recordings-leak.ts';
import { FLOOR_RECORDINGS, OWNER_RECORDINGS } from './recordings-owner.ts';
import { LOCKED, POOL_LEAKS, POOL_RECORDINGS, POOL_WEEK } from './recordings-pool.ts';
import { STUCK_RECORDINGS, STUCK_RISES, STUCK_WEEK } from './recordings-stuck.ts';
import { type Alert, isAlert, type RuleGroup } from './rule.ts';

/** All rules in the order of their evaluation: within a group a rule reads what the ones before it recorded just now. */
export function ruleGroups(knobs: Knobs): RuleGroup[] {
  return [
    {
      name: 'ephemeral-port.minutes',
      interval: '2m',
      rules: [
        LOCKED,
        LINK_LOCAL_STUCK,
        ...STUCK_RISES,
        ...halfHourEvidence(knobs),
        LEAK_RATE,
        ...POOL_LEAKS,
        slopeSeconds(knobs),
        LEAK,
        LINK_LOCAL_LEAK,
        exhaustionImminent(knobs),
        almostExhausted(knobs),
        EXHAUSTED,
      ],
    },
    {
      name: 'ephemeral-port.hours',
      interval: '5m',
      rules: [
        ...POOL_RECORDINGS,
        ...OWNER_RECORDINGS,
        ...STUCK_RECORDINGS,
        ...hoursEvidence(knobs),
        LEAK_SUSPECTED,
        exhaustionPredicted(knobs),
        usageHigh(knobs),
        TIME_WAIT_STORM,
        EXECUTABLE_CHANGED,
        PORTS_RELEASED,
      ],
    },
    {
      name: 'ephemeral-port.days',
      interval: '1h',
      rules: [...POOL_WEEK, ...STUCK_WEEK, ...FLOOR_RECORDINGS, ...floorEvidence(knobs)],
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

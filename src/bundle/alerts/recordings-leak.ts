import { RECORDING } from '../recording-names.ts';
import type { Knobs } from './knobs.ts';
import { HOST, OWNER, POOL, promql, TCP_OWNER, UNLESS_MUTED } from './matching.ts';
import type { Recording } from './rule.ts';

const PACE = 'process:ephemeral_port_class_ports:pace';
const STEADY = 'process:ephemeral_port_stuck_ports:steady';
const NOVEL = 'process:ephemeral_port_stuck_ports:novel';
const LET_GO = 'process:ephemeral_port_stuck_ports:let_go1h';
const YOUNG = 'process:ephemeral_port_start:young';
const RISE_1D = RECORDING.classRise1d;

/** Proof of the fast tier from half an hour; every 2 min. */
export function halfHourEvidence(knobs: Knobs): Recording[] {
  if (knobs['fast-tier'] === 'off') return [];
  return ['largest', 'all'].map((of) =>
    stuckEvidence({ of, span: '30m', seconds: 1800, minAge: 4, letGo: LET_GO, letGoShare: 0.5 }),
  );
}

/** Proofs that need hours; every 5 min. */
export function hoursEvidence(knobs: Knobs): Recording[] {
  const held: Recording = {
    record: RECORDING.leakEvidence,
    labels: { evidence: 'held_12h' },
    expr: `max without (window) (${PACE}{window="held"} and count_over_time(${PACE}{window="held"}[16m]) >= 3)`,
    why: 'Bound, CLOSE_WAIT and listening ports do not follow load: twelve hours at one pace, longer than a working day, prove it.',
  };
  const load: Recording = {
    record: RECORDING.leakEvidence,
    labels: { evidence: 'load_28h' },
    expr: `max without (window) (${PACE}{window="load"} and count_over_time(${PACE}{window="load"}[16m]) >= 3)`,
    why: 'Other states follow load: 28 h at one pace is longer than any rise of a day.',
  };
  const letGo = `sum_over_time(${LET_GO}[4h:1h])`;
  const stuck = stuckEvidence({ of: 'all', span: '4h', seconds: 14_400, minAge: 5, letGo, letGoShare: 0.33 });
  return [
    ...(knobs['fast-tier'] === 'on' ? [stuck] : []),
    held,
    ...(knobs['load-tier'] === 'on' ? [load] : []),
    {
      record: 'process:ephemeral_port_leak:proven_ports',
      expr: promql(`
        ${RECORDING.classPorts}{class=~"held|listen"}
        and on (${TCP_OWNER}, class) last_over_time(${RECORDING.leakEvidence}{evidence=~"largest_.*|stuck_.*|held_.*"}[6m])`),
      why: 'The level at the time of proof: as long as it is kept, the leak is not over.',
    },
    {
      record: 'process:ephemeral_port_leak:ended',
      expr: promql(`
        (sum without (state) (ephemeral_port_process_ports{protocol="tcp",state=~"bound|close_wait|listen"}))
        < on (${TCP_OWNER}) 0.9 * max without (class) (last_over_time(process:ephemeral_port_leak:proven_ports[1d]))`),
      why: 'Let go, or restarted. Asked as a positive sign, since absence may be an outage of the exporter.',
    },
  ];
}

interface StuckProof {
  readonly of: string;
  readonly span: string;
  readonly seconds: number;
  /** Hours that the process must have run. */
  readonly minAge: number;
  readonly letGo: string;
  /** Let go over the growth; a third is a quarter of what became stuck. The hour that is counted may begin before the half hour of growth. */
  readonly letGoShare: number;
}

function stuckEvidence({ of, span, seconds, minAge, letGo, letGoShare }: StuckProof): Recording {
  const steady = `${STEADY}{of="${of}",span="${span}"}`;
  const seen = span === '30m' ? '7m' : '16m';
  // What a group lets go says nothing of its largest member when there are others.
  const exempt = of === 'largest' ? `unless on (${OWNER}) (ephemeral_port_process_members > 1)` : '';
  return {
    record: RECORDING.leakEvidence,
    labels: { evidence: `${of === 'largest' ? 'largest' : 'stuck'}_${span}`, class: 'held' },
    expr: promql(`
      max without (of, span) (
        (${steady} / ${seconds} > on (${POOL}) group_left () ephemeral_port_capacity / (30 * 86400))
        and on (${TCP_OWNER}) (count_over_time(${steady}[${seen}]) >= 3)
        and on (${TCP_OWNER}) last_over_time(${NOVEL}{of="${of}",span="${span}"}[6m])
        unless on (${TCP_OWNER}) (
          (${letGo} > on (${TCP_OWNER}) ${letGoShare} * max without (of, span) (${steady})) ${exempt})
        unless on (${OWNER}) (${YOUNG} < ${minAge} * 3600)
        and on (${HOST}) last_over_time(instance:ephemeral_port_history:ready[10m]))`),
    why: `Stuck ports grow so that the range is empty in 30 days, steadily, beyond the week's levels, by a process older than ${minAge} h that lets go of less than a quarter.`,
  };
}

/** Proof from daily floors; every hour. */
export function floorEvidence(knobs: Knobs): Recording[] {
  if (knobs['floor-tier'] === 'off') return [];
  const ago = (days: number): string => `(last_over_time(${RISE_1D}[2h] offset ${days}d))`;
  const near = (days: number, low: number, high: number): string =>
    `and (${RISE_1D} > ${low} * ${ago(days)}) and (${RISE_1D} < ${high} * ${ago(days)})`;
  return [
    {
      record: RECORDING.leakEvidence,
      labels: { evidence: 'floor_4d' },
      expr: promql(`(${RISE_1D} ${near(1, 0.5, 2)} ${near(2, 0.33, 3)} ${near(3, 0.33, 3)}) / 86400`),
      why: 'The lowest hour of the day rose four days in a row by comparable amounts.',
    },
  ];
}

/** The leaks that are proven now; every 2 min. */
export const LEAK_RATE: Recording = {
  record: RECORDING.leakRate,
  expr: promql(`
    max without (evidence, class) (
      (
        last_over_time(${RECORDING.leakEvidence}{evidence=~"largest_.*|stuck_.*|held_.*"}[1d])
        unless on (${TCP_OWNER}) process:ephemeral_port_leak:ended
        unless on (${TCP_OWNER}) (
          last_over_time(process:ephemeral_port_leak:ended[1d])
          unless on (${TCP_OWNER}) last_over_time(${RECORDING.leakEvidence}[20m]))
      )
      or
      (
        (
          last_over_time(${RECORDING.leakEvidence}{evidence="load_28h"}[10m])
          or last_over_time(${RECORDING.leakEvidence}{evidence="floor_4d"}[70m])
        )
        unless on (${OWNER}) (${YOUNG} < 3600)
      )
    ) ${UNLESS_MUTED}`),
  why: 'A proof on held ports stands for a day or until the ports come back: the half-hour proof ends after two hours, the twelve-hour proof comes later, and one leak must stay one ticket. What was let go within the day needs a new proof.',
};

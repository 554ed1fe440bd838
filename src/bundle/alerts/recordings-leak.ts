import { RECORDING } from '../recording-names.ts';
import type { Knobs } from './knobs.ts';
import { HOST, OWNER, POOL, promql, TCP_OWNER, UNLESS_MUTED } from './matching.ts';
import type { Recording } from './rule.ts';

const PACE = 'process:ephemeral_port_class_ports:pace';
const STEADY = 'process:ephemeral_port_stuck_ports:steady';
const LEVEL = 'process:ephemeral_port_stuck_ports:level{of="all"}';
const NOVEL = 'process:ephemeral_port_stuck_ports:novel';
const LET_GO = 'process:ephemeral_port_stuck_ports:let_go1h';
const PROVEN = 'process:ephemeral_port_leak:proven_ports';
const YOUNG = 'last_over_time(process:ephemeral_port_start:young[11m])';
const RISE_1D = RECORDING.classRise1d;

/** Proofs that ports which are held give; each stands until they come back. */
const HELD_PROOF = 'class="held",evidence!="floor_4d"';

/** Proof by half an hour of one process of an owner; every 5 min. */
export function largestEvidence(knobs: Knobs): Recording[] {
  return fastEvidence(knobs, 'largest');
}

/** Proof by half an hour of all processes of an owner together; every 10 min. */
export function groupEvidence(knobs: Knobs): Recording[] {
  return fastEvidence(knobs, 'all');
}

function fastEvidence(knobs: Knobs, of: string): Recording[] {
  if (knobs['fast-tier'] === 'off') return [];
  const letGo = `last_over_time(${LET_GO}[21m])`;
  const minAge = Number(knobs['min-age-hours']);
  return [stuckEvidence({ of, span: '30m', hours: 0.5, minAge, letGo, letGoShare: 0.5 })];
}

/** Proofs that need hours; every 30 min. */
export function hoursEvidence(knobs: Knobs): Recording[] {
  const held: Recording = {
    record: RECORDING.leakEvidence,
    labels: { evidence: 'held_12h' },
    expr: `max without (window) (${PACE}{window="held"})`,
    why: 'Bound, CLOSE_WAIT and listening ports do not follow load: twelve hours at one pace, longer than a working day, prove it.',
  };
  const load: Recording = {
    record: RECORDING.leakEvidence,
    labels: { evidence: 'load_28h' },
    expr: `max without (window) (${PACE}{window="load"})`,
    why: 'Other states follow load: 28 h at one pace is longer than any rise of a day.',
  };
  const stuck = stuckEvidence({
    of: 'all',
    span: '4h',
    hours: 4,
    minAge: 1.25 * Number(knobs['min-age-hours']),
    // Three of the sums that are written every 20 min cover each moment.
    letGo: `sum_over_time(${LET_GO}[4h]) / 3`,
    letGoShare: 0.33,
  });
  return [...(knobs['fast-tier'] === 'on' ? [stuck] : []), held, ...(knobs['load-tier'] === 'on' ? [load] : [])];
}

const STUCK_NOW = `max without (of) (last_over_time(${LEVEL}[11m]))`;

/** The level at the time of proof: as long as it is kept, the leak is not over. Each group of rules writes that of its own proofs. */
function provenBy(by: string, evidence: string): Recording {
  return {
    record: PROVEN,
    labels: { by },
    expr: promql(`
      ${STUCK_NOW} and on (${TCP_OWNER}) ${RECORDING.leakEvidence}{class="held",evidence=~"${evidence}"}`),
    why: 'The level of stuck ports at the time of the last proof.',
  };
}

/** Whether what was proven is still stuck; every 10 min. */
export const PROVEN_RECORDINGS: readonly Recording[] = [
  provenBy('minutes', '.*_30m'),
  {
    record: 'process:ephemeral_port_leak:ended',
    expr: `${STUCK_NOW} < 0.9 * max without (by) (last_over_time(${PROVEN}[1d]))`,
    why: 'Let go, or restarted. Asked as a positive sign, since absence may be an outage of the exporter.',
  },
];

/** The same for proofs that need hours; every 30 min. */
export const PROVEN_HOURS: Recording = provenBy('hours', 'stuck_4h|held_12h');

interface StuckProof {
  readonly of: string;
  readonly span: string;
  readonly hours: number;
  /** Hours that the process must have run. */
  readonly minAge: number;
  readonly letGo: string;
  /** Let go over the growth; a third is a quarter of what became stuck. The hour that is counted may begin before the half hour of growth. */
  readonly letGoShare: number;
}

function stuckEvidence({ of, span, hours, minAge, letGo, letGoShare }: StuckProof): Recording {
  const ofProof = `{of="${of}",span="${span}"}`;
  const steady = `${STEADY}${ofProof}`;
  const isFast = span === '30m';
  // What a group lets go says nothing of its largest member when there are others.
  const exempt =
    of === 'largest' ? `unless on (${OWNER}) last_over_time(process:ephemeral_port_members:several[21m])` : '';
  return {
    record: RECORDING.leakEvidence,
    labels: { evidence: `${of === 'largest' ? 'largest' : 'stuck'}_${span}`, class: 'held' },
    expr: promql(`
      max without (of, span) (
        (${steady} / (${hours} * 3600) > on (${POOL}) group_left () ephemeral_port_capacity / (30 * 86400))
        and on (${TCP_OWNER}) last_over_time(${NOVEL}${ofProof}[${isFast ? '11m' : '31m'}])
        unless on (${TCP_OWNER}) (
          max without (of, span) (${steady}) < on (${TCP_OWNER}) ${letGo} / ${letGoShare} ${exempt})
        unless on (${OWNER}) (${YOUNG} < ${minAge} * 3600)
        and on (${HOST}) last_over_time(instance:ephemeral_port_history:ready[10m]))`),
    why: `Stuck ports grow so that the range is empty in 30 days, steadily, by more than 20 beyond the week's levels, by a process older than ${minAge} h that lets go of less than a quarter.`,
  };
}

/** Proof from daily floors; every 6 h. */
export function floorEvidence(knobs: Knobs): Recording[] {
  if (knobs['floor-tier'] === 'off') return [];
  const ago = (days: number): string => `(last_over_time(${RISE_1D}[7h] offset ${days}d))`;
  const near = (days: number, low: number, high: number): string =>
    `and (${RISE_1D} > ${low} * ${ago(days)}) and (${RISE_1D} < ${high} * ${ago(days)})`;
  return [
    {
      record: RECORDING.leakEvidence,
      labels: { evidence: 'floor_4d' },
      expr: promql(`(${RISE_1D} ${near(1, 0.5, 2)} ${near(2, 0.33, 3)} ${near(3, 0.33, 3)}) / (1 * 86400)`),
      why: 'The lowest hour of the day rose four days in a row by comparable amounts.',
    },
  ];
}

/** The leaks that are proven now; every 5 min, after the proofs. */
export const LEAK_RATE: Recording = {
  record: RECORDING.leakRate,
  expr: promql(`
    max without (evidence, class) (
      (
        last_over_time(${RECORDING.leakEvidence}{${HELD_PROOF}}[1d])
        unless on (${TCP_OWNER}) last_over_time(process:ephemeral_port_leak:ended[11m])
        unless on (${TCP_OWNER}) (
          last_over_time(process:ephemeral_port_leak:ended[1d])
          unless on (${TCP_OWNER}) last_over_time(${RECORDING.leakEvidence}[31m]))
      )
      or last_over_time(${RECORDING.leakEvidence}{class!="held",evidence!="floor_4d"}[40m])
      or last_over_time(${RECORDING.leakEvidence}{evidence="floor_4d"}[370m])
    )
    unless on (${OWNER}) (${YOUNG} < 1 * 3600) ${UNLESS_MUTED}`),
  why: 'A proof on held ports stands for a day or until the ports come back: the half-hour proof ends after two hours, the twelve-hour proof comes later, and one leak must stay one ticket. What was let go within the day needs a new proof, and a process that has just started has let go of all.',
};

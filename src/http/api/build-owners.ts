import {
  GROWTH_WINDOW_MS,
  type GroupGrowth,
  growthOfGroup,
  sumCounts,
  TAKEN_COUNTS,
  thinOut,
} from '../../analysis/group-growth.ts';
import { findLeaks, type GrowingGroup, type Leak, timeLeftMs } from '../../analysis/leaks.ts';
import type { LedgerView } from '../../model/ledger-view.ts';
import type { GroupReport, PortsByState, Report } from '../../model/report.ts';
import type { OwnerAnswer } from './owner-schema.ts';

const SPARKLINE_MS = 24 * 3_600_000;
const SPARKLINE_POINTS = 60;

/** The groups of a report with how they grow, and the lines of their last day. */
export interface OwnerFacts {
  readonly groups: readonly GrowingGroup[];
  /** One for each group. */
  readonly sparklines: readonly (readonly number[])[];
}

/** Reads the histories of all groups of a report; only while the ledger is settled. */
export function readOwnerFacts(report: Report, ledger: LedgerView): OwnerFacts {
  const { takenAtMs } = report;
  const facts = report.groups.map((group) => {
    const hour = ledger.history(group, '1m', takenAtMs - GROWTH_WINDOW_MS);
    const day = ledger.history(group, '5m', takenAtMs - SPARKLINE_MS);
    const line = day === undefined ? undefined : sumCounts(day, TAKEN_COUNTS);
    return {
      growth: hour === undefined ? {} : growthOfGroup(hour, takenAtMs),
      sparkline: line === undefined ? [] : thinOut(line, SPARKLINE_POINTS),
    };
  });
  return {
    groups: report.groups.map((group, index) => ({ group, growth: facts[index]?.growth ?? {} })),
    sparklines: facts.map(({ sparkline }) => sparkline),
  };
}

/** Rows of the table of owners, the most dangerous first; groups that hold nothing are left out. */
export function buildOwners(report: Report, { groups, sparklines }: OwnerFacts, details: boolean): OwnerAnswer[] {
  const leaks = findLeaks(groups);
  const rows = groups.map(({ group, growth }, index) => {
    const own = leaks.filter((leak) => leak.group === group);
    return {
      pace: own.reduce((sum, leak) => sum + leak.perMinute, 0),
      owner: ownerRow(report, group, growth, own, sparklines[index] ?? [], details),
    };
  });
  rows.sort(
    (one, other) => other.pace - one.pace || other.owner.stuck - one.owner.stuck || other.owner.ports - one.owner.ports,
  );
  return rows.map(({ owner }) => owner).filter(isWorthARow);
}

function isWorthARow({ ports, kind, isLeaking, sparkline }: OwnerAnswer): boolean {
  return ports > 0 || isLeaking || (kind === 'named' && sparkline.some((count) => count > 0));
}

function ownerRow(
  report: Report,
  group: GroupReport,
  growth: GroupGrowth,
  leaks: readonly Leak[],
  sparkline: readonly number[],
  details: boolean,
): OwnerAnswer {
  const since = growth.taken?.sinceMs ?? growth.udp?.sinceMs;
  const left = leaks.map((leak) => leftOf(report, leak)).filter((ms) => ms !== undefined);
  return {
    kind: group.kind,
    netns: group.netns,
    process: group.process,
    unit: group.unit,
    tcp: group.ports.tcp,
    udp: group.ports.udp,
    ports: sum(group.ports.tcp) + sum(group.ports.udp),
    stuck: group.stuck.ports,
    largestStuck: group.stuck.largest,
    stuckRemotes: group.stuck.remotes.map(({ remote, ...rest }) => (details ? { remote, ...rest } : rest)),
    isLeaking: leaks.length > 0,
    ...(leaks.length > 0 && { leakPortsPerMinute: round(leaks.reduce((pace, leak) => pace + leak.perMinute, 0)) }),
    ...(growth.taken && { portsPerMinute: round(growth.taken.perMinute) }),
    ...(growth.held && { heldPortsPerMinute: round(growth.held.perMinute) }),
    ...(growth.udp && { udpPortsPerMinute: round(growth.udp.perMinute) }),
    ...(since !== undefined && { growthSinceMs: Math.round(since) }),
    ...(left.length > 0 && { timeLeftMs: Math.min(...left) }),
    ...(group.oldestHeldMs > 0 && { oldestHeldMs: group.oldestHeldMs }),
    ...(group.startMs > 0 && { startMs: Math.round(group.startMs) }),
    ...(group.executableChangeMs > 0 && { executableChangeMs: Math.round(group.executableChangeMs) }),
    members: group.members,
    ...(group.handles >= 0 && { handles: group.handles }),
    ...(group.mutedReason !== '' && { mutedReason: group.mutedReason }),
    linkLocal: group.linkLocal,
    sparkline,
  };
}

function leftOf({ pools }: Report, leak: Leak): number | undefined {
  const pool = pools.find(({ netns, protocol }) => netns === leak.group.netns && protocol === leak.protocol);
  const left = pool === undefined ? undefined : timeLeftMs(pool, [leak]);
  return left === undefined ? undefined : Math.round(left);
}

/** Three digits are more than a slope of an hour is worth. */
function round(perMinute: number): number {
  return Math.round(perMinute * 1000) / 1000 + 0;
}

function sum(ports: PortsByState): number {
  return Object.values(ports).reduce((total, count) => total + count, 0);
}

import { findLeaks, timeLeftMs } from '../../analysis/leaks.ts';
import { judge } from '../../analysis/verdict.ts';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import type { LedgerView } from '../../model/ledger-view.ts';
import type { Problem } from '../../model/problem.ts';
import type { PoolReport, Report } from '../../model/report.ts';
import type { ExporterFacts } from '../exporter-view.ts';
import { buildOwners, type OwnerFacts, readOwnerFacts } from './build-owners.ts';
import type { OwnersAnswer, PoolAnswer, ProblemAnswer, StatusAnswer } from './status-schema.ts';

const NO_FACTS: OwnerFacts = { groups: [], sparklines: [] };

/** The whole status; only while the ledger is settled. A report without a good sample (`takenAtMs` 0) says no time. */
export function buildStatus(
  report: Report | undefined,
  ledger: LedgerView,
  { version, revision, startedAtMs }: ExporterFacts,
  details: boolean,
): StatusAnswer {
  const facts = report === undefined ? NO_FACTS : readOwnerFacts(report, ledger);
  const leaks = findLeaks(facts.groups);
  return {
    exporter: { version, revision, startedAtMs: Math.round(startedAtMs) },
    details,
    ...timeOf(report),
    ...(report && report.ledgerStartMs > 0 && { ledgerStartMs: Math.round(report.ledgerStartMs) }),
    verdict: judge({ report, groups: facts.groups, showRemotes: details }),
    ranges: report?.ranges ?? [],
    pools: (report?.pools ?? []).map((pool) => poolAnswer(pool, timeLeftMs(pool, leaks), details)),
    probes: report?.probes ?? [],
    owners: report === undefined ? [] : buildOwners(report, facts, details),
    foldedGroups: report?.foldedGroups ?? 0,
    unattributed: (report?.unattributed ?? []).filter(({ ports }) => ports > 0),
    ...(report && report.timeWaitSeconds > 0 && { timeWaitSeconds: report.timeWaitSeconds }),
    ...(report && report.tcpTwReuse >= 0 && { tcpTwReuse: report.tcpTwReuse }),
    sources: report?.sources ?? [],
    pieces: report?.pieces ?? [],
    problems: (report?.problems ?? []).map((problem) => problemAnswer(problem, details)),
  };
}

/** The table of owners alone; only while the ledger is settled. */
export function buildOwnersAnswer(report: Report | undefined, ledger: LedgerView, details: boolean): OwnersAnswer {
  const owners = report === undefined ? [] : buildOwners(report, readOwnerFacts(report, ledger), details);
  return { details, ...timeOf(report), owners };
}

function timeOf(report: Report | undefined): { takenAtMs?: number } {
  return report === undefined || report.takenAtMs === 0 ? {} : { takenAtMs: Math.round(report.takenAtMs) };
}

function poolAnswer(
  { netns, protocol, capacity, used, states, headroom, destinations }: PoolReport,
  leftMs: number | undefined,
  details: boolean,
): PoolAnswer {
  return {
    netns,
    protocol,
    capacity,
    used,
    states,
    ...(headroom && { headroom }),
    destinations: destinations.map(({ remote, ...rest }) => (details ? { remote, ...rest } : rest)),
    ...(leftMs !== undefined && { timeLeftMs: Math.round(leftMs) }),
  };
}

/** Messages may name paths of this host. */
function problemAnswer({ piece, code, message }: Problem, details: boolean): ProblemAnswer {
  const meaning = Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as ErrorCode] : code;
  return { piece, code, meaning, ...(details && { message }) };
}

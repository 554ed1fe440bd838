import {
  type GroupKey,
  HISTORY_COUNTS,
  type HistoryCount,
  type HistoryStep,
  type LedgerView,
} from '../../model/ledger-view.ts';
import type { HistoryAnswer } from './ports-schema.ts';

const HOUR_MS = 3_600_000;
const FINE_HOURS = 24;
const STEP_SECONDS: Readonly<Record<HistoryStep, number>> = { '1m': 60, '5m': 300 };

export interface HistoryQuery {
  readonly hours: number;
  /** Empty: all. */
  readonly states: readonly HistoryCount[];
}

/** The ring that holds so many hours at the finest step. */
export function stepFor(hours: number): HistoryStep {
  return hours <= FINE_HOURS ? '1m' : '5m';
}

/** The history of one group until `nowMs`; undefined when it has none. Only while the ledger is settled. */
export function buildHistory(
  ledger: LedgerView,
  group: GroupKey,
  { hours, states }: HistoryQuery,
  nowMs: number,
): HistoryAnswer | undefined {
  const step = stepFor(hours);
  const history = ledger.history(group, step, nowMs - hours * HOUR_MS);
  if (history === undefined) return undefined;
  const { timesMs, ports, changes } = history;
  const wanted = HISTORY_COUNTS.filter((state) => states.length === 0 || states.includes(state));
  const columns = wanted.flatMap((state) => {
    const column = ports[state];
    return column === undefined ? [] : [[state, Array.from(column)] as const];
  });
  return {
    ...group,
    stepSeconds: STEP_SECONDS[step],
    timesMs: Array.from(timesMs, Math.round),
    ports: Object.fromEntries(columns),
    changes: changes.map(({ kind, atMs, seenMs }) => ({ kind, atMs: Math.round(atMs), seenMs: Math.round(seenMs) })),
  };
}

import { historySince } from '../../src/analysis/group-growth.ts';
import type { GroupHistory, GroupKey, LedgerView } from '../../src/model/ledger-view.ts';

/** A ledger that remembers what a test says. */
export function createFakeLedger(changes: Partial<LedgerView> = {}): LedgerView {
  return {
    attributed: () => undefined,
    historyGroups: () => [],
    history: () => undefined,
    lifeLine: () => [],
    ...changes,
  };
}

/** One point a minute until `endMs`, of the bound ports of a group. */
export function boundHistory(bound: readonly number[], endMs: number): GroupHistory {
  return {
    timesMs: bound.map((_, index) => endMs - (bound.length - 1 - index) * 60_000),
    ports: { bound, close_wait: bound.map(() => 0), established: bound.map(() => 0) },
    changes: [],
  };
}

/** A ledger with one history for every group that a test names. */
export function ledgerWithHistory(histories: ReadonlyMap<string, GroupHistory>): Partial<LedgerView> {
  const keyOf = ({ netns, process, unit }: GroupKey): string => JSON.stringify([netns, process, unit]);
  return {
    historyGroups: () =>
      [...histories.keys()].map((key) => {
        const [netns, process, unit] = JSON.parse(key) as [string, string, string];
        return { netns, process, unit };
      }),
    history: (group, _step, fromMs) => {
      const history = histories.get(keyOf(group));
      return history && historySince(history, fromMs);
    },
  };
}

import { historyColumns } from '../ledger/history-columns.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { historyGroups, lifeLineOf } from '../ledger/views.ts';
import type { Attributed } from '../model/attributed.ts';
import type { LedgerView } from '../model/ledger-view.ts';

/** The ledger as pages and commands ask it; `attributed` is what its last reduce gave. */
export function createLedgerView(ledger: Ledger, attributed: () => Attributed | undefined): LedgerView {
  return {
    attributed,
    historyGroups: () => historyGroups(ledger.state.history),
    history: (group, step, fromMs) => historyColumns(ledger.state.history, group, step === '1m' ? 0 : 1, fromMs),
    lifeLine(netns, protocol, port) {
      const last = attributed()?.sample;
      if (last === undefined) return [];
      const epochMs = last.takenAtMs - last.bootMs;
      return lifeLineOf(ledger.state, netns, protocol, port).map((span) => ({
        ...span,
        fromMs: epochMs + span.fromMs,
        toMs: span.toMs === undefined ? undefined : epochMs + span.toMs,
      }));
    },
  };
}

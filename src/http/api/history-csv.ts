import type { GroupHistory, GroupKey, LedgerView } from '../../model/ledger-view.ts';
import { stepFor } from './build-history.ts';
import { CSV_SEPARATOR, type CsvDecimal, csvCell, csvLine, csvNumber } from './csv.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export interface HistoryCsvOptions {
  /** Runs work while the ledger is settled. */
  readonly ledger: <T>(work: (ledger: LedgerView) => T) => Promise<T>;
  readonly hours: number;
  /** Label of the groups wanted; absent: all. */
  readonly process?: string;
  readonly decimal: CsvDecimal;
  readonly nowMs: number;
}

/** The columns of the file; a contract with people's spreadsheets. */
export const HISTORY_CSV_COLUMNS = ['timestamp', 'process', 'bound', 'ports/min', 'unit', 'netns'] as const;

/** Bound ports over time, group after group, a piece for each group: no piece takes the main thread for long. */
export async function* historyCsv(options: HistoryCsvOptions): AsyncGenerator<string> {
  const { ledger, hours, process, decimal, nowMs } = options;
  yield csvLine(HISTORY_CSV_COLUMNS, decimal);
  const groups = await ledger((view) => view.historyGroups());
  for (const group of groups) {
    if (process !== undefined && group.process !== process) continue;
    const lines = await ledger((view) => {
      const history = view.history(group, stepFor(hours), nowMs - hours * HOUR_MS);
      return history === undefined ? '' : linesOf(group, history, decimal);
    });
    if (lines !== '') yield lines;
  }
}

function linesOf({ process, unit, netns }: GroupKey, { timesMs, ports }: GroupHistory, decimal: CsvDecimal): string {
  const bound = ports.bound;
  if (bound === undefined) return '';
  const separator = CSV_SEPARATOR[decimal];
  // Names are made harmless once: a piece may have thousands of lines.
  const [name, rest] = [csvCell(process), [csvCell(unit), csvCell(netns)].join(separator)];
  let lines = '';
  for (let index = 0; index < timesMs.length; index++) {
    const time = spreadsheetTime(timesMs[index] as number);
    const perMinute = pace(timesMs, bound, index);
    const paceCell = perMinute === undefined ? '' : csvNumber(perMinute, decimal);
    lines += `${[`"${time}"`, name, bound[index], paceCell, rest].join(separator)}\r\n`;
  }
  return lines;
}

/** Ports a minute since the line before; undefined on the first. */
function pace(timesMs: ArrayLike<number>, bound: ArrayLike<number>, index: number): number | undefined {
  if (index === 0) return undefined;
  const minutes = ((timesMs[index] as number) - (timesMs[index - 1] as number)) / MINUTE_MS;
  const change = (bound[index] as number) - (bound[index - 1] as number);
  return minutes > 0 ? Math.round((change / minutes) * 1000) / 1000 : undefined;
}

/** UTC in the form that spreadsheets of every language take for a date. */
function spreadsheetTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

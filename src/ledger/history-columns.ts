import type { GroupHistory, GroupKey, HistoryCount } from '../model/ledger-view.ts';
import { HISTORY_GRIDS, type History } from './history.ts';
import type { HistoryRing } from './history-ring.ts';

/**
 * The past of a group on one grid from `fromMs` (unix ms) on, as columns of equal length; undefined when it has none. A curve
 * begins with the first port in its state: where another has a point and it has none, there was no such port.
 */
export function historyColumns(
  { groups }: History,
  { netns, process, unit }: GroupKey,
  grid: 0 | 1,
  fromMs: number,
): GroupHistory | undefined {
  const history = groups.get(JSON.stringify([netns, process, unit]));
  if (history === undefined) return undefined;
  const { stepMs, steps } = HISTORY_GRIDS[grid];
  const curves = history.series.flatMap((series) => {
    const ring = series?.rings[grid];
    if (series === undefined || ring === undefined) return [];
    const count: HistoryCount = series.protocol === 'udp' || series.state === 'unconnected' ? 'udp' : series.state;
    return [{ count, ring }];
  });
  const last = Math.max(-1, ...curves.map(({ ring }) => ring.last));
  const first = Math.max(0, last - steps + 1, Math.ceil(fromMs / stepMs) - 1);
  const present = recordedSteps(curves, first, last);
  const ports: Partial<Record<HistoryCount, Float64Array>> = {};
  for (const { count, ring } of curves) {
    const column = ports[count] ?? new Float64Array(present.length);
    ports[count] = column;
    present.forEach((step, index) => {
      column[index] = (column[index] as number) + (ring.at(step) ?? 0);
    });
  }
  return {
    // A count is of the end of its step; of the present one, which has not ended, of the last sample.
    timesMs: Float64Array.from(present, (step) => Math.min((step + 1) * stepMs, history.lastRecordedMs)),
    ports,
    changes: history.marks
      .filter(({ seenMs }) => seenMs >= fromMs)
      .map(({ what, atMs, seenMs }) => ({ kind: what, atMs, seenMs })),
  };
}

/** The steps that any of the curves has a value for. */
function recordedSteps(curves: readonly { readonly ring: HistoryRing }[], first: number, last: number): number[] {
  const present: number[] = [];
  for (let step = first; step <= last; step++) {
    if (curves.some(({ ring }) => ring.at(step) !== undefined)) present.push(step);
  }
  return present;
}

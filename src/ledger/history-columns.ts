import type { GroupHistory, GroupKey, HistoryCount } from '../model/ledger-view.ts';
import { HISTORY_GRIDS, type History } from './history.ts';

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
  const length = Math.max(0, last - first + 1);
  const present = new Uint8Array(length);
  const ports: Partial<Record<HistoryCount, Float64Array>> = {};
  for (const { count, ring } of curves) {
    const column = ports[count] ?? new Float64Array(length);
    ports[count] = column;
    ring.addTo(column, present, first);
  }
  // A count is of the end of its step; of the present one, which has not ended, of the last sample.
  const timesMs = new Float64Array(length);
  for (let index = 0; index < length; index++) {
    timesMs[index] = Math.min((first + index + 1) * stepMs, history.lastRecordedMs);
  }
  const changes = history.marks
    .filter(({ seenMs }) => seenMs >= fromMs)
    .map(({ what, atMs, seenMs }) => ({ kind: what, atMs, seenMs }));
  return { ...withoutGaps(timesMs, ports, present), changes };
}

type Columns = Pick<GroupHistory, 'timesMs'> & { readonly ports: Partial<Record<HistoryCount, Float64Array>> };

/** The columns without the moments that nothing was recorded at. */
function withoutGaps(timesMs: Float64Array, ports: Columns['ports'], present: Uint8Array): Columns {
  if (!present.includes(0)) return { timesMs, ports };
  const pick = (column: Float64Array): Float64Array => column.filter((_, index) => present[index] === 1);
  const picked = Object.entries(ports).map(([count, column]) => [count, pick(column)] as const);
  return { timesMs: pick(timesMs), ports: Object.fromEntries(picked) };
}

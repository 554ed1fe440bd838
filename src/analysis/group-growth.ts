import type { GroupHistory, HistoryCount } from '../model/ledger-view.ts';
import { type Growth, measureGrowth } from './growth.ts';

/** Growth is told of the last hour: long enough for one port every few minutes, short enough to follow a restart. */
export const GROWTH_WINDOW_MS = 3_600_000;

/** States that load does not explain: nobody needs a port in them for long. */
export const HELD_COUNTS: readonly HistoryCount[] = ['bound', 'close_wait'];

/** All but TIME_WAIT, whose ports come back by themselves. */
export const TAKEN_COUNTS: readonly HistoryCount[] = ['listen', 'established', 'transient', 'close_wait', 'bound'];

/** How the ports of a group grow; absent where the history is too young or a group has no such ports. */
export interface GroupGrowth {
  /** TCP ports in any state but TIME_WAIT. */
  readonly taken?: Growth;
  /** TCP ports bound or in close_wait. */
  readonly held?: Growth;
  /** The same over the later half of that time: whether it still goes on, and the pace of what began within the window. */
  readonly heldLately?: Growth;
  readonly udp?: Growth;
}

/** Sums of the given counts at each point of a history; undefined when none of them could be seen. */
export function sumCounts({ timesMs, ports }: GroupHistory, counts: readonly HistoryCount[]): Float64Array | undefined {
  const columns = counts.map((count) => ports[count]).filter((column) => column !== undefined);
  if (columns.length === 0) return undefined;
  const sums = new Float64Array(timesMs.length);
  for (const column of columns) {
    for (let index = 0; index < sums.length; index++) {
      sums[index] = (sums[index] as number) + (column[index] as number);
    }
  }
  return sums;
}

/** Growth over the last hour before `nowMs` (less when the history is younger). */
export function growthOfGroup(history: GroupHistory, nowMs: number): GroupGrowth {
  const hour = historySince(history, nowMs - GROWTH_WINDOW_MS);
  // Of a young history the later half as well: it may have begun before its growth did.
  const lately = historySince(hour, nowMs - (nowMs - (hour.timesMs[0] ?? nowMs)) / 2);
  const grow = (part: GroupHistory, counts: readonly HistoryCount[]): Growth | undefined => {
    const values = sumCounts(part, counts);
    return values === undefined ? undefined : measureGrowth(part.timesMs, values);
  };
  const taken = grow(hour, TAKEN_COUNTS);
  const held = grow(hour, HELD_COUNTS);
  const heldLately = grow(lately, HELD_COUNTS);
  const udp = grow(hour, ['udp']);
  return { ...(taken && { taken }), ...(held && { held }), ...(heldLately && { heldLately }), ...(udp && { udp }) };
}

/** The part of a history from `fromMs` on. */
export function historySince({ timesMs, ports, changes }: GroupHistory, fromMs: number): GroupHistory {
  let first = 0;
  while (first < timesMs.length && (timesMs[first] as number) < fromMs) first++;
  if (first === 0 && changes.length === 0) return { timesMs, ports, changes };
  const cut = (column: ArrayLike<number>): ArrayLike<number> =>
    column instanceof Float64Array ? column.subarray(first) : Array.from(column).slice(first);
  return {
    timesMs: cut(timesMs),
    ports: Object.fromEntries(Object.entries(ports).map(([count, column]) => [count, cut(column)])),
    changes: changes.filter(({ seenMs }) => seenMs >= fromMs),
  };
}

/** At most `most` of the values, evenly spread, the last always among them. */
export function thinOut(values: ArrayLike<number>, most: number): number[] {
  const step = Math.max(1, Math.ceil(values.length / most));
  const thin: number[] = [];
  for (let index = (values.length - 1) % step; index < values.length; index += step) thin.push(values[index] as number);
  return thin;
}

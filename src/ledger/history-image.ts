import type { OwnerGroupKind } from '../model/attributed.ts';
import { type ChangeMark, type GroupHistory, HISTORY_GRIDS, type History } from './history.ts';
import type { Image } from './ledger-image.ts';

interface ImageGroup {
  readonly kind: OwnerGroupKind;
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
  readonly marks: readonly ChangeMark[];
  readonly startMs: number;
  readonly executableChangeMs: number;
  readonly lastRecordedMs: number;
}

export interface HistoryHead {
  readonly groups: readonly ImageGroup[];
  /** Curves in the order of the columns: group (index), column of the group, grid, number of points. */
  readonly curves: readonly (readonly [group: number, column: number, grid: number, points: number])[];
}

/** The whole history: columns `step` and `value`, the points of one curve after those of another. */
export type HistoryImage = Image<HistoryHead>;

/** Points that are younger than the last whole image: group (by its labels), column, grid, steps and values in turn. */
export type RecentHistory = readonly (readonly [
  ImageGroup,
  readonly (readonly [number, number, readonly number[]])[],
])[];

/** An image of the whole history. */
export function imageOfHistory(history: History): HistoryImage {
  const groups = [...history.groups.values()];
  const curves: [number, number, number, number][] = [];
  const steps: number[] = [];
  const values: number[] = [];
  groups.forEach((group, index) => {
    for (const [column, grid, points] of curvesOf(group, 0)) {
      curves.push([index, column, grid, points.length / 2]);
      for (let at = 0; at < points.length; at += 2) {
        steps.push(points[at] as number);
        values.push(points[at + 1] as number);
      }
    }
  });
  return {
    head: { groups: groups.map(describe), curves },
    columns: { step: Uint32Array.from(steps), value: Uint16Array.from(values) },
  };
}

/** The points since `sinceMs`, unix ms. */
export function recentHistory(history: History, sinceMs: number): RecentHistory {
  return [...history.groups.values()].map((group) => [describe(group), curvesOf(group, sinceMs)] as const);
}

/** Puts a whole image back into an empty history. */
export function restoreHistory(history: History, { head, columns }: HistoryImage): void {
  const groups = head.groups.map((group) => history.restoreGroup(group));
  const { step, value } = columns;
  let at = 0;
  for (const [index, column, grid, points] of head.curves) {
    const group = groups[index];
    for (const end = at + points; at < end; at++) {
      if (group !== undefined) history.restorePoint(group, column, grid, step?.[at] ?? 0, value?.[at] ?? 0);
    }
  }
}

/** Puts the younger points on top of the whole image. */
export function restoreRecentHistory(history: History, recent: RecentHistory): void {
  for (const [image, curves] of recent) {
    const group = history.restoreGroup(image);
    for (const [column, grid, points] of curves) {
      for (let at = 0; at + 1 < points.length; at += 2) {
        history.restorePoint(group, column, grid, points[at] as number, points[at + 1] as number);
      }
    }
  }
}

function describe(group: GroupHistory): ImageGroup {
  const { kind, netns, process, unit, marks, startMs, executableChangeMs, lastRecordedMs } = group;
  return { kind, netns, process, unit, marks, startMs, executableChangeMs, lastRecordedMs };
}

function curvesOf(group: GroupHistory, sinceMs: number): [column: number, grid: number, points: number[]][] {
  return group.series.flatMap((series, column) =>
    HISTORY_GRIDS.flatMap(({ stepMs }, grid): [number, number, number[]][] => {
      const points = [...(series?.rings[grid]?.points(Math.floor(sinceMs / stepMs)) ?? [])].flat();
      return points.length === 0 ? [] : [[column, grid, points]];
    }),
  );
}

import type { OwnerGroupKind } from '../model/attributed.ts';
import { type ChangeMark, type GroupHistory, HISTORY_GRIDS, type History } from './history.ts';
import type { HistoryRing } from './history-ring.ts';
import type { Image } from './image.ts';

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
  /** Rings in the order of their values: group (index), column of the group, grid, step recorded last. */
  readonly curves: readonly (readonly [group: number, column: number, grid: number, last: number])[];
}

/** The whole history: column `values`, one ring after the other. */
export type HistoryImage = Image<HistoryHead>;

/** Points that are younger than the last whole image: group (by its labels), column, grid, steps and values in turn. */
export type RecentHistory = readonly (readonly [
  ImageGroup,
  readonly (readonly [number, number, readonly number[]])[],
])[];

/** An image of the whole history. */
export function imageOfHistory(history: History): HistoryImage {
  const groups = [...history.groups.values()];
  const rings = groups.flatMap((group, index) => ringsOf(group).map((ring) => [index, ...ring] as const));
  const values = new Uint16Array(rings.reduce((length, [, , , ring]) => length + ring.values.length, 0));
  let at = 0;
  for (const [, , , ring] of rings) {
    values.set(ring.values, at);
    at += ring.values.length;
  }
  const curves = rings.map(([group, column, grid, ring]) => [group, column, grid, ring.last] as const);
  return { head: { groups: groups.map(describe), curves }, columns: { values } };
}

/** The points since `sinceMs`, unix ms. */
export function recentHistory(history: History, sinceMs: number): RecentHistory {
  return [...history.groups.values()].map((group) => [describe(group), curvesOf(group, sinceMs)] as const);
}

/** Puts a whole image back into an empty history. */
export function restoreHistory(history: History, { head, columns }: HistoryImage): void {
  const groups = head.groups.map((group) => history.restoreGroup(group));
  let at = 0;
  for (const [index, column, grid, last] of head.curves) {
    const length = HISTORY_GRIDS[grid]?.steps ?? 0;
    const group = groups[index];
    const ring = group === undefined ? undefined : history.restoreRing(group, column, grid);
    if (ring !== undefined) {
      ring.values.set(columns['values']?.subarray(at, at + length) ?? []);
      ring.last = last;
    }
    at += length;
  }
}

/** Puts the younger points on top of the whole image. */
export function restoreRecentHistory(history: History, recent: RecentHistory): void {
  for (const [image, curves] of recent) {
    const group = history.restoreGroup(image);
    for (const [column, grid, points] of curves) {
      const ring = history.restoreRing(group, column, grid);
      for (let at = 0; at + 1 < points.length; at += 2) {
        ring?.record(points[at] as number, points[at + 1] as number);
      }
    }
  }
}

function describe(group: GroupHistory): ImageGroup {
  const { kind, netns, process, unit, marks, startMs, executableChangeMs, lastRecordedMs } = group;
  return { kind, netns, process, unit, marks, startMs, executableChangeMs, lastRecordedMs };
}

function ringsOf(group: GroupHistory): (readonly [column: number, grid: number, ring: HistoryRing])[] {
  return group.series.flatMap((series, column) =>
    (series?.rings ?? []).map((ring, grid) => [column, grid, ring] as const),
  );
}

function curvesOf(group: GroupHistory, sinceMs: number): [column: number, grid: number, points: number[]][] {
  return ringsOf(group).flatMap(([column, grid, ring]): [number, number, number[]][] => {
    const stepMs = HISTORY_GRIDS[grid]?.stepMs ?? 1;
    const points = [...ring.points(Math.floor(sinceMs / stepMs))].flat();
    return points.length === 0 ? [] : [[column, grid, points]];
  });
}

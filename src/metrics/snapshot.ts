import { FAMILY_KEYS, type FamilyKey, familyOf, type LabelsOf } from './families.ts';
import type { Family } from './family.ts';

export interface MetricSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricFamily {
  readonly key: FamilyKey;
  readonly family: Family;
  /** At least one; label sets are distinct. */
  readonly series: readonly MetricSeries[];
}

/** What one scrape says: families with at least one series, in the order of the table. */
export type MetricSnapshot = readonly MetricFamily[];

/** Adds one series; what is not known (undefined, NaN) is left out. */
export type AddSeries = <K extends FamilyKey>(key: K, labels: LabelsOf<K>, value: number | undefined) => void;

/** Series by family while a snapshot is made. */
export type SeriesByFamily = Map<FamilyKey, MetricSeries[]>;

/** {@link AddSeries} into `target`. */
export function seriesAdder(target: SeriesByFamily): AddSeries {
  return (key, labels, value) => {
    if (value === undefined || Number.isNaN(value)) return;
    const series = target.get(key);
    if (series === undefined) target.set(key, [{ labels, value }]);
    else series.push({ labels, value });
  };
}

/** The families of `series` that are not empty, in the order of the table. */
export function toSnapshot(series: SeriesByFamily): MetricSnapshot {
  return FAMILY_KEYS.flatMap((key) => {
    const own = series.get(key);
    return own === undefined || own.length === 0 ? [] : [{ key, family: familyOf(key), series: own }];
  });
}

export function countSeries(snapshot: MetricSnapshot): number {
  return snapshot.reduce((count, family) => count + family.series.length, 0);
}

import type { FamilyKey } from '../../src/metrics/families.ts';
import { metricsFromReport } from '../../src/metrics/from-report.ts';
import { RemoteNames } from '../../src/metrics/remote-names.ts';
import type { MetricSeries, MetricSnapshot } from '../../src/metrics/snapshot.ts';
import type { Report } from '../../src/model/report.ts';
import { FACTS } from './full-report.ts';

/** The series of one family; empty when the snapshot has none. */
export function seriesOf(snapshot: MetricSnapshot, key: FamilyKey): readonly MetricSeries[] {
  return snapshot.find((family) => family.key === key)?.series ?? [];
}

/** Value of the one series of a family that has the given labels; undefined when there is none, throws when there are more. */
export function metricValue(
  snapshot: MetricSnapshot,
  key: FamilyKey,
  labels: Record<string, string> = {},
): number | undefined {
  const found = seriesOf(snapshot, key).filter((series) =>
    Object.entries(labels).every(([name, value]) => series.labels[name] === value),
  );
  if (found.length > 1) throw new Error(`${found.length} series of ${key} match`);
  return found[0]?.value;
}

/** The snapshot of a first scrape. */
export function snapshotOf(report: Report | undefined, privacyRemotes: 'full' | 'class' = 'full'): MetricSnapshot {
  return metricsFromReport(report, FACTS, { processLimit: 50, privacyRemotes, remoteNames: new RemoteNames() });
}

import type { GroupReport, Report } from '../model/report.ts';
import type { ExporterFacts } from './exporter-facts.ts';
import { addExporterSeries, addFacts } from './exporter-series.ts';
import { addHostSeries } from './host-series.ts';
import { labelText } from './label-text.ts';
import { addGroupSeries, type GroupLabels } from './process-series.ts';
import type { RemoteNames } from './remote-names.ts';
import { addDestinations, addStuckRemotes, type RemoteView } from './remote-series.ts';
import { seriesLimit, shedSeries } from './shed-series.ts';
import { type MetricSnapshot, type SeriesByFamily, seriesAdder, toSnapshot } from './snapshot.ts';

export interface MetricOptions {
  /** `--process.limit`: who asks for more names than the default gets room for their series. */
  readonly processLimit: number;
  readonly privacyRemotes: 'full' | 'class';
  /** Kept by the caller from scrape to scrape. */
  readonly remoteNames: RemoteNames;
}

/** The series of one report (absent before the first sample); what is not known has none. */
export function metricsFromReport(
  report: Report | undefined,
  facts: ExporterFacts,
  options: MetricOptions,
): MetricSnapshot {
  const series: SeriesByFamily = new Map();
  const add = seriesAdder(series);
  addFacts(add, facts);
  if (report === undefined) return toSnapshot(series);
  const view: RemoteView = { privacy: options.privacyRemotes, names: options.remoteNames, nowMs: report.bootMs };
  addHostSeries(add, report);
  addDestinations(add, report, view);
  const labels = distinctLabels(report.groups);
  report.groups.forEach((group, index) => {
    const own = labels[index] as GroupLabels;
    addGroupSeries(add, own, group);
    addStuckRemotes(add, own, group, view);
  });
  addExporterSeries(add, report);
  // One place is kept for the family that tells of the loss.
  const { snapshot, dropped } = shedSeries(toSnapshot(series), seriesLimit(options.processLimit) - 1);
  const last: SeriesByFamily = new Map(snapshot.map(({ key, series }) => [key, [...series]]));
  seriesAdder(last)('exporter_dropped_series', {}, dropped);
  return toSnapshot(last);
}

/** Safe label values; made distinct where cleaning made two alike, since a scraper refuses one label set twice. */
function distinctLabels(groups: readonly GroupReport[]): GroupLabels[] {
  const taken = new Set<string>();
  return groups.map((group) => {
    const netns = labelText(group.netns);
    const unit = labelText(group.unit);
    let process = labelText(group.process);
    while (taken.has(JSON.stringify([netns, process, unit]))) process += '_';
    taken.add(JSON.stringify([netns, process, unit]));
    return { netns, process, unit };
  });
}

import type { MetricsRequest } from '../http/exporter-view.ts';
import type { ExporterFacts } from '../metrics/exporter-facts.ts';
import { filterCollectors, isCollector } from '../metrics/filter-collectors.ts';
import { type MetricOptions, metricsFromReport } from '../metrics/from-report.ts';
import { type OwnProcessMetrics, renderMetrics } from '../metrics/registry.ts';
import type { Report } from '../model/report.ts';

export interface RenderOptions {
  readonly metrics: MetricOptions;
  readonly ownProcess: OwnProcessMetrics | undefined;
  readonly facts: () => ExporterFacts;
}

/** What a scrape asks of a report. */
export type RenderRequest = Pick<MetricsRequest, 'format' | 'collect' | 'exclude'>;

const EVERYTHING: RenderRequest = { format: 'text', collect: [], exclude: [] };

/** Text of the metrics of a report; those of our own process are in it unless collectors are chosen. */
export async function renderReport(
  { metrics, ownProcess, facts }: RenderOptions,
  report: Report | undefined,
  { format, collect, exclude }: RenderRequest = EVERYTHING,
): Promise<Buffer> {
  const snapshot = metricsFromReport(report, facts(), metrics);
  const wanted = { collect: collect.filter(isCollector), exclude: exclude.filter(isCollector) };
  const isFiltered = collect.length > 0 || exclude.length > 0;
  return Buffer.from(
    await renderMetrics(filterCollectors(snapshot, wanted), format, isFiltered ? undefined : ownProcess),
  );
}

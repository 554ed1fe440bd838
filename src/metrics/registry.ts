import { collectDefaultMetrics, type Metric, Registry, type RegistryContentType } from 'prom-client';
import type { MetricSnapshot } from './snapshot.ts';

/** Text formats a scraper can ask for. */
export type MetricFormat = 'text' | 'openmetrics';

/** Content type of each format. */
export const CONTENT_TYPE: Readonly<Record<MetricFormat, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/** A family as prom-client serializes it: it reads these four fields of what get() returns, and nothing else. */
interface FinishedMetric {
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram' | 'summary';
  readonly values: readonly { readonly labels: object; readonly value: number; readonly metricName?: string }[];
  /** prom-client cuts `_total` off in place for OpenMetrics. */
  name: string;
}

/** How often prom-client looks at the event loop's delay; its own 10 ms would cost more than a scrape. */
const LOOP_DELAY_RESOLUTION_MS = 100;

/** Metrics of our own Node process (CPU, memory, event loop), kept apart so that `--web.disable-exporter-metrics` can leave them out. */
export interface OwnProcessMetrics {
  /** Values now, without what is not a number yet, and without gauges named like counters (promtool refuses them). */
  read(): Promise<readonly FinishedMetric[]>;
}

/** Starts watching our own process; call it once. */
export function watchOwnProcess(): OwnProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_DELAY_RESOLUTION_MS });
  return {
    async read() {
      const metrics = (await registry.getMetricsAsJSON()) as unknown as FinishedMetric[];
      return metrics
        .filter(({ name, type }) => type === 'counter' || !name.endsWith('_total'))
        .map((metric) => ({ ...metric, values: metric.values.filter(({ value }) => !Number.isNaN(value)) }));
    },
  };
}

/** The text of a finished snapshot, our own process's metrics after it where given. */
export async function renderMetrics(
  snapshot: MetricSnapshot,
  format: MetricFormat,
  ownProcess?: OwnProcessMetrics,
): Promise<string> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(format === 'text' ? Registry.PROMETHEUS_CONTENT_TYPE : Registry.OPENMETRICS_CONTENT_TYPE);
  for (const { family, series } of snapshot) {
    register(registry, { name: family.name, help: family.help, type: family.type, values: series });
  }
  if (ownProcess !== undefined) for (const metric of await ownProcess.read()) register(registry, { ...metric });
  return registry.metrics();
}

/**
 * The cast is prom-client's closed union of metric classes; its own classes lose series whose label values hold `,` and `:`,
 * and would have to be reset between scrapes.
 */
function register(registry: Registry<RegistryContentType>, metric: FinishedMetric): void {
  const served = {
    name: metric.name,
    type: metric.type,
    get: async (): Promise<FinishedMetric> => ({ ...metric, name: served.name }),
  };
  registry.registerMetric(served as unknown as Metric);
}

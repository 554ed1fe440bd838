import { isAlert, type RuleGroup } from '../bundle/alerts/rule.ts';
import { TEXT_NUMBERS } from '../bundle/alerts/text-numbers.ts';
import type { Scrape } from './play-scenario.ts';
import type { PrometheusClient } from './prometheus-server.ts';
import type { SeriesPoints } from './remote-write.ts';

/** The job of every simulated exporter; its instance is the name of the scenario. */
export const JOB = 'ephemeral-port-exporter';
const SCRAPES_PER_WRITE = 120;

interface Pending {
  readonly labels: Readonly<Record<string, string>>;
  timesMs: number[];
  values: number[];
  lastMs: number;
}

/** Names of the metrics that rules and texts read: nothing else is written. */
export function metricsRead(groups: readonly RuleGroup[]): ReadonlySet<string> {
  const texts = groups.flatMap(({ rules }) => rules.flatMap((rule) => (isAlert(rule) ? rule.numbers : [])));
  const exprs = [
    ...groups.flatMap(({ rules }) => rules.map((rule) => rule.expr)),
    ...texts.map((name) => TEXT_NUMBERS[name].expr),
  ];
  return new Set(exprs.flatMap((expr) => expr.match(/\bephemeral_port_[a-z0-9_]+/g) ?? []));
}

/** Writes the scrapes of one host as a Prometheus would store them: `up`, and a stale mark where a series ends. */
export async function ingest(
  server: PrometheusClient,
  instance: string,
  scrapes: Iterable<Scrape>,
  names: ReadonlySet<string>,
): Promise<void> {
  const pending = new Map<string, Pending>();
  let waiting = 0;
  for (const { atMs, snapshot } of scrapes) {
    add(atMs, 'up', {}, snapshot === undefined ? 0 : 1);
    for (const { family, series } of snapshot ?? []) {
      if (!names.has(family.name)) continue;
      for (const { labels, value } of series) add(atMs, family.name, labels, value);
    }
    for (const series of pending.values()) {
      if (series.lastMs === atMs || Number.isNaN(series.lastMs)) continue;
      series.timesMs.push(atMs);
      series.values.push(Number.NaN);
      series.lastMs = Number.NaN;
    }
    waiting++;
    if (waiting >= SCRAPES_PER_WRITE) await flush();
  }
  await flush();

  function add(atMs: number, name: string, labels: Readonly<Record<string, string>>, value: number): void {
    const key = name + JSON.stringify(labels);
    let series = pending.get(key);
    if (series === undefined) {
      series = { labels: { __name__: name, job: JOB, instance, ...labels }, timesMs: [], values: [], lastMs: atMs };
      pending.set(key, series);
    }
    series.timesMs.push(atMs);
    series.values.push(value);
    series.lastMs = atMs;
  }

  async function flush(): Promise<void> {
    const batch: SeriesPoints[] = [];
    for (const series of pending.values()) {
      if (series.timesMs.length === 0) continue;
      batch.push({ labels: withoutEmpty(series.labels), timesMs: series.timesMs, values: series.values });
      series.timesMs = [];
      series.values = [];
    }
    waiting = 0;
    await server.write(batch);
  }
}

/** An empty label is no label to Prometheus. */
export function withoutEmpty(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}

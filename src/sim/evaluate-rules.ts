import { type Alert, isAlert, type Recording, type RuleGroup } from '../bundle/alerts/rule.ts';
import { withoutEmpty } from './ingest.ts';
import { parseMinutes } from './minutes.ts';
import type { PrometheusClient, RangeSeries } from './prometheus-server.ts';
import type { SeriesPoints } from './remote-write.ts';

/** An alert of one label set from firing to resolved; Infinity: still firing at the end. */
export interface Episode {
  readonly alert: Alert;
  readonly labels: Readonly<Record<string, string>>;
  readonly firedMs: number;
  readonly resolvedMs: number;
  /** Of the expression when it began to fire. */
  readonly value: number;
}

interface Scheduled<T> {
  readonly rule: T;
  readonly stepMs: number;
}

/**
 * All rules over a span of time, as Prometheus' own range queries give them at the steps of their groups. A rule comes after
 * those whose recordings it reads; `for` and `keep_firing_for` are applied here (rules/alerting.go of Prometheus 2.42).
 */
export async function evaluateRules(
  server: PrometheusClient,
  groups: readonly RuleGroup[],
  startMs: number,
  endMs: number,
): Promise<Episode[]> {
  const scheduled = groups.flatMap(({ interval, rules }) =>
    rules.map((rule) => ({ rule, stepMs: (parseMinutes(interval) as number) * 60_000 })),
  );
  const recordings = scheduled.filter((item): item is Scheduled<Recording> => !isAlert(item.rule));
  for (const { rule, stepMs } of inOrderOfReading(recordings)) {
    const series = await server.queryRange(rule.expr, startMs, endMs, stepMs);
    await server.write(series.map((one) => recorded(rule, one, stepMs, endMs)));
  }
  const alerts = scheduled.filter((item): item is Scheduled<Alert> => isAlert(item.rule));
  const episodes: Episode[] = [];
  for (const { rule, stepMs } of alerts) {
    const series = await server.queryRange(rule.expr, startMs, endMs, stepMs);
    for (const one of series) episodes.push(...episodesOf(rule, one, stepMs, endMs));
  }
  return episodes.sort((a, b) => a.firedMs - b.firedMs);
}

function inOrderOfReading(rules: readonly Scheduled<Recording>[]): Scheduled<Recording>[] {
  const ordered: Scheduled<Recording>[] = [];
  let rest = [...rules];
  while (rest.length > 0) {
    const unwritten = new Set<string>(rest.map(({ rule }) => rule.record));
    const ready = rest.filter(({ rule }) => !readBy(rule.expr).some((name) => unwritten.has(name)));
    if (ready.length === 0) throw new RangeError(`recordings that read each other: ${[...unwritten].join(', ')}`);
    ordered.push(...ready);
    rest = rest.filter((item) => !ready.includes(item));
  }
  return ordered;
}

function readBy(expr: string): string[] {
  return expr.match(/\b(?:instance|process):ephemeral_port_[a-z0-9_:]+/g) ?? [];
}

/** Points of a recording, with the stale mark that a rule writes when a series is not in its result any more. */
function recorded(rule: Recording, { metric, values }: RangeSeries, stepMs: number, endMs: number): SeriesPoints {
  const timesMs: number[] = [];
  const numbers: number[] = [];
  values.forEach(([seconds, value], index) => {
    const atMs = Math.round(seconds * 1000);
    timesMs.push(atMs);
    numbers.push(Number(value));
    const next = values[index + 1];
    const nextMs = next === undefined ? Number.POSITIVE_INFINITY : next[0] * 1000;
    if (nextMs <= atMs + stepMs || atMs + stepMs > endMs) return;
    timesMs.push(atMs + stepMs);
    numbers.push(Number.NaN);
  });
  const { __name__: _, ...labels } = metric;
  return { labels: withoutEmpty({ ...labels, ...rule.labels, __name__: rule.record }), timesMs, values: numbers };
}

function episodesOf(alert: Alert, { metric, values }: RangeSeries, stepMs: number, endMs: number): Episode[] {
  const forMs = durationMs(alert.for);
  const keepMs = durationMs(alert.keepFiringFor ?? '0s');
  const { __name__: _, ...labels } = metric;
  const episodes: Episode[] = [];
  let activeMs = Number.NaN;
  let fired: { atMs: number; value: number } | undefined;
  let lastMs = Number.NaN;
  const resolve = (resolvedMs: number): void => {
    if (fired !== undefined) {
      episodes.push({ alert, labels, firedMs: fired.atMs, value: fired.value, resolvedMs });
    }
    fired = undefined;
    activeMs = Number.NaN;
  };
  for (const [seconds, value] of values) {
    const atMs = Math.round(seconds * 1000);
    const gapMs = atMs - lastMs;
    if (gapMs > stepMs && (fired === undefined || gapMs - stepMs > keepMs)) resolve(lastMs + stepMs + keepMs);
    if (Number.isNaN(activeMs)) activeMs = atMs;
    if (fired === undefined && atMs - activeMs >= forMs) fired = { atMs, value: Number(value) };
    lastMs = atMs;
  }
  if (fired !== undefined)
    resolve(lastMs + stepMs + keepMs > endMs ? Number.POSITIVE_INFINITY : lastMs + stepMs + keepMs);
  return episodes;
}

function durationMs(text: string): number {
  return text === '0s' ? 0 : (parseMinutes(text) as number) * 60_000;
}

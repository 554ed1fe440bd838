import type { ValueFormat } from '../bundle/alerts/rule.ts';
import { isNumberName, type NumberFormat, TEXT_NUMBERS } from '../bundle/alerts/text-numbers.ts';
import type { Episode } from './evaluate-rules.ts';
import { formatMinutes } from './minutes.ts';
import type { PrometheusServer } from './prometheus-server.ts';

const MATCHERS: Readonly<Record<string, readonly string[]>> = {
  owner: ['job', 'instance', 'netns', 'process', 'unit'],
  pool: ['job', 'instance', 'protocol', 'netns'],
  netns: ['job', 'instance', 'netns'],
  host: ['job', 'instance'],
};

/** The description of an alert as it reads when it begins to fire, its numbers asked of the server. */
export async function textOf(server: PrometheusServer, { alert, labels, firedMs, value }: Episode): Promise<string> {
  const names = [...alert.description.matchAll(/\{([a-zA-Z:_]+)\}/g)].map((match) => match[1] as string);
  const filled = new Map<string, string>();
  for (const name of new Set(names)) {
    if (name === 'value') filled.set(name, valueText(alert.valueFormat, value));
    else if (name === 'instance') filled.set(name, labels['instance'] ?? '');
    else if (name.startsWith('label:')) filled.set(name, JSON.stringify(labels[name.slice(6)] ?? ''));
    else if (isNumberName(name)) filled.set(name, await lookUp(server, name, labels, firedMs));
  }
  return alert.description.replace(/\{([a-zA-Z:_]+)\}/g, (_, name: string) => filled.get(name) ?? '');
}

async function lookUp(
  server: PrometheusServer,
  name: keyof typeof TEXT_NUMBERS,
  labels: Episode['labels'],
  atMs: number,
): Promise<string> {
  const { expr, format, missing } = TEXT_NUMBERS[name];
  const query = expr.replace(/\{(owner|pool|netns|host)\}/g, (_, kind: string) =>
    (MATCHERS[kind] ?? []).map((label) => `${label}=${JSON.stringify(labels[label] ?? '')}`).join(','),
  );
  const first = (await server.query(query, atMs))[0];
  return first === undefined ? missing : formatNumber(format, first);
}

function formatNumber(
  format: NumberFormat,
  { metric, value }: { metric: Readonly<Record<string, string>>; value: number },
): string {
  if (format.startsWith('label:')) return metric[format.slice(6)] ?? '';
  if (format === 'integer') return value.toFixed(0);
  if (format === 'decimal') return value.toFixed(2);
  if (format === 'duration') return duration(value);
  return new Date(value * 1000).toISOString();
}

function valueText(format: ValueFormat, value: number): string {
  if (format === 'duration') return duration(value);
  if (format === 'percent') return `${(value * 100).toFixed(1)}%`;
  return value.toFixed(format === 'integer' ? 0 : 2);
}

function duration(seconds: number): string {
  return formatMinutes(seconds / 60);
}

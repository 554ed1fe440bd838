import { rowLink, UID } from './links.ts';
import { column, valueTexts } from './overrides.ts';
import { table, timeSeries } from './panel-kinds.ts';
import type { Section } from './panel-spec.ts';
import { braces, type ScopeVariable, selectorOf } from './selector.ts';
import { joined } from './transformations.ts';

const HOSTS: readonly ScopeVariable[] = ['job', 'instance'];

/** Collapsed rows: is the watch itself awake, and what fires. */
export function fleetHealth(): Section[] {
  return [
    { row: 'Alerts', panels: [firing()] },
    { row: 'Exporters', panels: [exporters(), failing(), scrapeTime()] },
    { row: 'Growth without a culprit', panels: [poolPace()] },
  ];
}

function firing(): ReturnType<typeof table> {
  return table({
    title: 'Firing and pending alerts',
    reading: {
      shows: 'Alerts of the rules that come with the exporter; empty too when the rules are not installed.',
      good: 'an empty table.',
      bad: 'a critical line.',
      next: 'click the host; the alert names the owner and links its runbook.',
    },
    width: 24,
    height: 8,
    unit: 'short',
    noValue: 'nothing fires',
    queries: [
      {
        expr: `max by (alertname, alertstate, severity, instance, protocol, process, unit) (ALERTS${braces(HOSTS, { alertname: '=~"EphemeralPort.*"' })})`,
      },
    ],
    transformations: joined([
      ['severity', 'Severity'],
      ['alertname', 'Alert'],
      ['alertstate', 'State'],
      ['instance', 'Host'],
      ['protocol', 'Protocol'],
      ['process', 'Process'],
      ['unit', 'Unit'],
    ]),
    sortBy: { column: 'Severity', descending: false },
    overrides: [
      column('Host', { links: [rowLink('This host', UID.host, ['instance'])] }),
      column('Process', { links: [rowLink('Investigate this owner', UID.leak, ['instance', 'process', 'unit'])] }),
      column('Alert', { width: 300 }),
      column('Severity', {
        cell: 'text',
        mappings: [
          valueTexts({
            critical: { text: 'critical', color: 'red' },
            warning: { text: 'warning', color: 'orange' },
            info: { text: 'info', color: 'blue' },
          }),
        ],
      }),
    ],
  });
}

function exporters(): ReturnType<typeof table> {
  const select = selectorOf(HOSTS);
  return table({
    title: 'Exporters',
    reading: {
      shows: 'Every exporter: whether it is scraped, how old its sample is, how often it samples, its version.',
      good: 'up, a sample seconds old, one version everywhere.',
      bad: 'down, or a sample minutes old: the host may be too busy to sample.',
      next: 'click the host and open its row "Exporter".',
    },
    width: 24,
    height: 9,
    unit: 'short',
    queries: [
      { expr: `max by (job, instance) (up${braces(HOSTS)})` },
      { expr: `max by (job, instance) (time() - ${select('exporter_last_sample_timestamp_seconds')})` },
      { expr: `max by (job, instance) (${select('exporter_sample_interval_seconds')})` },
      { expr: `max by (job, instance, version, os, arch, node) (${select('exporter_build_info')})` },
    ],
    transformations: joined([
      ['instance', 'Host'],
      ['Value #A', 'Scrape'],
      ['Value #B', 'Age of sample'],
      ['Value #C', 'Sample every'],
      ['version', 'Version'],
      ['os', 'System'],
      ['arch', 'Machine'],
      ['node', 'Node.js'],
    ]),
    sortBy: { column: 'Age of sample', descending: true },
    overrides: [
      column('Host', { links: [rowLink('This host', UID.host, ['instance'])] }),
      column('Scrape', {
        cell: 'text',
        steps: [
          { from: null, color: 'red' },
          { from: 1, color: 'green' },
        ],
        mappings: [valueTexts({ '0': { text: 'down' }, '1': { text: 'up' } })],
      }),
      column('Age of sample', {
        unit: 's',
        cell: 'text',
        steps: [
          { from: null, color: 'green' },
          { from: 120, color: 'orange' },
          { from: 300, color: 'red' },
        ],
      }),
      column('Sample every', { unit: 's' }),
    ],
  });
}

function failing(): ReturnType<typeof table> {
  const select = selectorOf(HOSTS);
  return table({
    title: 'Sources that cannot be read',
    reading: {
      shows: 'Pieces of the sample that failed, by host.',
      good: 'an empty table.',
      bad: 'a line: what that source would show is missing on this host. "bound" hides the worst leaks, "owners" the culprit.',
      next: 'run the exporter\'s "doctor" command on that host.',
    },
    width: 12,
    height: 7,
    unit: 'short',
    noValue: 'every source can be read',
    queries: [{ expr: `max by (job, instance, collector) (${select('exporter_collector_success')} == 0)` }],
    transformations: joined([
      ['instance', 'Host'],
      ['collector', 'Source'],
    ]),
    overrides: [column('Host', { links: [rowLink('This host', UID.host, ['instance'])] })],
  });
}

function scrapeTime(): ReturnType<typeof timeSeries> {
  const duration = selectorOf(HOSTS)('exporter_collector_duration_seconds');
  return timeSeries({
    title: 'Time to take a sample, the 10 slowest hosts',
    reading: {
      shows: 'Time the pieces of a sample took, added up per host.',
      good: 'milliseconds, flat.',
      bad: 'growing with the number of sockets, or seconds: the sample interval stretches to keep within its share of the CPU.',
      next: 'the row "Exporter" of that host says which piece is slow.',
    },
    width: 12,
    height: 7,
    unit: 's',
    min: 0,
    queries: [
      {
        expr: `sum by (instance) (${duration}) and topk(10, sum by (instance) (${duration} @ end()))`,
        legend: '{{instance}}',
      },
    ],
  });
}

function poolPace(): ReturnType<typeof timeSeries> {
  const used = selectorOf([...HOSTS, 'netns', 'protocol'])('used');
  const pace = `deriv(${used}[3h]) * 60`;
  return timeSeries({
    title: 'Growth of whole pools over 3 h, the 10 fastest now',
    reading: {
      shows: 'Ports per minute by which whole pools grew over the last three hours, whoever took them.',
      good: 'waves around zero.',
      bad: 'a flat line above zero for half a day. It may be a program that is folded into "(other)", or many together.',
      next: 'the host, its owners by ports.',
    },
    width: 24,
    height: 8,
    unit: 'suffix:/min',
    queries: [
      {
        expr: `${pace} and topk(10, deriv(${used}[3h] @ end()))`,
        legend: '{{instance}} {{protocol}} {{netns}}',
      },
    ],
    legend: 'right',
  });
}

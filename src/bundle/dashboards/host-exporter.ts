import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { leakExpressions } from './expressions.ts';
import { column, valueTexts } from './overrides.ts';
import { stat, table, timeSeries } from './panel-kinds.ts';
import type { Section } from './panel-spec.ts';
import { GREEN_THEN_RED, PLAIN, RED_THEN_GREEN } from './steps.ts';
import { joined } from './transformations.ts';

const { select } = leakExpressions(['job', 'instance']);

/** Whether what this dashboard shows can be believed. */
export function hostExporter(): Section {
  return { row: 'Exporter', panels: [...numbers(), pieces(), durations(), unattributed(), config()] };
}

function numbers(): Panel[] {
  const small = (
    title: string,
    shows: string,
    good: string,
    bad: string,
    unit: string,
    expr: string,
    steps = PLAIN,
  ): Panel =>
    stat({
      title,
      reading: { shows, good, bad, next: 'the table "Sources" below, then the "doctor" command on the host.' },
      width: 4,
      height: 3,
      unit,
      queries: [{ expr, legend: '{{instance}}' }],
      steps,
    });
  const age = [
    { from: null, color: 'green' },
    { from: 120, color: 'orange' },
    { from: 300, color: 'red' },
  ];
  return [
    small(
      'Age of the sample',
      'How old what you see is.',
      'seconds.',
      'minutes.',
      's',
      `time() - ${select('exporter_last_sample_timestamp_seconds')}`,
      age,
    ),
    small(
      'Sample every',
      'Time between two samples; it stretches to keep within the CPU budget.',
      '5 s.',
      '60 s: the host is very busy.',
      's',
      select('exporter_sample_interval_seconds'),
    ),
    small(
      'Memory since',
      'Since when ages and last remotes are known.',
      'longer ago than the leak.',
      'minutes: the ledger was lost, ages began anew.',
      's',
      `time() - ${select('exporter_ledger_start_timestamp_seconds')}`,
    ),
    small(
      'Ports remembered',
      'Ports in the ledger.',
      'about as many as are used.',
      'far more than the range.',
      'locale',
      select('exporter_ledger_ports'),
    ),
    small(
      'Owners without a name',
      'Owner groups folded into "(other)".',
      'small ones only.',
      'hundreds: raise the process limit.',
      'locale',
      select('exporter_folded_groups'),
    ),
    small(
      'Namespaces without series',
      'Network namespaces folded into "(other)".',
      '0.',
      'many: their pools are not told apart.',
      'locale',
      select('exporter_folded_namespaces'),
    ),
    small(
      'Series left out',
      'Series dropped to keep within the series limit.',
      '0.',
      'any: something on this dashboard is missing.',
      'locale',
      select('exporter_dropped_series'),
      GREEN_THEN_RED,
    ),
    small(
      'Shared sockets',
      'Sockets that more than one process holds; each is credited to one of them.',
      'few.',
      'many: an owner may be the wrong one of two.',
      'locale',
      select('exporter_shared_sockets'),
    ),
    small(
      'Lost trace events, 24 h',
      'Trace or audit events that were lost.',
      '0.',
      'many: last remotes are incomplete.',
      'locale',
      `sum by (instance) (increase(${select('exporter_lost_events_total')}[24h]))`,
      GREEN_THEN_RED,
    ),
    small(
      'History dropped, 24 h',
      'History records dropped to keep within memory.',
      '0.',
      'many: old life lines are gone.',
      'locale',
      `sum by (instance) (increase(${select('exporter_history_dropped_total')}[24h]))`,
    ),
  ];
}

function pieces(): Panel {
  return table({
    title: 'Sources',
    reading: {
      shows: 'Each piece of a sample: where it comes from, whether it worked, whether it ran out of time.',
      good: 'works everywhere.',
      bad: '"fails" at "bound" hides the worst leaks, at "owners" the culprit. A source "none" means the system does not offer it.',
      next: 'run the exporter\'s "doctor" command on the host: it says what is missing and how to give it.',
    },
    width: 12,
    height: 9,
    unit: 'short',
    queries: [
      {
        expr: `label_replace(max by (instance, piece, source) (${select('exporter_source_info')}), "collector", "$1", "piece", "(.*)")`,
      },
      { expr: `max by (instance, collector) (${select('exporter_collector_success')})` },
      { expr: `max by (instance, collector) (${select('exporter_collector_timeout')})` },
    ],
    transformations: joined([
      ['collector', 'Piece'],
      ['source', 'Source'],
      ['Value #B', 'Result'],
      ['Value #C', 'Out of time'],
    ]),
    overrides: [
      column('Result', {
        cell: 'text',
        steps: RED_THEN_GREEN,
        mappings: [valueTexts({ '0': { text: 'fails' }, '1': { text: 'works' } })],
      }),
      column('Out of time', {
        cell: 'text',
        steps: GREEN_THEN_RED,
        mappings: [valueTexts({ '0': { text: 'no' }, '1': { text: 'yes' } })],
      }),
    ],
  });
}

function durations(): Panel {
  return timeSeries({
    title: 'Time each piece takes',
    reading: {
      shows: 'What a sample costs, by piece.',
      good: 'milliseconds.',
      bad: 'a piece that takes seconds.',
      next: 'switch that piece off with --no-collector, or find out why the host is slow.',
    },
    width: 12,
    height: 9,
    unit: 's',
    min: 0,
    stacked: true,
    queries: [
      { expr: `sum by (collector) (${select('exporter_collector_duration_seconds')})`, legend: '{{collector}}' },
    ],
    legend: 'right',
  });
}

function unattributed(): Panel {
  return timeSeries({
    title: 'Ports without a known owner',
    reading: {
      shows: 'Used ports that no process could be found for, by reason.',
      good: 'time_wait from before the exporter started, a handful of kernel and gone.',
      bad: 'no_permission in the hundreds: the exporter lacks rights and cannot name culprits.',
      next: 'run it as root or with the capabilities the documentation names.',
    },
    width: 16,
    height: 7,
    unit: 'locale',
    min: 0,
    stacked: true,
    queries: [{ expr: `sum by (reason) (${select('exporter_unattributed_ports')})`, legend: '{{reason}}' }],
    legend: 'right',
  });
}

function config(): Panel {
  const by = 'instance';
  return table({
    title: 'Configuration and muted owners',
    reading: {
      shows: 'Owners that the configuration declares known and harmless. They never raise an alert.',
      good: 'each has a reason in the configuration file.',
      bad: 'a name nobody remembers muting.',
      next: 'the configuration file on the host.',
    },
    width: 8,
    height: 7,
    unit: 'short',
    noValue: 'nobody is muted',
    queries: [
      { expr: `max by (${by}, process, unit) (${select('process_muted')})` },
      { expr: `max by (${by}) (${select('exporter_config_last_reload_successful')})` },
      { expr: `max by (${by}) (${select('exporter_config_last_reload_success_timestamp_seconds')}) * 1000` },
    ],
    transformations: joined([
      ['process', 'Muted process'],
      ['unit', 'Unit'],
      ['Value #B', 'Configuration'],
      ['Value #C', 'Read'],
    ]),
    overrides: [
      column('Configuration', {
        cell: 'text',
        steps: RED_THEN_GREEN,
        mappings: [valueTexts({ '0': { text: 'rejected' }, '1': { text: 'good' } })],
      }),
      column('Read', { unit: 'dateTimeAsSystem' }),
    ],
  });
}

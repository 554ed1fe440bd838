import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';

/** A field of the query's answer (a label, or `Value #A`) and its column title. */
export type Column = readonly [field: string, title: string];

/** Labels the answers carry that a table only shows when asked. */
const OFTEN_PRESENT = [
  'Time',
  'Value',
  '__name__',
  'job',
  'instance',
  'netns',
  'protocol',
  'process',
  'unit',
  'state',
  'remote',
  'class',
  'alertname',
  'alertstate',
  'severity',
  'collector',
  'piece',
];

/** Joins the answers of all queries by their common labels and shows just these columns, in order. */
export function joined(columns: readonly Column[]): DataTransformerConfig[] {
  const shown = new Set(columns.map(([field]) => field));
  const hidden = [...OFTEN_PRESENT, ...'ABCDEFGHIJ'.split('').map((letter) => `Value #${letter}`)].filter(
    (name) => !shown.has(name),
  );
  return [
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
        indexByName: Object.fromEntries(columns.map(([field], index) => [field, index])),
        renameByName: Object.fromEntries(columns),
      },
    },
  ];
}

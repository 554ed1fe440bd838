import { FieldConfigOptionsRegistry, type FieldConfigPropertyItem } from '@grafana/data';

const STANDARD = [
  'unit',
  'decimals',
  'min',
  'max',
  'mappings',
  'thresholds',
  'color',
  'links',
  'noValue',
  'displayName',
];
const CUSTOM = [
  'axisLabel',
  'axisPlacement',
  'cellOptions',
  'drawStyle',
  'fillOpacity',
  'lineInterpolation',
  'lineStyle',
  'lineWidth',
  'showPoints',
  'spanNulls',
  'stacking',
  'width',
];

/** The options that the dashboards set, in the form in which Grafana's panels declare theirs. */
export const OPTIONS: FieldConfigOptionsRegistry = new FieldConfigOptionsRegistry(() => [
  ...STANDARD.map((path) => item(path, path, false)),
  ...CUSTOM.map((path) => item(`custom.${path}`, path, true)),
]);

/** What the time series panel sets where the JSON says nothing. */
export const LINE_DEFAULTS = {
  drawStyle: 'line',
  lineInterpolation: 'linear',
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: 'none',
  pointSize: 5,
  showPoints: 'auto',
  spanNulls: false,
  axisPlacement: 'auto',
  axisLabel: '',
  axisColorMode: 'text',
  axisBorderShow: false,
  axisGridShow: true,
  scaleDistribution: { type: 'linear' },
  stacking: { mode: 'none', group: 'A' },
  hideFrom: { tooltip: false, viz: false, legend: false },
  thresholdsStyle: { mode: 'off' },
  insertNulls: false,
};

function item(id: string, path: string, isCustom: boolean): FieldConfigPropertyItem {
  const nothing = (): null => null;
  return {
    id,
    path,
    name: id,
    isCustom,
    editor: nothing,
    override: nothing,
    process: (value: unknown) => value,
    shouldApply: () => true,
  };
}

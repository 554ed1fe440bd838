import type { Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { FieldConfig, FieldConfigSource, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { FieldColorModeId, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { describe, type FieldOverride, fieldLinks, type PanelSpec, type Query } from './panel-spec.ts';

/** The data source of every panel and variable: the variable of that name. */
export const DATASOURCE: { type: string; uid: string } = { type: 'prometheus', uid: '$datasource' };

export type QueryKind = 'range' | 'instant' | 'table';

/** Adds what all kinds of panels share to what a builder made. */
export function fillPanel(panel: Panel, spec: PanelSpec, kind: QueryKind): Panel {
  return {
    ...panel,
    title: spec.title,
    description: describe(spec.reading),
    datasource: DATASOURCE,
    gridPos: { x: 0, y: 0, w: spec.width, h: spec.height },
    targets: spec.queries.map((query, index) => target(query, index, kind)),
    fieldConfig: fieldConfig(panel.fieldConfig, spec, kind),
    ...(spec.transformations === undefined ? {} : { transformations: [...spec.transformations] }),
  };
}

function target(query: Query, index: number, kind: QueryKind): Dataquery {
  const builder = new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .expr(query.expr)
    .datasource(DATASOURCE)
    .format(kind === 'table' ? PromQueryFormat.Table : PromQueryFormat.TimeSeries);
  if (query.legend !== undefined) builder.legendFormat(query.legend);
  if (kind === 'range') builder.range();
  else builder.instant();
  return builder.build();
}

function fieldConfig(built: FieldConfigSource | undefined, spec: PanelSpec, kind: QueryKind): FieldConfigSource {
  const defaults: FieldConfig = { ...built?.defaults, unit: spec.unit };
  if (spec.decimals !== undefined) defaults.decimals = spec.decimals;
  if (spec.min !== undefined) defaults.min = spec.min;
  if (spec.max !== undefined) defaults.max = spec.max;
  if (spec.noValue !== undefined) defaults.noValue = spec.noValue;
  if (spec.mappings !== undefined) defaults.mappings = [...spec.mappings];
  if (spec.links !== undefined) defaults.links = fieldLinks(spec.links);
  if (kind === 'range') defaults.color = { mode: FieldColorModeId.PaletteClassic };
  if (spec.steps !== undefined) {
    const steps = spec.steps.map(({ from, color }) => ({ value: from, color }));
    defaults.thresholds = { mode: ThresholdsMode.Absolute, steps };
    defaults.color = { mode: FieldColorModeId.Thresholds };
  }
  return { defaults, overrides: (spec.overrides ?? []).map(override) };
}

function override(given: FieldOverride): FieldConfigSource['overrides'][number] {
  const matcher =
    given.name !== undefined ? { id: 'byName', options: given.name } : { id: 'byRegexp', options: given.pattern ?? '' };
  return { matcher, properties: [...given.properties] };
}

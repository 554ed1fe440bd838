import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import * as common from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextBuilder } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { fillPanel } from './fill-panel.ts';
import type { PanelSpec } from './panel-spec.ts';

const LAST = { calcs: ['lastNotNull'], values: false };

export interface StatSpec extends PanelSpec {
  /** `background` paints the tile: for the numbers that say whether it is bad. */
  readonly paint?: 'background' | 'value' | 'none';
  /** Shows the name of the series under its value. */
  readonly named?: boolean;
}

/** One big number per series, from instant queries. */
export function stat(spec: StatSpec): Panel {
  const paint = {
    background: common.BigValueColorMode.Background,
    value: common.BigValueColorMode.Value,
    none: common.BigValueColorMode.None,
  };
  const builder = new StatBuilder()
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(paint[spec.paint ?? 'value'])
    .wideLayout(false)
    .textMode(spec.named === true ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Auto)
    .reduceOptions({ build: () => LAST });
  return fillPanel(builder.build(), spec, 'instant');
}

export interface BarGaugeSpec extends PanelSpec {
  /** Long names go above their bar. */
  readonly longNames?: true;
}

/** Bars by series, largest first when the query sorts; from instant queries. */
export function barGauge(spec: BarGaugeSpec): Panel {
  const longNames = spec.longNames === true;
  const builder = new BarGaugeBuilder()
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .orientation(common.VizOrientation.Horizontal)
    .namePlacement(longNames ? common.BarGaugeNamePlacement.Top : common.BarGaugeNamePlacement.Left)
    .showUnfilled(true)
    .sizing(common.BarGaugeSizing.Manual)
    .minVizHeight(16)
    .maxVizHeight(longNames ? 44 : 28)
    .text({ build: () => ({ titleSize: 13, valueSize: 14 }) })
    .reduceOptions({ build: () => LAST });
  return fillPanel(builder.build(), spec, 'instant');
}

export interface TableSpec extends PanelSpec {
  readonly sortBy?: { readonly column: string; readonly descending: boolean };
}

/** A table of instant queries, one row per common label set. */
export function table(spec: TableSpec): Panel {
  const builder = new TableBuilder().showHeader(true).cellHeight(common.TableCellHeight.Sm).filterable(false);
  if (spec.sortBy !== undefined)
    builder.sortBy([
      { build: () => ({ displayName: spec.sortBy?.column ?? '', desc: spec.sortBy?.descending ?? false }) },
    ]);
  if (spec.noValue === undefined) return fillPanel(builder.build(), spec, 'table');
  // The text for an empty table would also fill the empty cells of a full one.
  const emptyCells = { pattern: '/.*/', properties: [{ id: 'noValue', value: '–' }] };
  return fillPanel(builder.build(), { ...spec, overrides: [emptyCells, ...(spec.overrides ?? [])] }, 'table');
}

export interface TimeSeriesSpec extends PanelSpec {
  readonly stacked?: boolean;
  readonly fill?: number;
  /** Draws steps between points instead of slopes. */
  readonly stepped?: boolean;
  readonly legend?: 'bottom' | 'right';
  readonly legendCalcs?: readonly string[];
  readonly axisLabel?: string;
}

/** Lines over time. Gaps stay gaps, except those of one missed scrape. */
export function timeSeries(spec: TimeSeriesSpec): Panel {
  const calcs = [...(spec.legendCalcs ?? [])];
  const builder = new TimeSeriesBuilder()
    .lineWidth(spec.stacked === true ? 1 : 2)
    .fillOpacity(spec.fill ?? (spec.stacked === true ? 55 : 0))
    .showPoints(common.VisibilityMode.Never)
    .lineInterpolation(spec.stepped === true ? common.LineInterpolation.StepAfter : common.LineInterpolation.Linear)
    .spanNulls(11 * 60_000)
    .axisLabel(spec.axisLabel ?? '')
    .legend({
      build: () => ({
        showLegend: true,
        displayMode: calcs.length > 0 ? common.LegendDisplayMode.Table : common.LegendDisplayMode.List,
        placement: spec.legend === 'right' ? common.LegendPlacement.Right : common.LegendPlacement.Bottom,
        calcs,
      }),
    })
    .tooltip({ build: () => ({ mode: common.TooltipDisplayMode.Multi, sort: common.SortOrder.Descending }) });
  if (spec.stacked === true) builder.stacking({ build: () => ({ mode: common.StackingMode.Normal, group: 'A' }) });
  return fillPanel(builder.build(), spec, 'range');
}

/** Markdown; variables in it are replaced. */
export function text(spec: {
  title: string;
  description: string;
  width: number;
  height: number;
  content: string;
}): Panel {
  const panel = new TextBuilder().content(spec.content).build();
  return {
    ...panel,
    title: spec.title,
    description: spec.description,
    gridPos: { x: 0, y: 0, w: spec.width, h: spec.height },
  };
}

import type { DynamicConfigValue, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { MappingType, SpecialValueMatch } from '@grafana/grafana-foundation-sdk/dashboard';
import { type FieldLink, type FieldOverride, fieldLinks, type Step } from './panel-spec.ts';

/** One colour per port state, the same on every panel. Bound is the colour of trouble. */
export const STATE_COLORS = {
  established: 'green',
  listen: 'purple',
  transient: 'yellow',
  close_wait: 'orange',
  time_wait: 'blue',
  bound: 'red',
  unconnected: 'semi-dark-blue',
} as const;

export function colored(name: string, color: string): FieldOverride {
  return { name, properties: [fixedColor(color)] };
}

export function fixedColor(color: string): DynamicConfigValue {
  return { id: 'color', value: { mode: 'fixed', fixedColor: color } };
}

/** A limit: a dashed line that is neither stacked nor filled. */
export function limitLine(pattern: string, color: string): FieldOverride {
  return {
    pattern,
    properties: [
      fixedColor(color),
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 8] } },
      { id: 'custom.fillOpacity', value: 0 },
      { id: 'custom.stacking', value: { mode: 'none' } },
      { id: 'custom.lineWidth', value: 1 },
    ],
  };
}

/** The colours of the six TCP and two UDP states, by series name. */
export const STATE_OVERRIDES: readonly FieldOverride[] = Object.entries(STATE_COLORS).map(([state, color]) =>
  colored(state, color),
);

/** What a column of a table looks like. */
export interface ColumnSpec {
  readonly unit?: string;
  readonly decimals?: number;
  readonly width?: number;
  readonly steps?: readonly Step[];
  readonly mappings?: readonly ValueMapping[];
  /** `background` paints the cell, `bar` draws it as a gauge with the given maximum. */
  readonly cell?: 'text' | 'background' | 'bar';
  readonly max?: number;
  readonly links?: readonly FieldLink[];
}

export function column(name: string, spec: ColumnSpec): FieldOverride {
  const properties: DynamicConfigValue[] = [];
  if (spec.unit !== undefined) properties.push({ id: 'unit', value: spec.unit });
  if (spec.decimals !== undefined) properties.push({ id: 'decimals', value: spec.decimals });
  if (spec.width !== undefined) properties.push({ id: 'custom.width', value: spec.width });
  if (spec.mappings !== undefined) properties.push({ id: 'mappings', value: spec.mappings });
  if (spec.max !== undefined) properties.push({ id: 'min', value: 0 }, { id: 'max', value: spec.max });
  if (spec.links !== undefined) properties.push({ id: 'links', value: fieldLinks(spec.links) });
  if (spec.steps !== undefined) {
    const steps = spec.steps.map(({ from, color }) => ({ value: from, color }));
    properties.push(
      { id: 'thresholds', value: { mode: 'absolute', steps } },
      { id: 'color', value: { mode: 'thresholds' } },
    );
  }
  if (spec.cell === 'bar') properties.push({ id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic' } });
  if (spec.cell === 'background')
    properties.push({ id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } });
  if (spec.cell === 'text' && spec.steps !== undefined)
    properties.push({ id: 'custom.cellOptions', value: { type: 'color-text' } });
  return { name, properties };
}

/** A text for values between two bounds, both inclusive; null is without end. */
export function rangeText(from: number | null, to: number | null, text: string, color?: string): ValueMapping {
  return {
    type: MappingType.RangeToText,
    options: { from, to, result: color === undefined ? { text } : { text, color } },
  };
}

/** What a tile says when there is no value: without a colour of its own it would take the one of the lowest step. */
export function nothingText(text: string, color: string): ValueMapping {
  return { type: MappingType.SpecialValue, options: { match: SpecialValueMatch.NullAndNan, result: { text, color } } };
}

/** Texts for exact values. */
export function valueTexts(
  texts: Readonly<Record<string, { readonly text: string; readonly color?: string }>>,
): ValueMapping {
  return { type: MappingType.ValueToText, options: { ...texts } };
}

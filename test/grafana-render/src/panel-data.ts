import {
  applyFieldOverrides,
  type DataFrame,
  type FieldConfigSource,
  type GrafanaTheme2,
  standardTransformers,
  standardTransformersRegistry,
  type TransformerRegistryItem,
  transformDataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';
import { LINE_DEFAULTS, OPTIONS } from './field-config.ts';
import { framesOf } from './frames.ts';
import type { PanelJson, RenderView } from './view.ts';

const { mergeTransformer, organizeFieldsTransformer } = standardTransformers;
standardTransformersRegistry.setInit(() =>
  [mergeTransformer, organizeFieldsTransformer].map(
    (transformation) =>
      ({ id: transformation.id, name: transformation.name, transformation }) as unknown as TransformerRegistryItem,
  ),
);

export interface PanelData {
  readonly frames: DataFrame[];
  readonly fieldConfig: FieldConfigSource;
}

/** Frames of a panel after its transformations and field options, by Grafana's own code. */
export async function panelData(panel: PanelJson, view: RenderView, theme: GrafanaTheme2): Promise<PanelData> {
  const given = panel.fieldConfig ?? { defaults: {}, overrides: [] };
  const custom = panel.type === 'timeseries' ? { ...LINE_DEFAULTS, ...given.defaults.custom } : given.defaults.custom;
  const fieldConfig = { ...given, defaults: { ...given.defaults, custom } };
  const raw = framesOf(panel, view);
  const transformed = await firstValueFrom(transformDataFrame([...(panel.transformations ?? [])], raw));
  const frames = applyFieldOverrides({
    data: transformed,
    fieldConfig,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
    fieldConfigRegistry: OPTIONS,
  });
  return { frames, fieldConfig };
}

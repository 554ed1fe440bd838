import { type DataFrame, type Field, FieldType } from '@grafana/data';
import type { PanelJson, RenderView, SeriesAnswer } from './view.ts';

/** Frames as Grafana's Prometheus data source makes them: one a series, or one a query for tables. */
export function framesOf(panel: PanelJson, view: RenderView): DataFrame[] {
  const answers = view.answers[String(panel.id)] ?? {};
  const targets = panel.targets ?? [];
  if (targets[0]?.format === 'table') {
    const answered = targets.filter((target) => (answers[target.refId] ?? []).length > 0);
    return answered.map(({ refId }) => tableFrame(refId, answers[refId] ?? [], answered.length, view));
  }
  return targets.flatMap(({ refId, legendFormat }) =>
    (answers[refId] ?? []).map((series) => seriesFrame(refId, series, legendFormat, view)),
  );
}

function seriesFrame(refId: string, series: SeriesAnswer, legend: string | undefined, view: RenderView): DataFrame {
  const points = series.values ?? (series.value === undefined ? [] : [series.value]);
  const name = legend === undefined ? labelText(series.metric) : legendText(legend, series.metric);
  return {
    refId,
    length: points.length,
    fields: [
      timeField(
        points.map(([at]) => at * 1000),
        view,
      ),
      {
        name: 'Value',
        type: FieldType.number,
        labels: { ...series.metric },
        config: { displayNameFromDS: name },
        values: points.map(([, value]) => Number(value)),
      },
    ],
  };
}

function tableFrame(refId: string, series: readonly SeriesAnswer[], answered: number, view: RenderView): DataFrame {
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.metric)))].sort();
  const labelFields: Field[] = labels.map((label) => ({
    name: label,
    type: FieldType.string,
    config: { filterable: true },
    values: series.map((one) => one.metric[label] ?? ''),
  }));
  const value: Field = {
    name: answered > 1 ? `Value #${refId}` : 'Value',
    type: FieldType.number,
    config: {},
    values: series.map((one) => Number(one.value?.[1])),
  };
  const times = series.map((one) => (one.value?.[0] ?? 0) * 1000);
  return { refId, length: series.length, fields: [timeField(times, view), ...labelFields, value] };
}

function timeField(values: number[], view: RenderView): Field {
  return { name: 'Time', type: FieldType.time, config: { interval: view.stepMs }, values };
}

function legendText(legend: string, metric: Readonly<Record<string, string>>): string {
  return legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
}

function labelText(metric: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(metric).filter(([label]) => label !== '__name__');
  return `{${pairs.map(([label, value]) => `${label}="${value}"`).join(', ')}}`;
}

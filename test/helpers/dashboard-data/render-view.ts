import { type PanelJson, panelsOf, readDashboard } from '../dashboard-json.ts';
import type { RealPrometheus, SeriesAnswer } from '../real-prometheus.ts';
import { substitute } from './substitute.ts';
import type { View } from './views.ts';

export interface Mark {
  readonly atMs: number;
  readonly endMs?: number;
  readonly color: string;
}

const COLORS: Readonly<Record<string, string>> = {
  Alerts: 'red',
  'System events': 'orange',
  'Process starts': 'blue',
  'Executable changes': 'purple',
};

/** Everything the renderer needs to draw a view at a time: the dashboard with the answers to all its queries. */
export async function renderView(
  prometheus: RealPrometheus,
  view: View,
  now: number,
  drawn: { readonly width: number; readonly dark: boolean; readonly openRows: readonly string[] },
): Promise<Record<string, unknown>> {
  const dashboard = readDashboard(view.uid);
  const stepSeconds = Math.max(60, Math.round(view.rangeSeconds / 420 / 60) * 60);
  const from = Math.floor((now - view.rangeSeconds) / stepSeconds) * stepSeconds;
  const to = Math.floor(now / stepSeconds) * stepSeconds;
  const text = (expr: string): string => substitute(expr, view.choice, view.rangeSeconds, stepSeconds);
  const answersOf = async (panel: PanelJson): Promise<Record<string, readonly SeriesAnswer[]>> => {
    const answers: Record<string, readonly SeriesAnswer[]> = {};
    for (const { refId, expr, range } of panel.targets ?? []) {
      const sent = text(expr);
      answers[refId] =
        range === true ? await prometheus.range(sent, from, to, stepSeconds) : await prometheus.instant(sent, now);
    }
    return answers;
  };
  const answers: Record<string, Record<string, readonly SeriesAnswer[]>> = {};
  for (const panel of panelsOf(dashboard)) answers[String(panel.id)] = await answersOf(panel);
  const marks: Mark[] = [];
  for (const { name, expr } of dashboard.annotations.list) {
    if (expr === undefined) continue;
    const series = await prometheus.range(text(expr), from, to, stepSeconds);
    marks.push(...marksOf(series, COLORS[name] ?? 'gray', expr.endsWith('* 1000')));
  }
  const choice = dashboard.templating.list.slice(1).map(({ name, label }) => {
    const value = view.choice[name] ?? '';
    return { label: label ?? name, value: value === '.+' || value === '.*' ? 'All' : value };
  });
  const times = { fromMs: from * 1000, toMs: to * 1000, stepMs: stepSeconds * 1000 };
  return {
    dashboard,
    answers,
    marks,
    choice: [...choice, timeChoice(view)],
    variables: view.choice,
    ...times,
    ...drawn,
  };
}

function timeChoice(view: View): { label: string; value: string } {
  const days = view.rangeSeconds / 86_400;
  return { label: 'Time range', value: days === 1 ? 'Last 24 hours' : `Last ${days} days` };
}

/** One mark for each different value where the value is the time, else one for as long as the series lasts. */
function marksOf(series: readonly SeriesAnswer[], color: string, valueIsTime: boolean): Mark[] {
  if (valueIsTime) {
    const times = new Set(series.flatMap((one) => (one.values ?? []).map(([, value]) => Number(value))));
    return [...times].map((atMs) => ({ atMs, color }));
  }
  return series.flatMap(({ values }) => {
    const first = values?.[0]?.[0];
    const last = values?.at(-1)?.[0];
    return first === undefined || last === undefined ? [] : [{ atMs: first * 1000, endMs: last * 1000, color }];
  });
}

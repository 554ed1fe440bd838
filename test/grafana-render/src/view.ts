import type { FieldConfigSource } from '@grafana/data';

/** What the driver hands over: a dashboard, Prometheus' answers, and what was chosen at the top. */
export interface RenderView {
  readonly dashboard: DashboardJson;
  /** Titles of rows to draw open; all others stay closed. */
  readonly openRows: readonly string[];
  /** Answers by panel id and reference of the query. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, readonly SeriesAnswer[]>>>>;
  readonly marks: readonly Mark[];
  readonly choice: readonly { readonly label: string; readonly value: string }[];
  readonly variables: Readonly<Record<string, string>>;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly width: number;
  readonly dark: boolean;
}

export interface SeriesAnswer {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** An annotation: a vertical line, or a band where it lasts. */
export interface Mark {
  readonly atMs: number;
  readonly endMs?: number;
  readonly color: string;
}

export interface DashboardJson {
  readonly title: string;
  readonly panels: readonly PanelJson[];
}

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly refId: string; readonly legendFormat?: string; readonly format?: string }[];
  readonly transformations?: { id: string; options: Record<string, unknown> }[];
  readonly fieldConfig?: FieldConfigSource;
  // biome-ignore lint/suspicious/noExplicitAny: the options of a panel are as many types as there are kinds of panels.
  readonly options?: any;
  readonly panels?: readonly PanelJson[];
}

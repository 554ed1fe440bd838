import { readFileSync } from 'node:fs';

/** The parts of a dashboard's JSON that tests look at. */
export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly schemaVersion: number;
  readonly time: { readonly from: string; readonly to: string };
  readonly templating: { readonly list: readonly VariableJson[] };
  readonly annotations: { readonly list: readonly AnnotationJson[] };
  readonly links: readonly {
    readonly keepTime: boolean;
    readonly includeVars: boolean;
    readonly tags: readonly string[];
  }[];
  readonly panels: readonly PanelJson[];
}

export interface VariableJson {
  readonly label?: string;
  readonly name: string;
  readonly type: string;
  readonly query: unknown;
  readonly refresh: number;
  readonly multi?: boolean;
  readonly allValue?: string;
  readonly datasource?: { readonly uid: string };
}

export interface AnnotationJson {
  readonly name: string;
  readonly expr?: string;
  readonly builtIn?: number;
}

export interface TargetJson {
  readonly refId: string;
  readonly expr: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly format?: string;
  readonly legendFormat?: string;
}

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly collapsed?: boolean;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly TargetJson[];
  readonly options?: { readonly colorMode?: string };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly noValue?: string;
      readonly mappings?: readonly {
        readonly type: string;
        readonly options: { readonly result?: { readonly color?: string } };
      }[];
    };
  };
  readonly panels?: readonly PanelJson[];
}

export const DASHBOARD_UIDS = ['epx-fleet', 'epx-host', 'epx-leak'] as const;

/** The committed dashboard, as Grafana would read it. */
export function readDashboard(uid: string): DashboardJson {
  const url = new URL(`../../grafana/dashboards/${uid}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as DashboardJson;
}

/** Every panel with queries or text; rows are opened. */
export function panelsOf(dashboard: DashboardJson): PanelJson[] {
  return dashboard.panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
}

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';

/** What an import asks for, in the form Grafana's import page and its gallery read. */
export interface ImportableDashboard extends Dashboard {
  readonly __inputs: readonly Readonly<Record<string, string>>[];
  readonly __elements: Readonly<Record<string, never>>;
  readonly __requires: readonly Readonly<Record<string, string>>[];
}

const INPUT = 'DS_PROMETHEUS';

/** Oldest Grafana whose panels have every option the dashboards use. */
const OLDEST_GRAFANA = '10.4.0';

/** A copy for the import page: editable, and its data source variable starts as the one chosen there. */
export function importable(dashboard: Dashboard): ImportableDashboard {
  const list = (dashboard.templating?.list ?? []).map((variable) =>
    variable.type === 'datasource'
      ? { ...variable, current: { selected: true, text: INPUT, value: `\${${INPUT}}` } }
      : variable,
  );
  return {
    __inputs: [
      {
        name: INPUT,
        label: 'Prometheus',
        description: 'Where the exporter is scraped to',
        type: 'datasource',
        pluginId: 'prometheus',
        pluginName: 'Prometheus',
      },
    ],
    __elements: {},
    __requires: [
      { type: 'grafana', id: 'grafana', name: 'Grafana', version: OLDEST_GRAFANA },
      { type: 'datasource', id: 'prometheus', name: 'Prometheus', version: '1.0.0' },
      ...panelTypes(dashboard).map((id) => ({ type: 'panel', id, name: id, version: '' })),
    ],
    ...dashboard,
    editable: true,
    templating: { ...dashboard.templating, list },
  };
}

function panelTypes(dashboard: Dashboard): string[] {
  const types = new Set<string>();
  for (const panel of dashboard.panels ?? []) {
    if ('panels' in panel) for (const child of panel.panels) types.add(child.type);
    else types.add(panel.type);
  }
  return [...types].sort();
}

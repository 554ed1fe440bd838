import type { DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { FieldLink } from './panel-spec.ts';

/** Tag all three dashboards carry; the links between them go by it. */
export const TAG = 'ephemeral-ports';

export const UID = { fleet: 'epx-fleet', host: 'epx-host', leak: 'epx-leak' } as const;

/** Buttons to the other dashboards, with time range and variables kept. */
export function dashboardLinks(): DashboardLink[] {
  return [
    {
      title: 'Ephemeral ports',
      type: DashboardLinkType.Dashboards,
      icon: 'dashboard',
      tooltip: 'Fleet, host and leak investigation; keeps time range and variables',
      tags: [TAG],
      asDropdown: false,
      targetBlank: false,
      includeVars: true,
      keepTime: true,
    },
  ];
}

/** From a table row with these columns to a dashboard, with time range and data source kept. */
export function rowLink(title: string, uid: string, columns: readonly string[]): FieldLink {
  const chosen = columns.map((name) => `var-${name}=\${__data.fields.${name}:percentencode}`);
  return { title, url: `/d/${uid}?\${__url_time_range}&\${datasource:queryparam}&${chosen.join('&')}` };
}

/** From a series with these labels to a dashboard. */
export function seriesLink(title: string, uid: string, labels: readonly string[]): FieldLink {
  const chosen = labels.map((name) => `var-${name}=\${__field.labels.${name}:percentencode}`);
  return { title, url: `/d/${uid}?\${__url_time_range}&\${datasource:queryparam}&${chosen.join('&')}` };
}

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { fleetDashboard } from './fleet.ts';
import { hostDashboard } from './host.ts';
import { importable } from './importable.ts';
import { leakDashboard } from './leak.ts';

export const DASHBOARDS: readonly (() => Dashboard)[] = [fleetDashboard, hostDashboard, leakDashboard];

/** Text of every generated file by its path below the root of the repository. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const build of DASHBOARDS) {
    const dashboard = build();
    files.set(`grafana/dashboards/${dashboard.uid}.json`, json(dashboard));
    files.set(`grafana/import/${dashboard.uid}.json`, json(importable(dashboard)));
  }
  return files;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

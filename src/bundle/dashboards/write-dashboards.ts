import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
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

/** Writes the files of {@link dashboardFiles} below `root`. */
export function writeDashboards(root: string): void {
  for (const [path, content] of dashboardFiles()) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeDashboards(process.cwd());

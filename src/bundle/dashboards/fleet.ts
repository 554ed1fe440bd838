import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { buildDashboard } from './dashboard.ts';
import { fleetHealth } from './fleet-health.ts';
import { fleetStats } from './fleet-stats.ts';
import { fleetTables } from './fleet-tables.ts';
import { dashboardLinks, TAG, UID } from './links.ts';
import { ALL_INSTANCES, ALL_NAMESPACES, ALL_PROTOCOLS, JOB, variables } from './variables.ts';

/** All hosts: which one runs out first, and which program does it on how many of them. */
export function fleetDashboard(): Dashboard {
  return buildDashboard({
    uid: UID.fleet,
    title: 'Ephemeral ports / Fleet',
    description: 'Which hosts run out of ephemeral ports, when, and whose fault it is.',
    tags: [TAG],
    from: 'now-24h',
    refresh: '5m',
    variables: variables([JOB, ALL_INSTANCES, ALL_NAMESPACES, ALL_PROTOCOLS]),
    annotations: annotations(['job', 'instance'], 'fleet'),
    links: dashboardLinks(),
    sections: [{ panels: [...fleetStats(), ...fleetTables()] }, ...fleetHealth()],
  });
}

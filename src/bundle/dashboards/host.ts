import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { buildDashboard } from './dashboard.ts';
import { hostChurn } from './host-churn.ts';
import { hostExporter } from './host-exporter.ts';
import { hostHistory } from './host-history.ts';
import { hostOwners } from './host-owners.ts';
import { hostPools } from './host-pools.ts';
import { hostSignals } from './host-signals.ts';
import { hostStats } from './host-stats.ts';
import { hostUdp } from './host-udp.ts';
import { dashboardLinks, TAG, UID } from './links.ts';
import { JOB, ONE_INSTANCE, ONE_NAMESPACE, ONE_PROTOCOL, variables } from './variables.ts';

/** One host: how full, since when, who, and how long is left. */
export function hostDashboard(): Dashboard {
  return buildDashboard({
    uid: UID.host,
    title: 'Ephemeral ports / Host',
    description: 'How full the ephemeral port range of one host is, who holds it, and when it is empty.',
    tags: [TAG],
    from: 'now-24h',
    refresh: '1m',
    variables: variables([JOB, ONE_INSTANCE, ONE_NAMESPACE, ONE_PROTOCOL]),
    annotations: annotations(['job', 'instance'], 'host'),
    links: dashboardLinks(),
    sections: [
      { panels: [...hostStats(), ...hostHistory(), ...hostOwners()] },
      hostChurn(),
      hostUdp(),
      ...hostSignals(),
      hostPools(),
      hostExporter(),
    ],
  });
}

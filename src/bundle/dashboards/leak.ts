import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { buildDashboard } from './dashboard.ts';
import { leakEvidence } from './leak-evidence.ts';
import { leakHistory } from './leak-history.ts';
import { leakOtherHosts } from './leak-other-hosts.ts';
import { leakProcess } from './leak-process.ts';
import { LEAK_SCOPE, leakStats } from './leak-stats.ts';
import { dashboardLinks, TAG, UID } from './links.ts';
import { ALL_NAMESPACES, ALL_UNITS, JOB, ONE_INSTANCE, ONE_PROCESS, ONE_PROTOCOL, variables } from './variables.ts';

/** One program on one host: is it a leak, since when, after what, and what to do. */
export function leakDashboard(): Dashboard {
  return buildDashboard({
    uid: UID.leak,
    title: 'Ephemeral ports / Leak investigation',
    description: 'Whether one program leaks ephemeral ports, since when, what it talked to, and what to do about it.',
    tags: [TAG],
    from: 'now-7d',
    refresh: '5m',
    variables: variables([JOB, ONE_INSTANCE, ALL_NAMESPACES, ONE_PROTOCOL, ONE_PROCESS, ALL_UNITS]),
    annotations: annotations(LEAK_SCOPE, 'host'),
    links: dashboardLinks(),
    sections: [{ panels: [...leakStats(), ...leakHistory()] }, leakEvidence(), leakOtherHosts(), leakProcess()],
  });
}

import type { ExporterView, MetricsRequest } from '../../src/http/exporter-view.ts';
import type { GroupReport, Report } from '../../src/model/report.ts';
import { createFakeLedger } from './fake-ledger.ts';

/** An exporter that answers what a test says, and remembers what it was asked. */
export function createFakeView(
  changes: Partial<ExporterView> = {},
): ExporterView & { readonly asked: MetricsRequest[] } {
  const asked: MetricsRequest[] = [];
  return {
    asked,
    metrics: async (request) => {
      asked.push(request);
      return `# format ${request.format}\n`;
    },
    ready: () => true,
    healthy: () => ({ ok: true, reason: '' }),
    report: () => undefined,
    facts: () => ({ version: '1.2.3', revision: 'abc', startedAtMs: 0 }),
    ledger: async (work) => work(createFakeLedger()),
    config: () => ({}),
    ...changes,
  };
}

/** A report of one TCP pool with 5 of 100 ports used, and the given groups. */
export function createReport(groups: readonly GroupReport[] = []): Report {
  return {
    takenAtMs: 1_700_000_000_000,
    bootMs: 1000,
    namespaces: [],
    ranges: [],
    pools: [{ netns: 'host', protocol: 'tcp', capacity: 100, used: 5, states: { bound: 5 }, destinations: [] }],
    rangelessPools: [],
    groups,
    unattributed: [],
    probes: [],
    probeFailures: [],
    systemEvents: [],
    timeWaitSeconds: 60,
    tcpTwReuse: 2,
    sources: [],
    pieces: [],
    problems: [],
    sharedSockets: 0,
    foldedGroups: 0,
    foldedNamespaces: 0,
    ledgerPorts: 0,
    ledgerStartMs: 0,
    historyDropped: 0,
    lostEvents: 0,
  };
}

/** A named group that holds `bound` bound TCP ports. */
export function createGroup(process: string, bound: number): GroupReport {
  const none = { connections: 0, opened: 0 };
  return {
    kind: 'named',
    netns: 'host',
    process,
    unit: 'x.service',
    ports: { tcp: { bound }, udp: {} },
    opened: { tcp: 0, udp: 0 },
    released: { tcp: 0, udp: 0 },
    stuck: { ports: 0, largest: 0, total: 0, released: { closed: 0, used: 0, exited: 0 }, remotes: [] },
    members: 1,
    oldestHeldMs: 0,
    startMs: 0,
    executableChangeMs: 0,
    handles: -1,
    mutedReason: '',
    linkLocal: { metadata: none, time: none, link_local_v4: none, link_local_v6: none },
  };
}

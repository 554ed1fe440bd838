import type { GroupReport, PoolReport, Report } from '../../src/model/report.ts';

/** A report of an empty host, with the given fields. */
export function buildReport(fields: Partial<Report> = {}): Report {
  return {
    takenAtMs: 1_700_000_000_000,
    bootMs: 1_000_000,
    namespaces: [],
    ranges: [],
    pools: [],
    rangelessPools: [],
    groups: [],
    unattributed: [],
    probes: [],
    probeFailures: [],
    systemEvents: [],
    timeWaitSeconds: 0,
    tcpTwReuse: -1,
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
    ...fields,
  };
}

/** A TCP pool of the default Linux range. */
export function buildPool(fields: Partial<PoolReport> = {}): PoolReport {
  return { netns: 'host', protocol: 'tcp', capacity: 28_232, used: 0, states: {}, destinations: [], ...fields };
}

/** A named group with no ports. */
export function buildGroup(fields: Partial<GroupReport> = {}): GroupReport {
  const none = { connections: 0, opened: 0 };
  return {
    kind: 'named',
    netns: 'host',
    process: 'app',
    unit: 'app.service',
    ports: { tcp: {}, udp: {} },
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
    ...fields,
  };
}

import type { ExporterFacts } from '../../src/metrics/exporter-facts.ts';
import { LINK_LOCAL_CLASSES } from '../../src/model/link-local.ts';
import { UNATTRIBUTED_REASONS } from '../../src/model/owner-code.ts';
import { PIECES } from '../../src/model/problem.ts';
import { ADDRESS_FAMILIES, PROTOCOLS } from '../../src/model/protocol.ts';
import { type GroupReport, PROBE_CODES, type Report } from '../../src/model/report.ts';
import { TCP_PORT_STATES, UDP_PORT_STATES } from '../../src/model/socket-state.ts';
import { buildGroup, buildPool, buildReport } from './report-builder.ts';

export const FACTS: ExporterFacts = {
  version: '1.2.3',
  revision: 'abc',
  node: '20.20.2',
  os: 'linux',
  arch: 'x64',
  sampleIntervalMs: 5_000,
  lastSampleMs: 1_700_000_000_500,
  config: { lastReloadSuccessful: true, lastReloadSuccessMs: 1_700_000_000_000 },
};

function record<K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
}

/** A named group in which every series there can be is there and not 0. */
export function fullGroup(fields: Partial<GroupReport> = {}): GroupReport {
  return buildGroup({
    ports: { tcp: record(TCP_PORT_STATES, () => 3), udp: record(UDP_PORT_STATES, () => 2) },
    opened: { tcp: 100, udp: 50 },
    released: { tcp: 82, udp: 46 },
    stuck: {
      ports: 7,
      largest: 5,
      total: 9,
      released: { closed: 1, used: 1, exited: 3 },
      remotes: [
        { remote: '169.254.169.254:80', class: 'metadata', ports: 3 },
        { remote: '203.0.113.9:443', class: 'other', ports: 2 },
        { remote: '[2001:db8::1]:443', class: 'other', ports: 1 },
        { remote: '(other)', class: 'other', ports: 1 },
        { remote: '(never seen)', class: 'other', ports: 1 },
      ],
    },
    oldestHeldMs: 1_699_999_000_000,
    startMs: 1_699_990_000_000,
    executableChangeMs: 1_699_980_000_000,
    handles: 321,
    mutedReason: 'known',
    linkLocal: record(LINK_LOCAL_CLASSES, () => ({ connections: 2, opened: 4 })),
    ...fields,
  });
}

/** A report with all there can be: `netnsCount` namespaces, `groupCount` named groups, and those of no name. */
export function fullReport(netnsCount: number, groupCount: number): Report {
  const names = Array.from({ length: netnsCount }, (_, index) => (index === 0 ? 'host' : `pod-${index}`));
  const nameless = names.flatMap((netns) =>
    (['other', 'kernel', 'unknown'] as const).map((kind) =>
      fullGroup({ kind, netns, process: `(${kind})`, unit: '', mutedReason: '' }),
    ),
  );
  const named = Array.from({ length: groupCount }, (_, index) =>
    fullGroup({
      netns: names[index % netnsCount] as string,
      process: `program-${index}`,
      unit: `unit-${index}.service`,
    }),
  );
  const range = { first: 32_768, last: 60_999, size: 28_232, excluded: 4 };
  return buildReport({
    namespaces: names.map((netns, index) => ({ netns, inode: `40265${index}`, container: 'c0ffee', podUid: 'uid' })),
    ranges: names.flatMap((netns) =>
      PROTOCOLS.flatMap((protocol) => ADDRESS_FAMILIES.map((af) => ({ netns, protocol, af, ...range }))),
    ),
    pools: names.flatMap((netns) => [
      buildPool({
        netns,
        used: 600,
        states: record(TCP_PORT_STATES, () => 100),
        destinations: [1, 2, 3, 4, 5].map((n) => ({ remote: `192.0.2.${n}:443`, class: 'other', used: 60 - n })),
        headroom: { low: 27_632, high: 28_000 },
      }),
      buildPool({ netns, protocol: 'udp', used: 100, states: record(UDP_PORT_STATES, () => 50) }),
    ]),
    groups: [...named, ...nameless],
    unattributed: names.flatMap((netns) =>
      PROTOCOLS.flatMap((protocol) => UNATTRIBUTED_REASONS.map((reason) => ({ netns, protocol, reason, ports: 4 }))),
    ),
    probes: PROTOCOLS.flatMap((protocol) => ADDRESS_FAMILIES.map((af) => ({ protocol, af, code: 'EADDRINUSE' }))),
    probeFailures: PROTOCOLS.flatMap((protocol) =>
      ADDRESS_FAMILIES.map((af) => ({ protocol, af, byCode: record(PROBE_CODES, () => 1) })),
    ),
    systemEvents: [
      { eventId: 4231, provider: 'Tcpip', count: 2, lastMs: 1_699_999_000_000 },
      { eventId: 5719, provider: 'NETLOGON', count: 1, lastMs: 1_699_999_000_000 },
    ],
    timeWaitSeconds: 60,
    tcpTwReuse: 2,
    sources: PIECES.map((piece) => ({ piece, source: 'inet_diag' })),
    pieces: PIECES.map((piece) => ({ piece, success: true, timedOut: false, durationMs: 2.5 })),
    sharedSockets: 2,
    foldedGroups: 12,
    foldedNamespaces: 3,
    ledgerPorts: 700,
    ledgerStartMs: 1_699_000_000_000,
    historyDropped: 1,
    lostEvents: 1,
  });
}

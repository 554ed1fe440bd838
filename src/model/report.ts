import type { OwnerGroupKind, StuckReleaseHow } from './attributed.ts';
import type { LinkLocalClass, RemoteClass } from './link-local.ts';
import type { UnattributedReason } from './owner-code.ts';
import type { PieceOutcome, PieceSource, Problem } from './problem.ts';
import type { AddressFamily, Protocol } from './protocol.ts';
import type { BindProbe, SystemEventCount } from './sample.ts';
import type { PortState } from './socket-state.ts';

/** Ports by state; a state that no source in use can see is absent. */
export type PortsByState = Readonly<Partial<Record<PortState, number>>>;

export interface RangeReport {
  readonly netns: string;
  readonly protocol: Protocol;
  readonly af: AddressFamily;
  readonly first: number;
  readonly last: number;
  readonly size: number;
  readonly excluded: number;
}

export interface Destination {
  /** `ip:port`, IPv6 in brackets. */
  readonly remote: string;
  readonly class: RemoteClass;
  /** Ports serving that destination. */
  readonly used: number;
}

/** The used ports of one protocol in one namespace. */
export interface PoolUse {
  readonly netns: string;
  readonly protocol: Protocol;
  readonly used: number;
  readonly states: PortsByState;
}

/** The ports of one protocol in one namespace, or in all those that are folded into `(other)` together. */
export interface PoolReport extends PoolUse {
  readonly capacity: number;
  /** The busiest first; TCP only. */
  readonly destinations: readonly Destination[];
  /** Ports left to the worst destination; TCP only. `low`: every used port locks; `high`: only bound and listening ones. */
  readonly headroom?: { readonly low: number; readonly high: number };
}

/** What stands where a stuck port's remote has no name of its own. */
export const REMOTE_LABEL = { other: '(other)', neverSeen: '(never seen)' } as const;

/** `(other)` stands once for each class that has folded remotes; `(never seen)` is of class `other`. */
export interface StuckRemote {
  /** `ip:port`, `(other)` or `(never seen)`. */
  readonly remote: string;
  readonly class: RemoteClass;
  readonly ports: number;
}

/** What is known of the stuck TCP ports of a group. */
export interface StuckReport {
  readonly ports: number;
  /** Of the one process of the group that holds most. */
  readonly largest: number;
  readonly total: number;
  readonly released: Readonly<Record<StuckReleaseHow, number>>;
  /** The 3 most frequent and all metadata ones, then `(other)` and `(never seen)` where not 0. */
  readonly remotes: readonly StuckRemote[];
}

export interface GroupReport {
  readonly kind: OwnerGroupKind;
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
  readonly ports: Readonly<Record<Protocol, PortsByState>>;
  readonly opened: Readonly<Record<Protocol, number>>;
  readonly released: Readonly<Record<Protocol, number>>;
  readonly stuck: StuckReport;
  readonly members: number;
  /** Unix ms; 0 when the group holds no port. */
  readonly oldestHeldMs: number;
  /** Unix ms; 0 when not known. */
  readonly startMs: number;
  readonly executableChangeMs: number;
  /** -1 when not read. */
  readonly handles: number;
  /** Why the owner is declared harmless; empty when it is not muted. */
  readonly mutedReason: string;
  readonly linkLocal: Readonly<Record<LinkLocalClass, { readonly connections: number; readonly opened: number }>>;
}

export interface NamespaceReport {
  readonly netns: string;
  readonly inode: string;
  readonly container: string;
  readonly podUid: string;
}

export interface UnattributedReport {
  readonly netns: string;
  readonly protocol: Protocol;
  readonly reason: UnattributedReason;
  readonly ports: number;
}

/** Codes that failed bind probes are counted by; every other code is `other`. ENOBUFS is how Windows says it. */
export const PROBE_CODES = ['EADDRINUSE', 'EAGAIN', 'EADDRNOTAVAIL', 'ENOBUFS', 'other'] as const;
export type ProbeCode = (typeof PROBE_CODES)[number];

/** Failed bind probes of one protocol and family since the exporter started; there from the first probe of that kind on. */
export interface ProbeFailures {
  readonly protocol: Protocol;
  readonly af: AddressFamily;
  readonly byCode: Readonly<Record<ProbeCode, number>>;
}

/** Everything that is said of one sample: what metrics, the page and `inspect` print. */
export interface Report {
  /** Unix ms. */
  readonly takenAtMs: number;
  readonly bootMs: number;
  readonly namespaces: readonly NamespaceReport[];
  readonly ranges: readonly RangeReport[];
  readonly pools: readonly PoolReport[];
  /** Those whose range may not be read: what they use is counted by our own range, and nothing can be said of what is left. */
  readonly rangelessPools: readonly PoolUse[];
  readonly groups: readonly GroupReport[];
  readonly unattributed: readonly UnattributedReport[];
  readonly probes: readonly BindProbe[];
  readonly probeFailures: readonly ProbeFailures[];
  /** `count`: since the exporter started. */
  readonly systemEvents: readonly SystemEventCount[];
  readonly timeWaitSeconds: number;
  readonly tcpTwReuse: number;
  readonly sources: readonly PieceSource[];
  readonly pieces: readonly PieceOutcome[];
  readonly problems: readonly Problem[];
  readonly sharedSockets: number;
  readonly foldedGroups: number;
  readonly foldedNamespaces: number;
  readonly ledgerPorts: number;
  readonly ledgerStartMs: number;
  /** Since the exporter started, like `lostEvents`. */
  readonly historyDropped: number;
  readonly lostEvents: number;
}

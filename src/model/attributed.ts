import type { LinkLocalClass } from './link-local.ts';
import type { Protocol } from './protocol.ts';
import type { Sample } from './sample.ts';

/**
 * The used ports of one sample, a row per (netns, protocol, port), with everything the ledger knows of them. Ages run on
 * the boot clock of `Sample.bootMs`.
 */
export interface PortColumns {
  readonly length: number;
  /** Index into `Sample.namespaces`. */
  readonly netns: Uint16Array;
  /** {@link PROTOCOL} code. */
  readonly protocol: Uint8Array;
  readonly port: Uint16Array;
  /** {@link PORT_STATE} code of the dominant socket. */
  readonly state: Uint8Array;
  /** Index into `Attributed.groups`. */
  readonly group: Int32Array;
  /** Index into `Attributed.owners`, or an {@link OWNER_CODE}. */
  readonly owner: Int32Array;
  /** Row of the dominant socket in `Sample.sockets`. */
  readonly socket: Int32Array;
  /** Boot clock ms since when the present owner holds the port without a break; NaN when the port is not held. */
  readonly heldSinceMs: Float64Array;
  /** 1 when held for longer than `--stuck.after`. */
  readonly stuck: Uint8Array;
  /** Index into `Attributed.remotes`; -1 when the port is not held or its remote was never seen. */
  readonly lastRemote: Int32Array;
}

/** A process that owns a port now, alive or (for TIME_WAIT) not. */
export interface PortOwner {
  readonly pid: number;
  readonly startMs: number;
  readonly name: string;
  readonly unit: string;
  readonly alive: boolean;
}

/** How stuck ports came to an end. */
export const STUCK_RELEASE_HOWS = ['closed', 'used', 'exited'] as const;
export type StuckReleaseHow = (typeof STUCK_RELEASE_HOWS)[number];

/** `named`: under its own name. The others are the folded rest, ports of the kernel, and ports nobody could be found for. */
export type OwnerGroupKind = 'named' | 'other' | 'kernel' | 'unknown';

/** The label of a group that is not named. */
export const GROUP_LABEL = { other: '(other)', kernel: '(kernel)', unknown: '(unknown)' } as const;

/** The label of the namespaces that have no series of their own. */
export const FOLDED_NETNS = '(other)';

/** An owner group with its name and all that is counted under it since the exporter started. */
export interface OwnerGroup {
  readonly kind: OwnerGroupKind;
  /** Label values. A real name that begins with `(` has a `_` before it. */
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
  readonly opened: Readonly<Record<Protocol, number>>;
  readonly released: Readonly<Record<Protocol, number>>;
  /** TCP ports that became stuck. */
  readonly stuckTotal: number;
  readonly stuckReleased: Readonly<Record<StuckReleaseHow, number>>;
  readonly linkLocalOpened: Readonly<Record<LinkLocalClass, number>>;
  /** Start of the member holding most stuck ports, else of the oldest living member, unix ms; 0 when there is none. */
  readonly startMs: number;
  /** Change time of the executable of that member, or when its identity was seen to change, unix ms; 0 when not known. */
  readonly executableChangeMs: number;
  /** Living processes of the group that hold ports. */
  readonly members: number;
  /** Sum over the members; -1 when none could be read. */
  readonly handles: number;
}

/** A sample with owners, names and memory: what the ledger hands on. Valid until the next reduce. */
export interface Attributed {
  readonly sample: Sample;
  /** What each of `Sample.namespaces` is counted under: its own name, or {@link FOLDED_NETNS}. */
  readonly netnsLabels: readonly string[];
  readonly ports: PortColumns;
  /** Row of {@link PortColumns} of each socket row; -1 for a socket outside the range. */
  readonly portOfSocket: Int32Array;
  /** Group of each socket row (not only of dominant ones): index into `groups`. */
  readonly groupOfSocket: Int32Array;
  readonly owners: readonly PortOwner[];
  readonly groups: readonly OwnerGroup[];
  /** Last remotes by index, as `ip:port`, with the words for their class. */
  readonly remotes: RemoteTable;
  /** Unix ms since when the ledger remembers (kept over restarts that found their journal). */
  readonly ledgerStartMs: number;
  /** Ports the ledger remembers. */
  readonly ledgerPorts: number;
  /** Owner groups without a name of their own, counted under `(other)`. */
  readonly foldedGroups: number;
  /** Since the exporter started, like `lostEvents`. */
  readonly historyDropped: number;
  readonly lostEvents: number;
}

/** Remote endpoints by index; 4 address words each. */
export interface RemoteTable {
  readonly length: number;
  readonly words: Uint32Array;
  readonly ports: Uint16Array;
}

import type { DynamicRange } from './port-range.ts';
import type { PieceOutcome, PieceSource, Problem } from './problem.ts';
import type { AddressFamily, Protocol } from './protocol.ts';
import type { SocketColumns } from './socket-columns.ts';

/** A network namespace whose sockets were read; on Windows there is one, `host`. */
export interface NamespaceRow {
  /** `host` for the initial one, `self` when the exporter runs in another, else its `ip netns` name, container, pod or inode. */
  readonly name: string;
  /** Inode of the namespace, decimal; empty where the system has none. A later namespace may have the same. */
  readonly inode: string;
  /** Tells it from every other namespace of the same boot; absent when nothing does. */
  readonly identity?: string;
  readonly container: string;
  readonly podUid: string;
  /** Up to four: protocol x address family. Empty when the range could not be read. */
  readonly ranges: readonly DynamicRange[];
  /** True when its range may not be read, and `ranges` are those of our own: they tell which ports to count, and no more. */
  readonly rangesAssumed?: boolean;
  /** Protocols whose sockets could not be read whole here, beyond those that `pieces` tell of. */
  readonly unread?: readonly Protocol[];
  /** False when the source cannot show bound-only TCP sockets here: state `bound` is then absent, `used` a lower bound. */
  readonly boundVisible: boolean;
}

/** What tells one process from every other of the same boot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Unix ms of its start as the system tells it; stable between samples. */
  readonly startMs: number;
}

/** A process that owns at least one socket of the sample, or that a connection event names. */
export interface ProcessRow extends ProcessIdentity {
  /** Name by the executable or a config matcher; hostile input, at most 64 characters. */
  readonly name: string;
  /** Service, scope class or `container`; empty when there is none. */
  readonly unit: string;
  /** Full path of the executable; empty when not readable. */
  readonly executable: string;
  /** Change time of the executable, unix ms; 0 when not known. */
  readonly executableChangeMs: number;
  /** Open handles or file descriptors; -1 when not read. */
  readonly handles: number;
}

/** One bind(0)-and-close of our own. */
export interface BindProbe {
  readonly protocol: Protocol;
  readonly af: AddressFamily;
  /** Empty on success, else the errno name: EADDRINUSE, EAGAIN, ... */
  readonly code: string;
}

/**
 * What a trace or an audit log saw between two samples: `process` connected (`opened`) the tuple, or began to close
 * it (`closed`: it will leave the TIME_WAIT). TCP only.
 */
export interface ConnectionEvent {
  readonly kind: 'opened' | 'closed';
  /** Index into `Sample.namespaces`. */
  readonly netns: number;
  /** Index into `Sample.processes`. */
  readonly process: number;
  /** Boot clock, ms. */
  readonly atMs: number;
  readonly localPort: number;
  readonly remotePort: number;
  readonly local: readonly [number, number, number, number];
  readonly remote: readonly [number, number, number, number];
}

/** A system event log entry that tells of exhaustion (Windows). */
export interface SystemEventCount {
  readonly eventId: number;
  readonly provider: string;
  /** Entries since the previous sample. */
  readonly count: number;
  /** Unix ms of the last one ever seen; 0 when there was none. */
  readonly lastMs: number;
}

/** One reading of the host: plain columns, no judgement. What could not be read is absent and stands in `problems`. */
export interface Sample {
  /** Wall clock when the reading began, unix ms. For output only. */
  readonly takenAtMs: number;
  /** Boot clock when the reading began, ms: all ages run on it. */
  readonly bootMs: number;
  /** Changes with every boot of the system; empty when it has none. */
  readonly bootId: string;
  readonly namespaces: readonly NamespaceRow[];
  readonly processes: readonly ProcessRow[];
  /**
   * Owners of the previous sample that no longer exist (a zombie does not): tells "it closed its last port" from "it died".
   * Empty when the source cannot tell.
   */
  readonly exitedProcesses: readonly ProcessIdentity[];
  /** Sockets whose local port lies in a range of their namespace and protocol; each row once. */
  readonly sockets: SocketColumns;
  /** Sockets that more than one process was seen to hold; they are credited once. */
  readonly sharedSockets: number;
  readonly probes: readonly BindProbe[];
  readonly connectionEvents: readonly ConnectionEvent[];
  /** Trace or log events that were lost since the previous sample. */
  readonly lostEvents: number;
  readonly systemEvents: readonly SystemEventCount[];
  /** Seconds a port stays in TIME_WAIT; 0 when not known. */
  readonly timeWaitSeconds: number;
  /** net.ipv4.tcp_tw_reuse; -1 when not known. */
  readonly tcpTwReuse: number;
  readonly sources: readonly PieceSource[];
  readonly pieces: readonly PieceOutcome[];
  readonly problems: readonly Problem[];
}

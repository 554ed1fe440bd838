import type { FsFailure } from '../owners/process-fs.ts';
import type { ContainerIdentity } from './container-of-cgroup.ts';
import type { HashedCounts, SocketCounts } from './sockstat.ts';

/** What finding, naming and following namespaces needs of the host; every call is synchronous and none throws. */
export interface NamespaceFs {
  /** Ids of the processes, ascending. */
  listPids(): readonly number[] | FsFailure;
  /** Decimal inode of a process's network namespace; {@link readNetNumber} where we may not ask; empty when it is gone. */
  readNetns(pid: number): string;
  /**
   * `proc-` and a number that the processes of a namespace share and no others: of a file below `/proc/PID/net`, of which each
   * namespace has its own, and which may be looked at by everybody. Empty when it is gone.
   */
  readNetNumber(pid: number): string;
  /** What the kernel counts in a process's network namespace; undefined when it cannot be read, as the next two. */
  readCounts(pid: number): SocketCounts | undefined;
  readHashed(pid: number): HashedCounts | undefined;
  /** Another text once a connection came or went there. */
  readConnectionCounts(pid: number): string | undefined;
  readContainer(pid: number): ContainerIdentity;
  /** Clock ticks from boot to the start of a process; undefined when it is gone. */
  readStartTicks(pid: number): number | undefined;
  /** Names given by `ip netns`, by inode. */
  readIpNetnsNames(): ReadonlyMap<string, string>;
}

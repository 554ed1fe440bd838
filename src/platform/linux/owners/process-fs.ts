/** Why something under the proc root could not be read: the process is gone, we may not, or this time it did not work. */
export type FsFailure = 'gone' | 'refused' | 'failed';

/** What a link in `/proc/PID/fd` is when it is not a socket (a socket is its inode, above 0). */
export const FD_LINK = { notSocket: 0, gone: -1, refused: -2, failed: -3 } as const;

/** What finding owners needs of the proc root; every call is synchronous and none throws. */
export interface ProcessFs {
  /** Ids of the thread group leaders, ascending. */
  listPids(): readonly number[] | FsFailure;
  /** `/proc/PID/stat`; empty when it cannot be read. */
  readStat(pid: number): string;
  /** Open descriptors as `stat` tells them since Linux 6.2; 0 or -1 when it does not. */
  countFds(pid: number): number;
  /** Numbers of the open descriptors, ascending. */
  listFds(pid: number): Int32Array | FsFailure;
  /** Inode of the socket behind a descriptor, or an {@link FD_LINK} code. */
  readFdLink(pid: number, fd: number): number;
  /** Target of `/proc/PID/exe`; empty when it cannot be read. */
  readExecutable(pid: number): string;
  /** Change time of the executable, unix ms, through the link so that it holds in containers; 0 when not known. */
  readExecutableChangeMs(pid: number): number;
  /** `/proc/PID/cmdline`, NUL between the arguments; empty when it cannot be read. */
  readCommandLine(pid: number): string;
  /** `/proc/PID/cgroup`; empty when it cannot be read. */
  readCgroup(pid: number): string;
  /** `/proc/stat`; empty when it cannot be read. */
  readSystemStat(): string;
}

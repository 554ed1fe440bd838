import type { SocketColumnsDraft } from '../../../model/socket-columns.ts';

/** Sockets as the kernel told them, before their owners are known: one more column or two that only Linux has. */
export interface SocketDump {
  /** `process` is not yet filled. */
  readonly columns: SocketColumnsDraft;
  /** sockfs inode; 0 for TIME_WAIT, orphans and un-accepted connections. */
  readonly inode: Uint32Array;
  /** Inode of the cgroup2 directory the socket was created in; 0 when the source has none. Ids are below 2^53. */
  readonly cgroupId: Float64Array;
}

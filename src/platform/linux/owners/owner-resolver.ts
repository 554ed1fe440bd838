import type { Problem } from '../../../model/problem.ts';
import type { ProcessIdentity, ProcessRow } from '../../../model/sample.ts';
import type { SocketDump } from '../sockets/socket-dump.ts';

export interface OwnerResolution {
  readonly processes: readonly ProcessRow[];
  /** Owners of the previous resolution that no longer exist; absent when it cannot tell. */
  readonly exitedProcesses?: readonly ProcessIdentity[];
  readonly sharedSockets: number;
  readonly problems: readonly Problem[];
}

/** Fills `dump.columns.process` with indexes into the returned processes or with an OWNER_CODE. */
export interface OwnerResolver {
  resolve(dump: SocketDump, budgetMs: number): OwnerResolution;
  /** True when the process that a socket of the last resolution was credited to still holds it by the same descriptor. */
  holds(inode: number): boolean;
}

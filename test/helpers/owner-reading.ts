import type { OwnerResolution } from '../../src/platform/linux/owners/owner-resolver.ts';
import { SocketOwners, type SocketOwnersOptions } from '../../src/platform/linux/owners/socket-owners.ts';
import type { FakeHost } from './fake-host.ts';

/** One resolved dump, by inode. */
export interface Reading extends OwnerResolution {
  /** Pid of a socket's owner, or its OWNER_CODE. */
  ownerOf(inode: number): number | undefined;
}

/** A resolver over `host`, and a function that takes a dump `afterMs` after the last one and resolves it. */
export function readingOf(
  host: FakeHost,
  options: Partial<SocketOwnersOptions> = {},
): (afterMs?: number, budgetMs?: number) => Reading {
  const owners = new SocketOwners({
    processFs: host.processFs,
    cgroupFs: host.cgroupFs,
    clock: { wallMs: () => 1_700_001_000_000, bootMs: () => host.bootMs },
    monotonicMs: () => host.monotonicMs,
    nameRules: [],
    ...options,
  });
  return (afterMs = 5_000, budgetMs = 1_000) => {
    host.bootMs += afterMs;
    host.monotonicMs += afterMs;
    const dump = host.dump();
    const resolution = owners.resolve(dump, budgetMs);
    const byInode = new Map<number, number>();
    for (let row = 0; row < dump.columns.length; row++) {
      const index = dump.columns.process[row] as number;
      byInode.set(dump.inode[row] as number, resolution.processes[index]?.pid ?? index);
    }
    return { ...resolution, ownerOf: (inode) => byInode.get(inode) };
  };
}

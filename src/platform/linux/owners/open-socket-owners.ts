import type { ProcessNameRule } from '../../../config/config.ts';
import type { Clock } from '../../../model/clock.ts';
import { readMountPoint } from '../mount-point.ts';
import { openCgroupFs } from './cgroup-fs.ts';
import { openProcessFs } from './process-fs-node.ts';
import { SocketOwners } from './socket-owners.ts';

/** Where the owners of this host's sockets are looked for. */
export interface OwnerSources {
  readonly procRoot: string;
  /** Mount point of cgroup2; by default the one that `self/mountinfo` tells. Without one nothing is narrowed by cgroup. */
  readonly cgroupRoot?: string;
  readonly clock: Clock;
  readonly nameRules: readonly ProcessNameRule[];
}

/** {@link SocketOwners} over the real file systems. */
export function openSocketOwners({ procRoot, cgroupRoot, clock, nameRules }: OwnerSources): SocketOwners {
  return new SocketOwners({
    processFs: openProcessFs(procRoot),
    cgroupFs: openCgroupFs(cgroupRoot ?? readMountPoint(procRoot, 'cgroup2')),
    clock,
    monotonicMs: () => performance.now(),
    nameRules,
  });
}

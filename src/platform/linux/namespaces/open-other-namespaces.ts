import type { Settings } from '../../../config/settings.ts';
import { ExporterError } from '../../../errors.ts';
import { chooseBoundSource } from '../bound/choose-bound-source.ts';
import type { Libc } from '../libc.ts';
import type { NamespaceIdentity } from '../namespace-name.ts';
import type { Enter } from '../netlink/netlink.ts';
import { NetlinkTables } from '../netlink/netlink-tables.ts';
import type { SocketTables } from '../sockets/socket-tables.ts';
import type { OpenNamespace } from './namespace-access.ts';
import { openNamespaceFs } from './namespace-fs-node.ts';
import { NamespaceSwitch } from './namespace-switch.ts';
import { netlinkNamespaces } from './netlink-namespace.ts';
import { OtherNamespaces } from './other-namespaces.ts';
import { procNamespaces } from './proc-namespace.ts';

const KERNEL_THREADS_PID = 2;

export interface OthersSources {
  readonly settings: Settings;
  readonly ours: NamespaceIdentity;
  /** Absent where koffi cannot be had. */
  readonly libc: Libc | undefined;
  /** Of our own namespace. */
  readonly tables: SocketTables;
}

/** {@link OtherNamespaces} of this host; to be called in the thread that is to read them. */
export function openOtherNamespaces(sources: OthersSources): OtherNamespaces {
  const { ours, settings } = sources;
  const procRoot = settings.procfs;
  const fs = openNamespaceFs(procRoot);
  const enter = openWayIn(sources);
  return new OtherNamespaces({
    fs,
    ownInode: ours.inode,
    // The kernel's own threads live in the initial one.
    hostInode: ours.scope === 'host' ? fs.readNetns(KERNEL_THREADS_PID) : '',
    ...(enter && { enter }),
    lookFrom: procNamespaces(procRoot),
    monotonicMs: () => performance.now(),
  });
}

function openWayIn({ settings, libc, tables }: OthersSources): OpenNamespace | undefined {
  if (libc === undefined || !(tables instanceof NetlinkTables)) return undefined;
  try {
    const procRoot = settings.procfs;
    const switcher = new NamespaceSwitch(libc, procRoot);
    const openTables = (enter: Enter, inode: string) => chooseBoundSource(tables.ofOther(enter), settings, libc, inode);
    return netlinkNamespaces({ libc, procRoot, switcher, openTables });
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    return undefined;
  }
}

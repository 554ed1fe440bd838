import { release } from 'node:os';
import type { Settings } from '../../../config/settings.ts';
import type { PlatformChecks } from '../../check.ts';
import { loadLibc } from '../libc.ts';
import { identifyNamespace } from '../namespace-name.ts';
import { NetlinkTables } from '../netlink/netlink-tables.ts';
import { openProcessFs } from '../owners/process-fs-node.ts';
import { checkCapabilities } from './capabilities-check.ts';
import { checkHidepid } from './hidepid-check.ts';
import { checkKernel } from './kernel-check.ts';
import { findListener } from './listener.ts';
import { checkNetlink } from './netlink-check.ts';
import { openProcTexts } from './proc-texts.ts';
import { reserveCommand } from './reserve-command.ts';
import { checkScope } from './scope-check.ts';
import { checkTracefs } from './tracefs-check.ts';

/** What `doctor` asks of a Linux host beside what it asks of every host. */
export function linuxChecks({ procfs, linuxTrace }: Settings): PlatformChecks {
  const readText = openProcTexts(procfs);
  return {
    checks: [
      { name: 'kernel', run: () => checkKernel(release()) },
      { name: 'netlink', run: () => checkNetlink(() => new NetlinkTables(loadLibc())) },
      { name: 'capabilities', run: () => checkCapabilities(readText, identifyNamespace(procfs).scope) },
      { name: 'hidepid', run: () => checkHidepid(readText, procfs) },
      { name: 'scope', run: () => checkScope(identifyNamespace(procfs)) },
      { name: 'tracefs', run: () => checkTracefs(readText, linuxTrace) },
    ],
    listenerOf: async (port) => findListener(port, readText, openProcessFs(procfs)),
    reserveCommand: (port) => reserveCommand(port, readText('sys/net/ipv4/ip_local_reserved_ports')),
  };
}

import { ExporterError } from '../../../errors.ts';
import { type Finding, ok, warning } from '../../check.ts';
import type { NetlinkTables } from '../netlink/netlink-tables.ts';

/** Whether koffi loads, libc can be called, and inet_diag answers for TCP and UDP. */
export function checkNetlink(open: () => Pick<NetlinkTables, 'check' | 'close'>): Finding {
  try {
    const tables = open();
    try {
      tables.check();
    } finally {
      tables.close();
    }
    return ok('koffi is loaded and inet_diag answers for TCP and UDP');
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    const why = `${error.message}; sockets are read from proc files, which costs more and hides bound-only ports`;
    const isKernel = error.code === 'EPH_NETLINK_ERROR';
    return warning(why, isKernel ? 'modprobe -a inet_diag tcp_diag udp_diag' : 'npm ci --omit=dev');
  }
}

import type { ProcessFs } from '../owners/process-fs.ts';
import { sanitizeName } from '../owners/process-name.ts';
import type { ReadProcText } from './proc-texts.ts';

const LISTEN = '0A';

/** Who listens on a TCP port of this network namespace, as `nginx (pid 12)`; empty when nobody does or it is hidden. */
export function findListener(
  port: number,
  readText: ReadProcText,
  processes: Pick<ProcessFs, 'listPids' | 'listFds' | 'readFdLink'>,
): string {
  const inodes = new Set(['self/net/tcp', 'self/net/tcp6'].flatMap((file) => listeningInodes(readText(file), port)));
  const pids = processes.listPids();
  if (inodes.size === 0 || typeof pids === 'string') return '';
  for (const pid of pids) {
    const fds = processes.listFds(pid);
    if (typeof fds === 'string') continue;
    if (!fds.some((fd) => inodes.has(processes.readFdLink(pid, fd)))) continue;
    return `${sanitizeName(readText(`${pid}/comm`).trim())} (pid ${pid})`;
  }
  return '';
}

/** Columns of proc_net_tcp: slot, local address:port in hex, remote, state, queues, timer, retransmits, uid, timeout, inode. */
function listeningInodes(table: string, port: number): number[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const isOurs = state === LISTEN && Number.parseInt(local.split(':')[1] ?? '', 16) === port;
    return isOurs && Number(inode) > 0 ? [Number(inode)] : [];
  });
}

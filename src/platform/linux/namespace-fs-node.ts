import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { containerOfCgroup } from './container-of-cgroup.ts';
import { readIpNetnsNames } from './ip-netns.ts';
import type { NamespaceFs } from './namespace-fs.ts';
import { openProcessFs } from './process-fs-node.ts';
import { parseProcessStat } from './process-stat.ts';
import { parseActiveOpens, parseProtocols, parseSockstat } from './sockstat.ts';

/** {@link NamespaceFs} over a real proc root. */
export function openNamespaceFs(procRoot: string): NamespaceFs {
  const { listPids, readCgroup, readStat } = openProcessFs(procRoot);
  const readNetNumber = (pid: number) => readNumber(`${procRoot}/${pid}/net/sockstat`);
  return {
    listPids,
    readNetns: (pid) => readInode(`${procRoot}/${pid}/ns/net`) ?? readNetNumber(pid),
    readNetNumber,
    readCounts: (pid) => parseSockstat(readText(`${procRoot}/${pid}/net/sockstat`)),
    readHashed: (pid) => parseProtocols(readText(`${procRoot}/${pid}/net/protocols`)),
    readActiveOpens: (pid) => parseActiveOpens(readText(`${procRoot}/${pid}/net/snmp`)),
    readContainer: (pid) => containerOfCgroup(readCgroup(pid)),
    readStartTicks: (pid) => parseProcessStat(readStat(pid))?.startTicks,
    // Seen from a container, the host's own is below its first process.
    readIpNetnsNames: () => readIpNetnsNames([`${procRoot}/1/root/run/netns`, '/run/netns']),
  };
}

/** Undefined when we may not ask. */
function readInode(path: string): string | undefined {
  try {
    return /^net:\[(\d+)\]$/.exec(readlinkSync(path))?.[1] ?? '';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'EACCES' || code === 'EPERM' ? undefined : '';
  }
}

function readNumber(path: string): string {
  try {
    return `proc-${statSync(path).ino}`;
  } catch {
    return '';
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

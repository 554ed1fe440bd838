import { closeSync, openSync, readlinkSync, readSync, statSync } from 'node:fs';
import { openProcessFs } from '../owners/process-fs-node.ts';
import { parseProcessStat } from '../owners/process-stat.ts';
import { containerOfCgroup } from './container-of-cgroup.ts';
import { readIpNetnsNames } from './ip-netns.ts';
import type { NamespaceFs } from './namespace-fs.ts';
import { parseConnectionCounts, parseProtocols, parseSockstat } from './sockstat.ts';

// Ten times what the longest of these files has.
const scratch = Buffer.alloc(65_536);

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
    readConnectionCounts: (pid) => parseConnectionCounts(readText(`${procRoot}/${pid}/net/snmp`)),
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

/** A third cheaper than readFileSync, which asks for a size that these files do not have. */
function readText(path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    let length = 0;
    let count = 0;
    do {
      count = readSync(fd, scratch, length, scratch.length - length, null);
      length += count;
    } while (count > 0);
    return scratch.toString('latin1', 0, length);
  } catch {
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

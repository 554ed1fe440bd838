import { allocateSocketColumns } from '../../src/model/socket-columns.ts';
import type { CgroupFs } from '../../src/platform/linux/owners/cgroup-fs.ts';
import { FD_LINK, type ProcessFs } from '../../src/platform/linux/owners/process-fs.ts';
import type { SocketDump } from '../../src/platform/linux/sockets/socket-dump.ts';

export interface FakeProcess {
  readonly pid: number;
  readonly startTicks: number;
  parent: number;
  comm: string;
  executable: string;
  cgroup: string;
  commandLine: string;
  /** Errors of its descriptor directory and of its links. */
  fdsRefused: boolean;
  linksRefused: boolean;
  zombie: boolean;
  /** Descriptor -> socket inode, or 0 for another file. */
  readonly fds: Map<number, number>;
}

interface FakeSocket {
  readonly cookie: number;
  readonly cgroupId: number;
}

export const BOOT_SECONDS = 1_700_000_000;

/** A host in memory: what the tests open is the ground truth, and every read of its proc root is counted. */
export class FakeHost {
  readonly processes: Map<number, FakeProcess> = new Map();
  /** By inode; what the next dump lists. */
  readonly sockets: Map<number, FakeSocket> = new Map();
  readonly cgroups: Map<string, { id: number; members: number[] }> = new Map();
  readonly reads: { links: number; listings: number; readonly pids: Set<number> } = {
    links: 0,
    listings: 0,
    pids: new Set<number>(),
  };
  /** False: like a kernel before 6.2. */
  tellsFdCount = true;
  bootMs = 1_000_000;
  monotonicMs = 0;
  /** What each link read takes. */
  linkMs = 0;
  #lastInode = 1000;
  #lastCookie = 0;

  constructor() {
    this.start(2, { comm: 'kthreadd', startTicks: 1, executable: '' });
  }

  start(pid: number, given: Partial<Omit<FakeProcess, 'pid' | 'fds'>> = {}): FakeProcess {
    const process: FakeProcess = {
      pid,
      startTicks: given.startTicks ?? pid,
      parent: given.parent ?? 1,
      comm: given.comm ?? `p${pid}`,
      executable: given.executable ?? `/usr/bin/p${pid}`,
      cgroup: given.cgroup ?? '0::/\n',
      commandLine: given.commandLine ?? '',
      fdsRefused: given.fdsRefused ?? false,
      linksRefused: given.linksRefused ?? false,
      zombie: given.zombie ?? false,
      fds: new Map([[0, 0]]),
    };
    this.processes.set(pid, process);
    return process;
  }

  fork(parent: FakeProcess, pid: number, startTicks: number = pid): FakeProcess {
    const child = this.start(pid, { ...parent, startTicks, parent: parent.pid });
    for (const [fd, inode] of parent.fds) child.fds.set(fd, inode);
    return child;
  }

  exit(process: FakeProcess, reaped = true): void {
    if (reaped) this.processes.delete(process.pid);
    process.zombie = true;
    const inodes = [...process.fds.values()];
    process.fds.clear();
    for (const inode of inodes) this.#dropUnheld(inode);
  }

  /** Opens a socket on the lowest free descriptor; returns its inode. */
  open(process: FakeProcess, cgroupId = 0): number {
    const inode = this.openInKernel(cgroupId);
    let fd = 0;
    while (process.fds.has(fd)) fd++;
    process.fds.set(fd, inode);
    return inode;
  }

  openInKernel(cgroupId = 0): number {
    const inode = ++this.#lastInode;
    this.sockets.set(inode, { cookie: ++this.#lastCookie, cgroupId });
    return inode;
  }

  close(process: FakeProcess, fd: number): void {
    const inode = process.fds.get(fd) ?? 0;
    process.fds.delete(fd);
    this.#dropUnheld(inode);
  }

  closeSocket(process: FakeProcess, inode: number): void {
    for (const [fd, held] of process.fds) if (held === inode) this.close(process, fd);
  }

  holders(inode: number): number[] {
    return [...this.processes.values()].filter((one) => [...one.fds.values()].includes(inode)).map((one) => one.pid);
  }

  resetReads(): void {
    this.reads.links = 0;
    this.reads.listings = 0;
    this.reads.pids.clear();
  }

  dump(): SocketDump {
    const columns = allocateSocketColumns(this.sockets.size);
    const dump = { columns, inode: new Uint32Array(this.sockets.size), cgroupId: new Float64Array(this.sockets.size) };
    for (const [inode, socket] of this.sockets) {
      const row = columns.length++;
      columns.state[row] = 1;
      columns.cookieLow[row] = socket.cookie;
      columns.cookieHigh[row] = 1;
      dump.inode[row] = inode;
      dump.cgroupId[row] = socket.cgroupId;
    }
    return dump;
  }

  get processFs(): ProcessFs {
    const alive = (pid: number) => this.processes.get(pid);
    return {
      listPids: () => [...this.processes.keys()].sort((a, b) => a - b),
      readStat: (pid) => formatStat(alive(pid)),
      countFds: (pid) => (this.tellsFdCount ? (alive(pid)?.fds.size ?? -1) : 0),
      listFds: (pid) => {
        this.reads.listings++;
        this.reads.pids.add(pid);
        const process = alive(pid);
        if (process === undefined) return 'gone';
        return process.fdsRefused ? 'refused' : Int32Array.from([...process.fds.keys()].sort((a, b) => a - b));
      },
      readFdLink: (pid, fd) => {
        this.reads.links++;
        this.monotonicMs += this.linkMs;
        const process = alive(pid);
        if (process?.linksRefused) return FD_LINK.refused;
        return process?.fds.get(fd) ?? FD_LINK.gone;
      },
      readExecutable: (pid) => alive(pid)?.executable ?? '',
      readExecutableChangeMs: (pid) => (alive(pid)?.executable ? 1_699_000_000_000 : 0),
      readCommandLine: (pid) => alive(pid)?.commandLine ?? '',
      readCgroup: (pid) => alive(pid)?.cgroup ?? '',
      readSystemStat: () => `cpu 1 2 3\nbtime ${BOOT_SECONDS}\n`,
    };
  }

  get cgroupFs(): CgroupFs {
    return {
      root: '/cg',
      children: (path) =>
        [...this.cgroups.keys()]
          .filter((other) => other.slice(0, other.lastIndexOf('/')) === path)
          .map((other) => other.slice(path.length + 1)),
      idOf: (path) => (path === '/cg' ? 1 : (this.cgroups.get(path)?.id ?? 0)),
      members: (path) => this.cgroups.get(path)?.members ?? [],
    };
  }

  #dropUnheld(inode: number): void {
    if (inode !== 0 && this.holders(inode).length === 0) this.sockets.delete(inode);
  }
}

function formatStat(process: FakeProcess | undefined): string {
  if (process === undefined) return '';
  const before = `${process.pid} (${process.comm}) ${process.zombie ? 'Z' : 'S'} ${process.parent} `;
  return `${before}${'0 '.repeat(15)}1 0 ${process.startTicks} 0 0\n`;
}

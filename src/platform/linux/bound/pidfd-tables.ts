import { readlinkSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { ExporterError } from '../../../errors.ts';
import type { Libc } from '../libc.ts';
import { parseNamespaceLink } from '../namespace-name.ts';
import { openProcessFs } from '../owners/process-fs-node.ts';
import type { GrowableDump } from '../sockets/growable-dump.ts';
import type { SocketTables, TableQuery } from '../sockets/socket-tables.ts';
import { BoundSearch } from './bound-search.ts';
import { appendBound } from './bound-socket.ts';
import { openForeignSockets } from './foreign-sockets.ts';

// As much as the search for owners may take; what is left is for the next sample.
const STEP_MS = 100;

/** Socket tables whose bound-only sockets come from a {@link BoundSearch}: for kernels that do not list them. */
export class PidfdTables implements SocketTables {
  readonly source: string;
  readonly boundSource = 'pidfd';
  private readonly inner: SocketTables;
  private readonly search: BoundSearch;
  private readonly nowMs: () => number;
  /** Inodes of the sockets in the tables of the latest sample. */
  private listed = new Set<number>();

  constructor(inner: SocketTables, search: BoundSearch, nowMs: () => number = () => performance.now()) {
    this.inner = inner;
    this.source = inner.source;
    this.search = search;
    this.nowMs = nowMs;
  }

  findBoundObstacle(): undefined {
    return undefined;
  }

  /** @throws ExporterError EPH_BOUND_INVISIBLE, EPH_BOUND_BUDGET, and as the tables below. */
  append(query: TableQuery, dump: GrowableDump): boolean {
    if (query.piece === 'bound') return this.appendBound(query, dump);
    const before = dump.columns.length;
    const done = this.inner.append(query, dump);
    for (const inode of dump.inode.subarray(before, dump.columns.length)) if (inode !== 0) this.listed.add(inode);
    return done;
  }

  close(): void {
    this.inner.close();
  }

  private appendBound({ ports, isLate, report }: TableQuery, dump: GrowableDump): boolean {
    const endMs = this.nowMs() + STEP_MS;
    const listed = this.listed;
    this.listed = new Set();
    this.search.advance(listed, { expired: () => this.nowMs() >= endMs || isLate() });
    const { complete, read, refused } = this.search;
    if (!complete) {
      const message = 'the first look for bound-only sockets takes several samples; state bound is absent until then';
      throw new ExporterError('EPH_BOUND_BUDGET', message);
    }
    const message = `processes that hide their sockets: ${refused}; --linux.bound-source=pidfd needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH`;
    if (refused > 0 && read === 0) throw new ExporterError('EPH_BOUND_INVISIBLE', message);
    if (refused > 0) report({ piece: 'bound', code: 'EPH_BOUND_INVISIBLE', message });
    for (const socket of this.search.sockets()) if (ports[socket.port] === 1) appendBound(socket, dump);
    return true;
  }
}

/** {@link PidfdTables} of the namespace with inode `namespace`, over the processes of this host. */
export function openPidfdTables(inner: SocketTables, libc: Libc, procfs: string, namespace: string): PidfdTables {
  const search = new BoundSearch({
    fs: openProcessFs(procfs),
    sockets: openForeignSockets(libc),
    namespaceOf: (pid) => readNamespace(`${procfs}/${pid}/ns/net`),
    namespace,
    ownPid: process.pid,
  });
  return new PidfdTables(inner, search);
}

function readNamespace(path: string): string {
  try {
    return parseNamespaceLink(readlinkSync(path));
  } catch {
    return '';
  }
}

import { beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../../../../src/model/problem.ts';
import { BoundSearch } from '../../../../../src/platform/linux/bound/bound-search.ts';
import { PidfdTables } from '../../../../../src/platform/linux/bound/pidfd-tables.ts';
import { GrowableDump } from '../../../../../src/platform/linux/sockets/growable-dump.ts';
import type { SocketTables, TablePiece } from '../../../../../src/platform/linux/sockets/socket-tables.ts';
import { FakeHost, type FakeProcess } from '../../../../helpers/fake-host.ts';

const everyPort = new Uint8Array(65_536).fill(1);

let host: FakeHost;
let nowMs: number;
let process: FakeProcess;
let looked: number[];
let tables: PidfdTables;
/** Inodes that the tables below list. */
let listed: number[];

beforeEach(() => {
  host = new FakeHost();
  process = host.start(10);
  nowMs = 0;
  looked = [];
  listed = [];
  const inner: SocketTables = {
    source: 'inet_diag',
    findBoundObstacle: () => ({ piece: 'bound', code: 'EPH_BOUND_INVISIBLE', message: 'an old kernel' }),
    append(_, dump) {
      for (const inode of listed) dump.inode[dump.columns.length++] = inode;
      return true;
    },
    close() {},
  };
  const search = new BoundSearch({
    fs: host.processFs,
    namespace: '1',
    ownPid: 1,
    namespaceOf: () => '1',
    sockets: {
      open: (pid) => ({
        close() {},
        look(fd) {
          nowMs += 1;
          const inode = host.processes.get(pid)?.fds.get(fd) ?? 0;
          looked.push(inode);
          return { port: 40_000 + fd, inode, family: 2, address: new Uint32Array(4), cookieLow: 7, cookieHigh: 0 };
        },
      }),
    },
  });
  tables = new PidfdTables(inner, search, () => nowMs);
});

function read(piece: TablePiece, ports = everyPort): { dump: GrowableDump; problems: Problem[] } {
  const dump = new GrowableDump(16);
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  tables.append({ piece, ports, minPort: 0, isLate: () => false, report }, dump);
  return { dump, problems };
}

describe('tables with a search for bound-only sockets', () => {
  it('need no kernel that lists them', () => {
    expect(tables.findBoundObstacle()).toBeUndefined();
    expect([tables.source, tables.boundSource]).toEqual(['inet_diag', 'pidfd']);
  });

  it('give the rows of the range only', () => {
    host.open(process);
    host.open(process);
    const { columns } = read('bound').dump;
    expect([...columns.localPort.subarray(0, columns.length)]).toEqual([40_001, 40_002]);
    const ports = new Uint8Array(65_536);
    ports[40_002] = 1;
    expect(read('bound', ports).dump.columns.length).toBe(1);
  });

  it('look at nothing that the tables of the sample before list', () => {
    listed = [host.open(process)];
    const unlisted = host.open(process);
    read('tcp');
    read('bound');
    expect(looked).toEqual([unlisted]);
  });

  it('say nothing of bound-only sockets before all processes were read once', () => {
    for (let count = 0; count < 150; count++) host.open(process);
    expect(() => read('bound')).toThrow(expect.objectContaining({ code: 'EPH_BOUND_BUDGET' }));
    expect(read('bound').dump.columns.length).toBe(150);
  });

  it('tell who hides from them, and give up when everybody does', () => {
    host.open(process);
    host.start(11, { fdsRefused: true });
    const { dump, problems } = read('bound');
    expect([dump.columns.length, problems[0]?.code]).toEqual([1, 'EPH_BOUND_INVISIBLE']);
    for (const one of host.processes.values()) one.fdsRefused = true;
    expect(() => read('bound')).toThrow(/hide their sockets: 3; .*CAP_SYS_PTRACE/);
  });
});

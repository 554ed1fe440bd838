import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../../../src/model/owner-code.ts';
import { SOCKET_STATE } from '../../../../../src/model/socket-state.ts';
import { SocketOwners } from '../../../../../src/platform/linux/owners/socket-owners.ts';
import { FakeHost } from '../../../../helpers/fake-host.ts';
import { readingOf } from '../../../../helpers/owner-reading.ts';

describe('owners of sockets', () => {
  it('credits each socket to the process that holds it, in the first dump', () => {
    const host = new FakeHost();
    const [a, b] = [host.start(100), host.start(200)];
    const sockets = [host.open(a), host.open(b), host.open(a)] as const;
    const reading = readingOf(host)();
    expect(sockets.map(reading.ownerOf)).toEqual([100, 200, 100]);
    expect(reading.processes.map((row) => row.pid).sort()).toEqual([100, 200]);
    expect(reading.problems).toEqual([]);
  });

  it('reads no link and lists no process while nothing changes', () => {
    const host = new FakeHost();
    const process = host.start(100);
    const sockets = Array.from({ length: 500 }, () => host.open(process));
    const read = readingOf(host);
    read();
    host.resetReads();
    const reading = read();
    expect(host.reads).toMatchObject({ links: 0, listings: 0 });
    expect(sockets.every((inode) => reading.ownerOf(inode) === 100)).toBe(true);
  });

  it('reads one link of one process for one new socket of a process that had the last hit', () => {
    const host = new FakeHost();
    const [a] = [host.start(100), host.start(200), host.start(300)];
    for (let count = 0; count < 100; count++) host.open(a);
    const read = readingOf(host);
    read();
    host.open(a);
    read();
    const inode = host.open(a);
    host.resetReads();
    expect(read().ownerOf(inode)).toBe(100);
    expect(host.reads).toEqual({ links: 1, listings: 1, pids: new Set([100]) });
  });

  it('looks first among the members of the cgroup that a socket was made in', () => {
    const host = new FakeHost();
    const [, b] = [host.start(100), host.start(200), host.start(300)];
    host.cgroups.set('/cg/system.slice', { id: 7, members: [] });
    host.cgroups.set('/cg/system.slice/b.service', { id: 8, members: [200] });
    const read = readingOf(host);
    read();
    host.resetReads();
    const inode = host.open(b, 8);
    expect(read().ownerOf(inode)).toBe(200);
    expect(host.reads.pids).toEqual(new Set([200]));
  });

  it('walks every process only for a socket that is unknown in two dumps in a row', () => {
    const host = new FakeHost();
    host.start(100);
    const quiet = host.start(200);
    const read = readingOf(host);
    read();
    const inode = host.open(quiet);
    host.resetReads();
    expect(read().ownerOf(inode)).toBe(OWNER_CODE.gone);
    expect(host.reads.listings).toBe(0);
    expect(read().ownerOf(inode)).toBe(200);
  });

  it('spends no more than its budget, says so, and goes on where it stopped', () => {
    const host = new FakeHost();
    host.linkMs = 1;
    const process = host.start(100);
    const sockets = Array.from({ length: 400 }, () => host.open(process));
    const read = readingOf(host);
    const first = read(5_000, 100);
    const found = sockets.filter((inode) => first.ownerOf(inode) === 100).length;
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(140);
    expect(sockets.filter((inode) => first.ownerOf(inode) === OWNER_CODE.gone)).toHaveLength(400 - found);
    expect(first.problems.map((problem) => problem.code)).toEqual(['EPH_OWNERS_BUDGET']);
    for (let sample = 0; sample < 4; sample++) read(5_000, 100);
    const last = read(5_000, 100);
    expect(sockets.every((inode) => last.ownerOf(inode) === 100)).toBe(true);
    expect(last.problems).toEqual([]);
    expect(host.reads.links).toBeLessThan(420);
  });

  it('names small processes in the first sample even when a large one takes more than the budget', () => {
    const host = new FakeHost();
    host.linkMs = 1;
    const large = host.start(100);
    for (let count = 0; count < 400; count++) host.open(large);
    const inode = host.open(host.start(200));
    expect(readingOf(host)(5_000, 100).ownerOf(inode)).toBe(200);
  });

  it('tells rows without inode apart by state', () => {
    const host = new FakeHost();
    host.openInKernel();
    host.sockets.set(0, { cookie: 77, cgroupId: 0 });
    const dump = host.dump();
    dump.inode.fill(0);
    dump.columns.state.set([SOCKET_STATE.time_wait, SOCKET_STATE.fin_wait2]);
    const { processFs, cgroupFs } = host;
    const clock = { wallMs: () => 0, bootMs: () => 0 };
    const owners = new SocketOwners({ processFs, cgroupFs, clock, monotonicMs: () => 0, nameRules: [] });
    const resolution = owners.resolve(dump, 100);
    expect([...dump.columns.process]).toEqual([OWNER_CODE.timeWait, OWNER_CODE.kernel]);
    expect(resolution).toEqual({ processes: [], exitedProcesses: [], sharedSockets: 0, problems: [] });
  });

  it('finds short-lived sockets that follow each other on one descriptor number, one of them unseen by any dump', () => {
    const host = new FakeHost();
    const process = host.start(100);
    const read = readingOf(host);
    host.open(process);
    read();
    host.close(process, 1);
    process.fds.set(1, host.openInKernel());
    const unlisted = host.open(process);
    const socket = host.sockets.get(unlisted);
    host.sockets.delete(unlisted);
    read();
    process.fds.delete(2);
    const inode = host.open(process);
    expect(socket).toBeDefined();
    expect(process.fds.get(2)).toBe(inode);
    expect(read().ownerOf(inode)).toBe(100);
  });

  it('finds a socket on a descriptor number that another socket had', () => {
    const host = new FakeHost();
    const process = host.start(100);
    const old = host.open(process);
    const read = readingOf(host);
    read();
    host.closeSocket(process, old);
    const inode = host.open(process);
    expect(process.fds.get(1)).toBe(inode);
    expect(read().ownerOf(inode)).toBe(100);
  });

  it('takes a recycled inode with another cookie for another socket', () => {
    const host = new FakeHost();
    const [a, b] = [host.start(100), host.start(200)];
    const inode = host.open(a);
    const read = readingOf(host);
    read();
    a.fds.clear();
    host.sockets.set(inode, { cookie: 999, cgroupId: 0 });
    b.fds.set(5, inode);
    read();
    expect(read().ownerOf(inode)).toBe(200);
  });
});

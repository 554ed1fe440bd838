import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../../../src/model/owner-code.ts';
import { FakeHost } from '../../../../helpers/fake-host.ts';
import { readingOf } from '../../../../helpers/owner-reading.ts';

describe('sockets whose owner cannot be found', () => {
  it('says once what to grant when processes may not be looked into', () => {
    for (const refusal of ['fdsRefused', 'linksRefused'] as const) {
      const host = new FakeHost();
      const own = host.start(100);
      const hidden = [200, 300].map((pid) => host.open(host.start(pid, { [refusal]: true })));
      const visible = host.open(own);
      const reading = readingOf(host)();
      expect(hidden.map(reading.ownerOf)).toEqual([OWNER_CODE.noPermission, OWNER_CODE.noPermission]);
      expect(reading.ownerOf(visible)).toBe(100);
      expect(reading.problems.map((problem) => problem.code)).toEqual(['EPH_OWNERS_HIDDEN']);
      expect(reading.problems[0]?.message).toContain('CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH');
    }
  });

  it('does not blame missing rights for a socket that was closed before it was looked for', () => {
    const host = new FakeHost();
    host.start(100, { fdsRefused: true });
    const read = readingOf(host);
    read();
    const inode = host.openInKernel();
    expect([read(), read(), read()].map((reading) => reading.ownerOf(inode))).toEqual([
      OWNER_CODE.gone,
      OWNER_CODE.gone,
      OWNER_CODE.noPermission,
    ]);
  });

  it('calls a socket nobody holds the kernel’s after two complete looks', () => {
    const host = new FakeHost();
    host.open(host.start(100));
    const inode = host.openInKernel();
    const read = readingOf(host);
    expect([read(), read(), read()].map((reading) => reading.ownerOf(inode))).toEqual([
      OWNER_CODE.gone,
      OWNER_CODE.kernel,
      OWNER_CODE.kernel,
    ]);
  });

  it('does not call a socket the kernel’s where processes may be out of sight', () => {
    const host = new FakeHost();
    host.processes.delete(2);
    host.start(100);
    const inode = host.openInKernel();
    const read = readingOf(host);
    read();
    read();
    expect(read().ownerOf(inode)).toBe(OWNER_CODE.noPermission);
  });

  it('does not walk again in every sample for sockets that nobody was found for', () => {
    const host = new FakeHost();
    for (let pid = 100; pid < 150; pid++) host.open(host.start(pid, { fdsRefused: pid % 2 === 0 }));
    host.openInKernel();
    const read = readingOf(host);
    for (let sample = 0; sample < 3; sample++) read();
    host.resetReads();
    for (let sample = 0; sample < 120; sample++) read(1_000);
    // The 25 readable holders are listed twice in two minutes anyway, 50 processes once for each of at most two retries.
    expect(host.reads.listings).toBeLessThan(25 * 2 + 50 * 2 + 1);
  });

  it('bounds the walks that ever new sockets without a holder can cause', () => {
    const host = new FakeHost();
    for (let pid = 100; pid < 150; pid++) host.start(pid);
    const read = readingOf(host);
    read();
    host.resetReads();
    for (let sample = 0; sample < 120; sample++) {
      host.openInKernel();
      read(5_000);
    }
    expect(host.reads.listings).toBeLessThan(50 * 20);
  });

  it('finds a socket of a process that may be looked into later', () => {
    const host = new FakeHost();
    const process = host.start(100, { fdsRefused: true });
    const inode = host.open(process);
    const read = readingOf(host);
    read();
    expect(read().ownerOf(inode)).toBe(OWNER_CODE.noPermission);
    process.fdsRefused = false;
    let samples = 0;
    while (read().ownerOf(inode) !== 100) expect(++samples).toBeLessThan(40);
    expect(read().problems).toEqual([]);
  });

  it('survives processes that die at any step of a walk', () => {
    for (let step = 0; step < 60; step++) {
      const host = new FakeHost();
      const [a, b] = [host.start(100), host.start(200)];
      const kept = host.open(b);
      for (let count = 0; count < 10; count++) host.open(a);
      let left = step;
      const real = host.processFs;
      const dying = <A extends unknown[], R>(call: (...given: A) => R) => {
        return (...given: A): R => {
          if (left-- === 0) host.processes.delete(100);
          return call(...given);
        };
      };
      const processFs = {
        ...real,
        readStat: dying(real.readStat),
        listFds: dying(real.listFds),
        readFdLink: dying(real.readFdLink),
        readExecutable: dying(real.readExecutable),
        readCgroup: dying(real.readCgroup),
      };
      const read = readingOf(host, { processFs });
      for (let sample = 0; sample < 3; sample++) expect(read().ownerOf(kept)).toBe(200);
    }
  });

  it('keeps what it knows when the proc root cannot be listed for a while', () => {
    const host = new FakeHost();
    const inode = host.open(host.start(100));
    const real = host.processFs;
    let broken = false;
    const processFs = {
      ...real,
      listPids: () => (broken ? ('failed' as const) : real.listPids()),
      listFds: (pid: number) => (broken ? ('failed' as const) : real.listFds(pid)),
    };
    const read = readingOf(host, { processFs });
    read();
    broken = true;
    const added = host.open(host.start(200));
    const reading = read(61_000);
    expect(reading.ownerOf(inode)).toBe(100);
    expect(reading.ownerOf(added)).toBe(OWNER_CODE.gone);
    expect(reading.problems.map((problem) => problem.code)).toEqual(['EPH_PROC_UNREADABLE']);
    read();
    expect(read().ownerOf(added)).toBe(OWNER_CODE.gone);
    broken = false;
    expect(read().ownerOf(added)).toBe(200);
  });
});

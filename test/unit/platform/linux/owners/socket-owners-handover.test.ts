import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../../../src/model/owner-code.ts';
import { BOOT_SECONDS, FakeHost } from '../../../../helpers/fake-host.ts';
import { readingOf } from '../../../../helpers/owner-reading.ts';

describe('sockets held by several processes', () => {
  it('counts a socket once when a process forks after bind, for the parent, and stays there', () => {
    const host = new FakeHost();
    const parent = host.start(300);
    const inode = host.open(parent);
    const read = readingOf(host);
    expect(read().sharedSockets).toBe(0);
    host.fork(parent, 200);
    for (let sample = 0; sample < 20; sample++) {
      const reading = read();
      expect(reading.ownerOf(inode)).toBe(300);
      expect(reading.sharedSockets).toBe(1);
    }
  });

  it('credits the lowest pid when all holders are met at once', () => {
    const host = new FakeHost();
    const parent = host.start(300);
    const inode = host.open(parent);
    host.fork(parent, 200);
    const reading = readingOf(host)();
    expect(reading.ownerOf(inode)).toBe(200);
    expect(reading.sharedSockets).toBe(1);
  });

  it('hands over to the child when the parent exits', () => {
    const host = new FakeHost();
    const parent = host.start(100);
    const inode = host.open(parent);
    const read = readingOf(host);
    read();
    host.fork(parent, 200);
    read();
    host.exit(parent);
    const reading = read();
    expect(reading.ownerOf(inode)).toBe(200);
    expect(reading.sharedSockets).toBe(0);
    expect(reading.exitedProcesses?.map((process) => process.pid)).toEqual([100]);
    expect(read().exitedProcesses).toEqual([]);
  });

  it('hands over when the parent forks and exits between two dumps', () => {
    const host = new FakeHost();
    const parent = host.start(100);
    const inode = host.open(parent);
    const read = readingOf(host);
    read();
    host.fork(parent, 200);
    host.exit(parent);
    expect(read().ownerOf(inode)).toBe(200);
  });

  it('hands over when the credited process closes its descriptor, also when another file takes the number at once', () => {
    for (const reopen of [false, true]) {
      const host = new FakeHost();
      const parent = host.start(100);
      const inode = host.open(parent);
      const read = readingOf(host);
      read();
      host.fork(parent, 200);
      read();
      host.closeSocket(parent, inode);
      const other = reopen ? host.open(parent) : 0;
      const reading = read();
      expect(reading.ownerOf(inode)).toBe(200);
      expect(reading.sharedSockets).toBe(0);
      if (reopen) expect(reading.ownerOf(other)).toBe(100);
    }
  });

  it('takes an owner that waits to be reaped for exited', () => {
    const host = new FakeHost();
    const process = host.start(100);
    host.open(process);
    const read = readingOf(host);
    read();
    host.exit(process, false);
    const reading = read();
    expect(reading.exitedProcesses?.map((row) => row.pid)).toEqual([100]);
    expect(reading.processes).toEqual([]);
  });

  it('no longer counts a socket as shared when the other holder has gone', () => {
    const host = new FakeHost();
    const parent = host.start(100);
    host.open(parent);
    const read = readingOf(host);
    read();
    const child = host.fork(parent, 200);
    expect(read().sharedSockets).toBe(1);
    host.exit(child);
    expect(read().sharedSockets).toBe(0);
  });

  it('notices within a minute that a descriptor was passed on by a process whose count did not change', () => {
    const host = new FakeHost();
    host.tellsFdCount = false;
    const [giver, taker] = [host.start(100), host.start(200)];
    const inode = host.open(giver);
    const read = readingOf(host);
    read();
    taker.fds.set(7, inode);
    host.closeSocket(giver, inode);
    let samples = 0;
    while (read().ownerOf(inode) !== 200) expect(++samples).toBeLessThan(14);
  });

  it('gives nothing to a process that only has the pid of a dead owner', () => {
    const host = new FakeHost();
    const first = host.start(100, { startTicks: 5, executable: '/bin/first' });
    host.open(first);
    const read = readingOf(host);
    read();
    host.exit(first);
    const second = host.start(100, { startTicks: 900, executable: '/bin/second' });
    const inode = host.open(second);
    const kernel = host.openInKernel();
    const reading = read();
    expect(reading.ownerOf(inode)).toBe(100);
    expect(reading.ownerOf(kernel)).toBe(OWNER_CODE.gone);
    expect(reading.processes.map((row) => row.name)).toEqual(['second']);
    expect(reading.exitedProcesses).toEqual([{ pid: 100, startMs: BOOT_SECONDS * 1000 + 50 }]);
  });
});

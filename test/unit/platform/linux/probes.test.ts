import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { probeBinds } from '../../../../src/platform/linux/bind-probe.ts';
import { NetlinkTables } from '../../../../src/platform/linux/netlink/netlink-tables.ts';
import { makeFakeLibc, type Received } from '../../../helpers/fake-libc.ts';
import { diagPayload, doneMessage, netlinkMessage } from '../../../helpers/netlink-bytes.ts';

const EADDRINUSE = 98;
const EAFNOSUPPORT = 97;
const AF_INET6 = 10;

describe('probeBinds', () => {
  it('gives every port back', () => {
    const libc = makeFakeLibc();
    const { probes, problems } = probeBinds(libc);
    expect(probes.map(({ protocol, af, code }) => `${protocol} ${af} ${code}`)).toEqual([
      'tcp ipv4 ',
      'tcp ipv6 ',
      'udp ipv4 ',
      'udp ipv6 ',
    ]);
    expect(problems).toEqual([]);
    expect(libc.openFds.size).toBe(0);
  });

  it('names the errno of a failed bind, and closes what it opened', () => {
    const libc = makeFakeLibc({ bindErrno: (address) => (address[0] === AF_INET6 ? 0 : EADDRINUSE) });
    expect(probeBinds(libc).probes.map(({ code }) => code)).toEqual(['EADDRINUSE', '', 'EADDRINUSE', '']);
    expect(libc.openFds.size).toBe(0);
  });

  it('leaves out a family that the host does not have', () => {
    const libc = makeFakeLibc({ socketErrno: (domain) => (domain === AF_INET6 ? EAFNOSUPPORT : 0) });
    const { probes, problems } = probeBinds(libc);
    expect(probes.map(({ af }) => af)).toEqual(['ipv4', 'ipv4']);
    expect(problems).toEqual([]);
  });

  it('does not take a lack of descriptors for a lack of ports', () => {
    const { probes, problems } = probeBinds(makeFakeLibc({ socketErrno: () => 24 }));
    expect(probes).toEqual([]);
    expect(problems[0]).toMatchObject({ code: 'EPH_PROBE_FAILED', message: expect.stringContaining('EMFILE') });
    expect(problems.length).toBe(4);
  });
});

describe('the self-probe for bound-only sockets', () => {
  // Stands for the probe's own socket: any open file has an inode.
  const directory = mkdtempSync(join(tmpdir(), 'probe-'));
  const fd = openSync(join(directory, 'socket'), 'w');
  const { ino } = fstatSync(fd);
  afterAll(() => {
    closeSync(fd);
    rmSync(directory, { recursive: true });
  });

  function obstacle(rows: readonly number[], bindErrno = 0): { code: string | undefined; dumps: number } {
    const answers = (sequence: number): Received[] => [
      ...rows.map((inode) => netlinkMessage(20, diagPayload({ state: 7, inode }), { sequence })),
      doneMessage(0, sequence),
    ];
    const libc = { ...makeFakeLibc({ answers, bindErrno: () => bindErrno }), socket: () => fd, close: () => 0 };
    const tables = new NetlinkTables(libc);
    tables.findBoundObstacle();
    return { code: tables.findBoundObstacle()?.code, dumps: libc.sent.length };
  }

  it('finds its own socket once and asks no more', () => {
    expect(obstacle([1, ino % 2 ** 32, 3])).toEqual({ code: undefined, dumps: 1 });
  });

  it('sees that an older kernel ignores the question', () => {
    expect(obstacle([])).toEqual({ code: 'EPH_BOUND_INVISIBLE', dumps: 1 });
  });

  it('takes any bound-only socket for proof while no port is free for its own', () => {
    expect(obstacle([5], EADDRINUSE)).toEqual({ code: undefined, dumps: 1 });
  });

  it('asks again with the next sample as long as it cannot tell', () => {
    expect(obstacle([], EADDRINUSE)).toEqual({ code: 'EPH_BOUND_INVISIBLE', dumps: 2 });
  });
});

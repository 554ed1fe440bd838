import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GroupReport, PoolReport, Report } from '../../../src/model/report.ts';
import { makeNamespace, type Namespace } from '../../helpers/namespace.ts';
import {
  bindMptcp,
  bindOnLoopback,
  bindOnWildcards,
  bindThenFork,
  bindThenUnreachable,
  bindWithoutPort,
  keepRefused,
  keepRefusedExplicit,
} from '../../helpers/recipes/bound.ts';
import {
  connectAndHold,
  connectLinkLocal,
  connectMapped,
  keepReset,
  leakCloseWait,
  leaveTimeWait,
  overflowBacklog,
} from '../../helpers/recipes/connected.ts';
import { fillByBinding, fillByConnecting, setSmallRange, useUdp } from '../../helpers/recipes/limits.ts';
import type { Truth } from '../../helpers/recipes/truth.ts';
import {
  groupPorts,
  type Reporter,
  reportedPorts,
  startReporter,
  truePorts,
} from '../../helpers/report-in-namespace.ts';
import { type Lab, startLab } from '../../helpers/socket-lab.ts';

let namespace: Namespace;
let client: Lab;
let server: Lab;
let reporter: Reporter;

beforeEach(async () => {
  namespace = await makeNamespace('eph-report');
  client = startLab(namespace.name);
  server = startLab(namespace.name);
  reporter = startReporter(namespace.name);
});
afterEach(async () => {
  await Promise.all([client.stop(), server.stop(), reporter.stop()]);
  await namespace.remove();
});

/** The report, after it was found to say of both protocols exactly what the test opened, in sum and by owner. */
async function expectPorts(truth: Truth): Promise<Report> {
  const report = await reporter.report();
  for (const protocol of ['tcp', 'udp'] as const) {
    expect(reportedPorts(report, protocol)).toEqual(truePorts(truth, protocol));
    expect(groupPorts(report, protocol)).toEqual(truePorts(truth, protocol));
  }
  return report;
}

/** By the test's own look; a lab that has answered once is past its `ip netns exec`. */
function programOf(lab: Lab): string {
  return basename(readlinkSync(`/proc/${lab.pid}/exe`));
}

function groupOf(report: Report, lab: Lab): GroupReport {
  const name = programOf(lab);
  const group = report.groups.find(({ process }) => process === name);
  if (group === undefined) throw new Error(`no group ${name} among ${report.groups.map(({ process }) => process)}`);
  return group;
}

function tcpPool(report: Report): PoolReport {
  return report.pools.find(({ protocol }) => protocol === 'tcp') as PoolReport;
}

describe('the ports of the range, as reported', () => {
  it('are those of bound sockets, by the program that holds them (A1)', async () => {
    const report = await expectPorts(await bindOnLoopback(client, 200));
    expect(groupOf(report, client).ports.tcp).toMatchObject({ bound: 200, established: 0 });
    expect(tcpPool(report).capacity).toBe(28_232);
  });

  it.each([
    ['wildcards of both families (A2)', () => bindOnWildcards(client, 20)],
    ['binds that took no port (A3)', () => bindWithoutPort(client, 20)],
    ['refused connections (A4)', () => keepRefused(client, 20)],
    ['a refused connection from a fixed port (A5)', () => keepRefusedExplicit(client)],
    ['an unreachable remote (A6)', () => bindThenUnreachable(client)],
    ['MPTCP (A28)', () => bindMptcp(client)],
    ['a full backlog (A13)', () => overflowBacklog(client, server)],
    ['resets by the peer (A12)', () => keepReset(client, server, 20)],
    ['UDP, bound, connected and bound by sending (A18)', () => useUdp(client)],
  ])('are right for %s', async (_, recipe) => {
    await expectPorts(await recipe());
  });

  it('are counted once for a parent and its child, and go over to the child (A14, A15)', async () => {
    const { truth, child } = await bindThenFork(client, 20);
    try {
      const before = await expectPorts(truth);
      expect(groupOf(before, client)).toMatchObject({ ports: { tcp: { bound: 20 } }, members: 1 });
      expect(before.sharedSockets).toBe(20);
      const name = programOf(client);
      await client.kill();
      const after = await expectPorts(truth);
      expect(after.groups.find(({ process }) => process === name)?.ports.tcp.bound).toBe(20);
    } finally {
      process.kill(child, 'SIGKILL');
    }
  });

  it('are those of the connecting end when the listener lies outside the range, its destination too (A7)', async () => {
    const report = await expectPorts(await connectAndHold(client, server, 300));
    expect(tcpPool(report).destinations).toMatchObject([{ used: 300 }]);
    expect(tcpPool(report).headroom).toEqual({ low: 28_232 - 300, high: 28_232 - 300 });
  });

  it('are close_wait of the client that never closes (A8)', async () => {
    const report = await expectPorts(await leakCloseWait(client, server, 50));
    expect(groupOf(report, client).ports.tcp.close_wait).toBe(50);
  });

  it('are charged in TIME_WAIT to the program that was seen with the connection (A9)', async () => {
    const truth = await leaveTimeWait(client, server, {
      count: 50,
      whenOpen: async () => void (await reporter.report()),
    });
    const report = await expectPorts(truth);
    expect(groupOf(report, client).ports.tcp.time_wait).toBe(truth.length);
    expect(report.unattributed.filter(({ ports }) => ports > 0)).toEqual([]);
  });

  it("are nobody's in TIME_WAIT when the connection was never seen: nothing is guessed (A10)", async () => {
    const truth = await leaveTimeWait(client, server, { count: 1_000 });
    const report = await expectPorts(truth);
    expect(report.groups.find(({ kind }) => kind === 'unknown')?.ports.tcp.time_wait).toBe(truth.length);
    expect(report.unattributed).toContainEqual({
      netns: 'self',
      protocol: 'tcp',
      reason: 'time_wait',
      ports: truth.length,
    });
  });

  it.each(['closeInThread', 'kill'] as const)('are charged to the program that ended by %s (A11)', async (way) => {
    let name = '';
    const whenOpen = async (): Promise<void> => {
      name = programOf(client);
      await reporter.report();
    };
    const truth = await leaveTimeWait(client, server, { count: 20, way, whenOpen });
    const report = await expectPorts(truth);
    expect(report.groups.find(({ process }) => process === name)?.ports.tcp.time_wait).toBe(truth.length);
  });

  it('have one destination for an IPv4 address and its mapped form (A16)', async () => {
    const report = await expectPorts(await connectMapped(client, server));
    expect(tcpPool(report).destinations.map(({ remote }) => remote.split(':')[0])).toEqual(['127.0.0.1']);
  });

  it('are counted by link-local class (A17)', async () => {
    const report = await expectPorts(await connectLinkLocal(namespace, client, server));
    const { linkLocal } = groupOf(report, client);
    expect([linkLocal.link_local_v4.connections, linkLocal.link_local_v6.connections]).toEqual([1, 1]);
  });
});

describe('headroom', () => {
  it('is gone for one destination when its connections fill the range (A19)', async () => {
    await setSmallRange(namespace);
    const { truth, otherDestination } = await fillByConnecting(client, server, 100);
    expect(otherDestination).toBe('');
    const pool = tcpPool(await expectPorts(truth));
    expect([pool.capacity, pool.used]).toEqual([100, 100]);
    expect(Math.max(...pool.destinations.map(({ used }) => used))).toBe(100);
    expect(pool.headroom).toEqual({ low: 0, high: 0 });
  });

  it('is gone for every destination when the range is bound (A20)', async () => {
    await setSmallRange(namespace);
    const { truth } = await fillByBinding(client, server, 100);
    const report = await expectPorts(truth);
    expect(tcpPool(report).headroom).toEqual({ low: 0, high: 0 });
    expect(report.probes.find(({ protocol, af }) => protocol === 'tcp' && af === 'ipv4')?.code).toBe('EADDRINUSE');
  });

  it('leaves out reserved ports (A21)', async () => {
    await setSmallRange(namespace, '40000-40049');
    const { truth } = await fillByConnecting(client, server, 50);
    const pool = tcpPool(await expectPorts(truth));
    expect([pool.capacity, pool.headroom?.high]).toEqual([50, 0]);
  });

  it('follows a range that changes, without counting events that did not happen (A23)', async () => {
    await bindOnLoopback(client, 20);
    await reporter.report();
    await namespace.setSysctl('net.ipv4.ip_local_port_range', '20000 20999');
    const truth = await useUdp(client);
    const report = await expectPorts(truth);
    expect(tcpPool(report).capacity).toBe(1_000);
    const { opened, released } = groupOf(report, client);
    expect([opened.tcp, released.tcp]).toEqual([0, 0]);
  });
});

describe('without any capability', () => {
  it('totals are right, and owners are unknown for lack of permission (A26)', async () => {
    await bindOnLoopback(client, 30);
    const poor = startReporter(namespace.name, [
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      '--inh-caps=-all',
    ]);
    try {
      await poor.report();
      const report = await poor.report();
      expect(reportedPorts(report, 'tcp')).toEqual({ bound: 30 });
      expect(report.unattributed).toContainEqual({
        netns: 'self',
        protocol: 'tcp',
        reason: 'no_permission',
        ports: 30,
      });
      expect(report.problems.map(({ code }) => code)).toContain('EPH_OWNERS_HIDDEN');
    } finally {
      await poor.stop();
    }
  });
});

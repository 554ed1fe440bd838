import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import type { Namespace } from '../helpers/namespace.ts';
import { eventually } from '../helpers/program.ts';
import {
  type FullRange,
  fillByBinding,
  fillByBindingAndConnecting,
  fillByConnecting,
  fillByTimeWait,
  fillByUdp,
  setSmallRange,
} from '../helpers/recipes/limits.ts';
import { runMain } from '../helpers/run-main.ts';
import { type Lab, startLab } from '../helpers/socket-lab.ts';
import { makeTwoNamespaces, type TwoNamespaces } from '../helpers/two-namespaces.ts';

const SIZE = 100;

/** One way to have no port left, and what must be said of it. */
interface Fullness {
  readonly way: string;
  readonly fill: (client: Lab, server: Lab) => Promise<FullRange>;
  readonly protocol: 'tcp' | 'udp';
  /** Errno names of one more try to the same and to another destination: the test's own proof. */
  readonly proof: readonly [same: string, other: string];
  readonly state: string;
  /** `low` and `high` of the TCP headroom. */
  readonly headroom: readonly [number, number];
}

const WAYS: readonly Fullness[] = [
  {
    way: 'is bound and nothing else',
    fill: (client, server) => fillByBinding(client, server, SIZE),
    protocol: 'tcp',
    proof: ['EADDRNOTAVAIL', 'EADDRNOTAVAIL'],
    state: 'bound',
    headroom: [0, 0],
  },
  {
    // Sockets do not show that they were bound before they connected: only `low` can tell that nobody gets out.
    way: 'was bound and then connected, to two destinations',
    fill: (client, server) => fillByBindingAndConnecting(client, server, SIZE),
    protocol: 'tcp',
    proof: ['EADDRNOTAVAIL', 'EADDRNOTAVAIL'],
    state: 'established',
    headroom: [0, SIZE / 2],
  },
  {
    way: 'is connected to one destination',
    fill: (client, server) => fillByConnecting(client, server, SIZE),
    protocol: 'tcp',
    proof: ['EADDRNOTAVAIL', ''],
    state: 'established',
    headroom: [0, 0],
  },
  {
    way: 'is in TIME_WAIT towards one destination',
    fill: (client, server) => fillByTimeWait(client, server, SIZE),
    protocol: 'tcp',
    proof: ['EADDRNOTAVAIL', ''],
    state: 'time_wait',
    headroom: [0, 0],
  },
  {
    way: 'is held by UDP',
    fill: (client) => fillByUdp(client, SIZE),
    protocol: 'udp',
    proof: ['EAGAIN', 'EAGAIN'],
    state: 'unconnected',
    headroom: [SIZE, SIZE],
  },
];

let directory: string;
let net: TwoNamespaces;
let client: Lab;
let server: Lab;
let exporter: RunningExporter | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-full-'));
  net = await makeTwoNamespaces('eph-full');
  await setSmallRange(net.host);
  client = startLab(net.host.name);
  server = startLab(net.host.name);
});
afterEach(async () => {
  await exporter?.program.stop();
  await Promise.all([client.stop(), server.stop()]);
  await net.remove();
  rmSync(directory, { recursive: true });
});

/** Counter of the namespace's own `/proc/net/snmp`. */
async function snmp(namespace: Namespace, protocol: string, field: string): Promise<number> {
  const lines = (await namespace.exec('cat', '/proc/net/snmp'))
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}:`));
  const [names = [], values = []] = lines.map((line) => line.split(' '));
  const index = names.indexOf(field);
  if (index < 0) throw new Error(`no ${protocol} ${field}`);
  return Number(values[index]);
}

/** TCP connections begun and datagrams sent by anybody in the namespace so far. */
async function outgoing(namespace: Namespace): Promise<readonly number[]> {
  return [await snmp(namespace, 'Tcp', 'ActiveOpens'), await snmp(namespace, 'Udp', 'OutDatagrams')];
}

async function startOnFullHost(): Promise<RunningExporter> {
  exporter = await startExporter({
    directory,
    port: 10_071,
    netns: net.host.name,
    flags: [
      '--sample.interval=300ms',
      '--sample.cpu-budget=50%',
      `--ledger.path=${join(directory, 'ledger')}`,
      `--web.listen-address=${net.hostAddress}:10071`,
    ],
  });
  return exporter;
}

function overTheCable(path: string): Promise<string> {
  return net.monitor.exec('curl', '-sSf', '--max-time', '5', `http://${net.hostAddress}:10071${path}`);
}

/** Every way in that a person or Prometheus has, each of which must still work. */
async function askEveryWay({ metrics, controlSocket }: RunningExporter, protocol: string): Promise<Series[]> {
  const used = (series: readonly Series[]) => seriesValue(series, 'ephemeral_port_used', { protocol });
  const series = await eventually('owners and a probe', async () => {
    const now = parseMetrics(await metrics());
    const probed = seriesValue(now, 'ephemeral_port_bind_probe_success', { protocol, af: 'ipv4' });
    return probed === undefined || used(now) !== SIZE ? undefined : now;
  });
  expect(used(parseMetrics(await overTheCable('/metrics')))).toBe(SIZE);
  expect(await overTheCable('/')).toMatch(/^<!doctype html>/i);
  const control = `--web.control-socket=${controlSocket}`;
  const health = await runMain(['healthcheck', control], net.host.name);
  expect(health).toMatchObject({ exitCode: 0, stdout: 'healthy' });
  const inspect = await runMain(['inspect', '--json', control], net.host.name);
  expect([inspect.exitCode, inspect.stderr]).toEqual([0, '']);
  await eventually('a ledger on disk', () => existsSync(join(directory, 'ledger/ledger.bin')) || undefined);
  return series;
}

describe('a host whose range', () => {
  it.each(WAYS)('$way is measured by an exporter that starts there', async ({ fill, protocol, ...must }) => {
    const { sameDestination, otherDestination } = await fill(client, server);
    expect([sameDestination, otherDestination]).toEqual(must.proof);
    const before = await outgoing(net.host);
    const series = await askEveryWay(await startOnFullHost(), protocol);
    expect(await outgoing(net.host)).toEqual(before);

    const value = (name: string, labels: Record<string, string>) =>
      seriesValue(series, `ephemeral_port_${name}`, labels);
    expect(value('capacity', { protocol })).toBe(SIZE);
    expect(value('state_ports', { protocol, state: must.state })).toBeGreaterThanOrEqual(SIZE - 1);
    const headroom = ['low', 'high'].map((estimate) => value('destination_headroom', { estimate }));
    expect(headroom).toEqual(must.headroom);
    for (const one of ['tcp', 'udp']) {
      const probe = { protocol: one, af: 'ipv4' };
      expect(value('bind_probe_success', probe)).toBe(one === protocol ? 0 : 1);
      const failures = value('bind_probe_failures_total', { ...probe, code: 'EADDRINUSE' }) ?? 0;
      expect(failures > 0).toBe(one === protocol);
    }
  });
});

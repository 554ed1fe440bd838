import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import type { Namespace } from '../helpers/namespace.ts';
import { eventually } from '../helpers/program.ts';
import { type FullRange, fillByBinding, fillByConnecting, setSmallRange } from '../helpers/recipes/limits.ts';
import { runMain } from '../helpers/run-main.ts';
import { type Lab, startLab } from '../helpers/socket-lab.ts';
import { makeTwoNamespaces, type TwoNamespaces } from '../helpers/two-namespaces.ts';

const SIZE = 100;

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
    flags: ['--sample.interval=300ms', '--sample.cpu-budget=50%', `--web.listen-address=${net.hostAddress}:10071`],
  });
  return exporter;
}

/** Every way in that a person or Prometheus has, each of which must still work. */
async function askEveryWay({ metrics, controlSocket }: RunningExporter): Promise<Series[]> {
  const series = await eventually('owners and a probe', async () => {
    const now = parseMetrics(await metrics());
    const probed = seriesValue(now, 'ephemeral_port_bind_probe_success', { protocol: 'tcp', af: 'ipv4' });
    return probed === undefined || seriesValue(now, 'ephemeral_port_used', { protocol: 'tcp' }) !== SIZE
      ? undefined
      : now;
  });
  const overTheCable = await net.monitor.exec(
    'curl',
    '-sSf',
    '--max-time',
    '5',
    `http://${net.hostAddress}:10071/metrics`,
  );
  expect(seriesValue(parseMetrics(overTheCable), 'ephemeral_port_used', { protocol: 'tcp' })).toBe(SIZE);
  const health = await runMain(['healthcheck', `--web.control-socket=${controlSocket}`], net.host.name);
  expect(health).toMatchObject({ exitCode: 0, stdout: 'healthy' });
  const inspect = await runMain(['inspect', '--json', `--web.control-socket=${controlSocket}`], net.host.name);
  expect([inspect.exitCode, inspect.stderr]).toEqual([0, '']);
  return series;
}

async function expectFull({ sameDestination }: FullRange): Promise<Series[]> {
  // The test's own proof that the host is dark: nobody gets out any more.
  expect(sameDestination).toBe('EADDRNOTAVAIL');
  const before = await outgoing(net.host);
  const series = await askEveryWay(await startOnFullHost());
  expect(await outgoing(net.host)).toEqual(before);
  const tcp = { protocol: 'tcp', netns: 'self' };
  expect(seriesValue(series, 'ephemeral_port_capacity', tcp)).toBe(SIZE);
  expect(seriesValue(series, 'ephemeral_port_destination_headroom', { estimate: 'low' })).toBe(0);
  expect(seriesValue(series, 'ephemeral_port_destination_headroom', { estimate: 'high' })).toBe(0);
  expect(seriesValue(series, 'ephemeral_port_bind_probe_success', { protocol: 'tcp', af: 'ipv4' })).toBe(0);
  return series;
}

describe('a host without a free port', () => {
  it('is measured by an exporter that starts there, when every port is bound and no more', async () => {
    const series = await expectFull(await fillByBinding(client, server, SIZE));
    expect(seriesValue(series, 'ephemeral_port_state_ports', { protocol: 'tcp', state: 'bound' })).toBe(SIZE);
    const code = { protocol: 'tcp', af: 'ipv4', code: 'EADDRINUSE' };
    expect(seriesValue(series, 'ephemeral_port_bind_probe_failures_total', code)).toBeGreaterThan(0);
  });

  it('is measured by an exporter that starts there, when all ports are connected to one destination', async () => {
    const series = await expectFull(await fillByConnecting(client, server, SIZE));
    const remote = { protocol: 'tcp', remote: '127.0.0.1:20001' };
    expect(seriesValue(series, 'ephemeral_port_destination_used', remote)).toBe(SIZE);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually } from '../helpers/program.ts';
import {
  LEAK_SHAPES,
  type LeakOptions,
  leakByRequest,
  METADATA_REMOTE,
  serveMetadata,
} from '../helpers/recipes/metadata-leak.ts';
import { copyInterpreter, type Lab, listenOn, openSockets, startLab } from '../helpers/socket-lab.ts';

const PER_SHAPE = 20;
const NEVER_SEEN = '(never seen)';

let directory: string;
let netns: Namespace;
let exporter: RunningExporter;
let server: Lab;
let filter: Lab;
let listener: number;
let filterPath: string;
let nextPort = 40_000;
const labs: Lab[] = [];

function start(interpreter?: string): Lab {
  const lab = startLab(netns.name, interpreter);
  labs.push(lab);
  return lab;
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-incident-'));
  netns = await makeNamespace('eph-incident');
  server = start();
  listener = await serveMetadata(netns, server);
  filterPath = copyInterpreter(directory, 'dns-filter');
  filter = start(filterPath);
  const flags = ['--sample.interval=200ms', '--sample.cpu-budget=100%', '--stuck.after=3s'];
  exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags });
});
afterEach(async () => {
  await Promise.all([exporter.program.stop(), ...labs.splice(0).map((lab) => lab.stop())]);
  await netns.remove();
  rmSync(directory, { recursive: true });
});

const takePorts = (count: number): number[] => Array.from({ length: count }, () => nextPort++);
const scrape = async (): Promise<Series[]> => parseMetrics(await exporter.metrics());
const value = (series: readonly Series[], name: string, labels: Record<string, string> = {}) =>
  seriesValue(series, `ephemeral_port_${name}`, labels);

/** Two samples that began after now. */
async function twoSamples(): Promise<void> {
  let last = value(await scrape(), 'exporter_last_sample_timestamp_seconds');
  // The first that is new may have begun before.
  for (let seen = 0; seen < 3; seen++) {
    last = await eventually('one more sample', async () => {
      const now = value(await scrape(), 'exporter_last_sample_timestamp_seconds');
      return now === last ? undefined : now;
    });
  }
}

/** Runs `work` while the exporter stands still: no sample can have seen what came and went in it. */
async function unseen(work: () => Promise<void>): Promise<void> {
  process.kill(exporter.program.pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(exporter.program.pid, 'SIGCONT');
  }
}

const leak = (options: LeakOptions): Promise<void> => leakByRequest(filter, server, listener, options);

async function untilStuck(process: string, ports: number): Promise<Series[]> {
  return eventually(`${ports} stuck ports of ${process}`, async () => {
    const series = await scrape();
    return value(series, 'process_stuck_ports', { process }) === ports ? series : undefined;
  });
}

/** Stuck ports of a process by last remote, as /metrics tells them. */
function remotesOf(series: readonly Series[], process: string): Record<string, number> {
  const own = series.filter(
    ({ name, labels }) => name === 'ephemeral_port_process_stuck_remote_ports' && labels['process'] === process,
  );
  return Object.fromEntries(own.map(({ labels, value: ports }) => [labels['remote'] ?? '', ports]));
}

/** Last remote of each stuck port of a process, as the API tells it. */
async function remoteByPort(process: string): Promise<Map<number, string | undefined>> {
  const answer = JSON.parse(await exporter.get(`/api/v1/ports?process=${process}&stuck=true&limit=1000`)) as {
    readonly ports: readonly { readonly port: number; readonly remote?: string }[];
  };
  return new Map(answer.ports.map(({ port, remote }) => [port, remote]));
}

describe('the incident', () => {
  it('is told by process, number and last remote for every shape of connection that lived two samples', async () => {
    const all: number[] = [];
    for (const shape of LEAK_SHAPES) {
      const ports = takePorts(PER_SHAPE);
      await leak({ shape, ports, whenOpen: twoSamples });
      all.push(...ports);
    }
    const series = await untilStuck('dns-filter', all.length);
    expect(remotesOf(series, 'dns-filter')).toEqual({ [METADATA_REMOTE]: all.length });
    expect(value(series, 'process_stuck_remote_ports', { process: 'dns-filter', class: 'metadata' })).toBe(all.length);
    expect(value(series, 'process_stuck_total', { process: 'dns-filter' })).toBe(all.length);
    expect(await remoteByPort('dns-filter')).toEqual(new Map(all.map((port) => [port, METADATA_REMOTE])));
  });

  it('names no remote for a connection that no sample saw, unless the socket itself still tells', async () => {
    const ports = Object.fromEntries(LEAK_SHAPES.map((shape) => [shape, takePorts(PER_SHAPE)]));
    await unseen(async () => {
      for (const shape of LEAK_SHAPES) await leak({ shape, ports: ports[shape] ?? [] });
    });
    const series = await untilStuck('dns-filter', 3 * PER_SHAPE);
    expect(remotesOf(series, 'dns-filter')).toEqual({ [METADATA_REMOTE]: PER_SHAPE, [NEVER_SEEN]: 2 * PER_SHAPE });
    const byPort = await remoteByPort('dns-filter');
    const told = (shape: string) => new Set((ports[shape] ?? []).map((port) => byPort.get(port)));
    expect(told('reset')).toEqual(new Set([METADATA_REMOTE]));
    expect([...told('disconnect'), ...told('second_socket')]).toEqual([undefined, undefined]);
  });

  it('never shows the remote of the program that used the port before', async () => {
    const ports = takePorts(PER_SHAPE);
    const user = start(copyInterpreter(directory, 'earlier-user'));
    const port = 20_080;
    const handle = await listenOn(server, port);
    const clients = await openSockets(user, { count: ports.length });
    await user.run('bindEach', { handles: clients, ports });
    await user.run('connect', { handles: clients, port });
    const accepted = await server.run<number[]>('accept', { handle, count: ports.length });
    await twoSamples();
    await unseen(async () => {
      // By RST, so that no TIME_WAIT stays and the very next program gets the same ports.
      await user.run('close', { handles: clients, reset: true });
      await server.run('close', { handles: accepted });
      await filter.run('bindEach', { handles: await openSockets(filter, { count: ports.length }), ports });
    });
    const series = await untilStuck('dns-filter', ports.length);
    expect(remotesOf(series, 'dns-filter')).toEqual({ [NEVER_SEEN]: ports.length });
    expect(await remoteByPort('dns-filter')).toEqual(new Map(ports.map((each) => [each, undefined])));
  });

  it('ends as closed, as used, or, when the program is restarted, as exited', async () => {
    const ports = takePorts(PER_SHAPE);
    const handles = await openSockets(filter, { count: ports.length });
    await filter.run('bindEach', { handles, ports, address: '0.0.0.0' });
    await untilStuck('dns-filter', ports.length);
    await filter.run('close', { handles: handles.slice(0, 3) });
    await filter.run('connect', { handles: handles.slice(3, 5), address: '169.254.169.254', port: 80 });
    const released = (series: readonly Series[]) =>
      ['closed', 'used', 'exited'].map((how) =>
        value(series, 'process_stuck_released_total', { process: 'dns-filter', how }),
      );
    expect(released(await untilStuck('dns-filter', ports.length - 5))).toEqual([3, 2, 0]);

    await filter.kill();
    filter = start(filterPath);
    const again = await openSockets(filter, { count: 10 });
    await filter.run('bindEach', { handles: again, ports: takePorts(10), address: '0.0.0.0' });
    const series = await untilStuck('dns-filter', 10);
    expect(released(series)).toEqual([3, 2, ports.length - 5]);
    expect(value(series, 'process_stuck_total', { process: 'dns-filter' })).toBe(ports.length + 10);
  });
});

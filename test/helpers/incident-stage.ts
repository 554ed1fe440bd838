import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningExporter, startExporter } from './exporter.ts';
import { parseMetrics, type Series, seriesValue } from './metrics-text.ts';
import { makeNamespace, type Namespace } from './namespace.ts';
import { eventually } from './program.ts';
import { type LeakOptions, leakByRequest, serveMetadata } from './recipes/metadata-leak.ts';
import { copyInterpreter, type Lab, startLab } from './socket-lab.ts';

/** A namespace with the metadata address served, a program `dns-filter` that can leak there, and the real exporter. */
export interface IncidentStage {
  readonly namespace: Namespace;
  /** For files of the test; removed with the stage. */
  readonly directory: string;
  /** The one that runs now. */
  readonly exporter: RunningExporter;
  /** Starts it anew, with the same flags, after it was ended. */
  startExporter(): Promise<void>;
  readonly server: Lab;
  readonly filter: Lab;
  /** One more program, under a name of its own. */
  start(name: string): Lab;
  leak(options: LeakOptions): Promise<void>;
  /** Ports of the range that nobody has used yet. */
  takePorts(count: number): number[];
  scrape(): Promise<Series[]>;
  /** Waits for two samples that begin after the call. */
  twoSamples(): Promise<void>;
  /** Runs `work` while the exporter stands still: no sample can see what comes and goes in it. */
  unseen(work: () => Promise<void>): Promise<void>;
  /** The scrape that counts `ports` stuck ports of `process`. */
  untilStuck(process: string, ports: number): Promise<Series[]>;
  /** Stuck ports with the last remote of each, as the API tells them; undefined: never seen. */
  remoteByPort(process: string): Promise<Map<number, string | undefined>>;
  /** Label of the owner of every used TCP port. */
  ownersOfPorts(): Promise<Map<number, string>>;
  clear(): Promise<void>;
}

interface ToldPort {
  readonly protocol: string;
  readonly port: number;
  readonly process: string;
  readonly remote?: string;
}

/** Value of a family of ours. */
export function ownValue(
  series: readonly Series[],
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  return seriesValue(series, `ephemeral_port_${name}`, labels);
}

/** Stuck ports of a process by last remote, as /metrics tells them. */
export function stuckRemotes(series: readonly Series[], process: string): Record<string, number> {
  const own = series.filter(
    ({ name, labels }) => name === 'ephemeral_port_process_stuck_remote_ports' && labels['process'] === process,
  );
  return Object.fromEntries(own.map(({ labels, value }) => [labels['remote'] ?? '', value]));
}

export async function makeIncident(flags: readonly string[] = []): Promise<IncidentStage> {
  const directory = mkdtempSync(join(tmpdir(), 'eph-incident-'));
  const namespace = await makeNamespace('eph-incident');
  const labs: Lab[] = [];
  const keep = (lab: Lab): Lab => {
    labs.push(lab);
    return lab;
  };
  const start = (name: string): Lab => keep(startLab(namespace.name, copyInterpreter(directory, name)));
  const server = keep(startLab(namespace.name));
  const listener = await serveMetadata(namespace, server);
  const filter = start('dns-filter');
  const startNow = (): Promise<RunningExporter> =>
    startExporter({
      directory,
      port: 10_071,
      netns: namespace.name,
      flags: ['--sample.interval=200ms', '--sample.cpu-budget=100%', '--stuck.after=3s', ...flags],
    });
  let exporter = await startNow();
  const scrape = async (): Promise<Series[]> => parseMetrics(await exporter.metrics());
  const lastSample = async () => ownValue(await scrape(), 'exporter_last_sample_timestamp_seconds');
  const listPorts = async (query: string): Promise<ToldPort[]> => {
    const all: ToldPort[] = [];
    for (let cursor = ''; ; ) {
      const text = await exporter.get(`/api/v1/ports?${query}&limit=1000${cursor}`);
      const page = JSON.parse(text) as { readonly ports: readonly ToldPort[]; readonly nextCursor?: string };
      all.push(...page.ports);
      if (page.nextCursor === undefined) return all;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  };
  // Odd ones: connect() takes even ones while there are any, so scrapers in the namespace do not come in between.
  let nextPort = 40_001;

  return {
    namespace,
    directory,
    get exporter() {
      return exporter;
    },
    async startExporter() {
      exporter = await startNow();
    },
    server,
    filter,
    start,
    leak: (options) => leakByRequest(filter, server, listener, options),
    takePorts: (count) => Array.from({ length: count }, () => (nextPort += 2)),
    scrape,
    async twoSamples() {
      let last = await lastSample();
      // The first that is new may have begun before.
      for (let seen = 0; seen < 3; seen++) {
        last = await eventually('one more sample', async () => {
          const now = await lastSample();
          return now === last ? undefined : now;
        });
      }
    },
    async unseen(work) {
      process.kill(exporter.program.pid, 'SIGSTOP');
      try {
        await work();
      } finally {
        process.kill(exporter.program.pid, 'SIGCONT');
      }
    },
    untilStuck: (process, ports) =>
      eventually(`${ports} stuck ports of ${process}`, async () => {
        const series = await scrape();
        return ownValue(series, 'process_stuck_ports', { process }) === ports ? series : undefined;
      }),
    async remoteByPort(process) {
      const ports = await listPorts(`process=${process}&stuck=true`);
      return new Map(ports.map(({ port, remote }) => [port, remote]));
    },
    async ownersOfPorts() {
      const ports = await listPorts('');
      return new Map(ports.filter(({ protocol }) => protocol === 'tcp').map(({ port, process }) => [port, process]));
    },
    async clear() {
      await Promise.all([exporter.program.stop(), ...labs.map((lab) => lab.stop())]);
      await namespace.remove();
      rmSync(directory, { recursive: true });
    },
  };
}

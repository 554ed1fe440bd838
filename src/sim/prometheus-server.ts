import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { encodeWriteRequest, type SeriesPoints } from './remote-write.ts';

export interface RangeSeries {
  readonly metric: Readonly<Record<string, string>>;
  /** Unix seconds and values. */
  readonly values: readonly (readonly [number, string])[];
}

/** A Prometheus that is written to and asked. */
export interface PrometheusClient {
  write(series: readonly SeriesPoints[]): Promise<void>;
  queryRange(expr: string, startMs: number, endMs: number, stepMs: number): Promise<RangeSeries[]>;
  /** Instant query. */
  query(expr: string, atMs: number): Promise<{ metric: Readonly<Record<string, string>>; value: number }[]>;
}

/** One of our own on loopback, that takes samples of any age. */
export interface PrometheusServer extends PrometheusClient {
  /** `http://ADDRESS:PORT`. */
  readonly base: string;
  /** Its own; `rules.yml` in it is read by {@link reload}. */
  readonly directory: string;
  /** Reads its configuration and rules again. */
  reload(): Promise<void>;
  /** CPU time it has used since it started. */
  cpuSeconds(): Promise<number>;
  close(): Promise<void>;
}

/** Points that a range query of Prometheus may have (web/api/v1, 11,000). */
const MAX_POINTS = 10_000;
const START_TIMEOUT_MS = 60_000;
/** Takes samples of any age; a rule file that is not there is no fault. */
const CONFIG = 'storage: { tsdb: { out_of_order_time_window: 3650d } }\nrule_files: [rules.yml]\n';

/**
 * Starts `prometheus` (Debian's) in a directory of its own.
 * @throws Error when it is not installed or does not become ready
 */
export async function startPrometheusServer(): Promise<PrometheusServer> {
  const directory = await mkdtemp(join(tmpdir(), 'eph-sim-'));
  const port = await freePort();
  await writeFile(join(directory, 'prometheus.yml'), CONFIG);
  const server = execa(
    'prometheus',
    [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      '--storage.tsdb.retention.time=3650d',
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--web.enable-lifecycle',
      '--query.timeout=10m',
      '--log.level=error',
    ],
    { stdio: 'ignore', reject: false },
  );
  const base = `http://127.0.0.1:${port}`;
  await waitUntilReady(base);

  return {
    ...prometheusClient(base),
    base,
    directory,
    async reload() {
      const response = await fetch(`${base}/-/reload`, { method: 'POST' });
      if (!response.ok) throw new Error(`reload: ${response.status} ${await response.text()}`);
    },
    cpuSeconds: () => cpuSecondsOf(server.pid as number),
    async close() {
      server.kill('SIGTERM');
      await server;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The HTTP API (and remote-write receiver) of the Prometheus at `base`. */
export function prometheusClient(base: string): PrometheusClient {
  async function ask(path: string, form: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await fetch(`${base}${path}`, { method: 'POST', body: new URLSearchParams(form) });
    const answer = (await response.json()) as { status: string; error?: string; data?: { result: unknown } };
    if (answer.status !== 'success') throw new Error(`${answer.error ?? 'no answer'}: ${form['query'] ?? ''}`);
    return answer.data?.result;
  }

  return {
    async write(series) {
      if (series.length === 0) return;
      const response = await fetch(`${base}/api/v1/write`, {
        method: 'POST',
        body: new Uint8Array(encodeWriteRequest(series)),
        headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
      });
      if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`);
    },
    async queryRange(expr, startMs, endMs, stepMs) {
      const merged = new Map<string, { metric: RangeSeries['metric']; values: RangeSeries['values'][number][] }>();
      for (let from = startMs; from <= endMs; from += MAX_POINTS * stepMs) {
        const to = Math.min(endMs, from + (MAX_POINTS - 1) * stepMs);
        const form = { query: expr, start: String(from / 1000), end: String(to / 1000), step: String(stepMs / 1000) };
        for (const { metric, values } of (await ask('/api/v1/query_range', form)) as RangeSeries[]) {
          const key = JSON.stringify(Object.entries(metric).sort());
          const known = merged.get(key);
          if (known === undefined) merged.set(key, { metric, values: [...values] });
          else for (const point of values) known.values.push(point);
        }
      }
      return [...merged.values()];
    },
    async query(expr, atMs) {
      const result = await ask('/api/v1/query', { query: expr, time: String(atMs / 1000) });
      return (result as { metric: Record<string, string>; value: [number, string] }[]).map(({ metric, value }) => ({
        metric,
        value: Number(value[1]),
      }));
    },
  };
}

/** CPU time of the threads of a process in nanoseconds of the scheduler (proc(5), schedstat); its own metric counts in ticks of 10 ms. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    // A thread may end in between.
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8').catch(() => '0')),
  );
  return times.reduce((sum, text) => sum + Number.parseInt(text, 10), 0) / 1e9;
}

async function waitUntilReady(base: string): Promise<void> {
  const giveUp = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const ready = await fetch(`${base}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    if (Date.now() > giveUp) throw new Error('prometheus did not start: is the Debian package "prometheus" installed?');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A port below the ephemeral range that nobody listens on. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One series of an answer: a value for an instant query, `[time, value]` pairs for a range query. */
export interface SeriesAnswer {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

export interface RealPrometheus {
  readonly url: string;
  /** Answers a query at a time; throws with Prometheus' own words when it refuses. */
  instant(expr: string, at: number): Promise<readonly SeriesAnswer[]>;
  range(expr: string, from: number, to: number, step: number): Promise<readonly SeriesAnswer[]>;
  stop(): Promise<void>;
}

/** Turns OpenMetrics text into blocks below `dataDir`; one large block, so that promtool reads the text once. */
export async function backfill(openMetricsFile: string, dataDir: string): Promise<void> {
  const args = [
    'tsdb',
    'create-blocks-from',
    '--max-block-duration=400h',
    'openmetrics',
    '--quiet',
    openMetricsFile,
    dataDir,
  ];
  await run('promtool', args, { maxBuffer: 64 * 1024 * 1024 });
}

/** Starts Debian's Prometheus on a free loopback port over a data directory; it scrapes nothing. */
export async function startPrometheus(dataDir: string): Promise<RealPrometheus> {
  const dir = mkdtempSync(join(tmpdir(), 'epx-prometheus-'));
  const config = join(dir, 'prometheus.yml');
  writeFileSync(config, 'global: {scrape_interval: 1h}\n');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${dataDir}`,
      '--storage.tsdb.retention.time=10y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.cors.origin=.*',
      '--log.level=warn',
    ],
    { stdio: 'ignore' },
  );
  try {
    await ready(url, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    url,
    instant: (expr, at) => ask(`${url}/api/v1/query`, { query: expr, time: String(at) }),
    range: (expr, from, to, step) =>
      ask(`${url}/api/v1/query_range`, { query: expr, start: String(from), end: String(to), step: String(step) }),
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function ask(url: string, form: Record<string, string>): Promise<readonly SeriesAnswer[]> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  const answer = (await response.json()) as {
    status: string;
    error?: string;
    data?: { result: readonly SeriesAnswer[] };
  };
  if (answer.status !== 'success') throw new Error(`${answer.error ?? response.statusText}: ${form['query']}`);
  return answer.data?.result ?? [];
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}`);
    const answered = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await delay(100);
  }
  throw new Error('prometheus was not ready in 30 s');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

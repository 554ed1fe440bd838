import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { type LineProgram, startLineProgram } from '../helpers/line-program.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';

const directory = mkdtempSync(join(tmpdir(), 'eph-many-'));
const URL_BASE = 'http://127.0.0.1:10071';
let netns: Namespace;
let exporter: RunningExporter;
let clients: LineProgram;

beforeAll(async () => {
  netns = await makeNamespace('eph-many');
  const flags = ['--web.max-requests=200', '--sample.interval=1s', '--sample.cpu-budget=20%'];
  exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags });
  const script = fileURLToPath(new URL('../helpers/many-clients.js', import.meta.url));
  clients = startLineProgram(netns.name, process.execPath, [script]);
});

afterAll(async () => {
  await clients.stop();
  await exporter.program.stop();
  await netns.remove();
  rmSync(directory, { recursive: true });
});

interface Burst {
  readonly statuses: readonly number[];
  /** Times of the samples that the answers were made from. */
  readonly samples: readonly string[];
  readonly slowestMs: number;
}

function residentMb(): number {
  const status = readFileSync(`/proc/${exporter.program.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

it('200 scrapes at once are served from one sample, again and again, in the same memory', async () => {
  const megabytes: number[] = [];
  const slowest: number[] = [];
  for (let round = 0; round < 25; round++) {
    const burst = (await clients.ask({ kind: 'burst', url: `${URL_BASE}/metrics`, count: 200 })) as Burst;
    expect(burst.statuses).toEqual(new Array(200).fill(200));
    // A sample that ends among them may part them in two.
    expect(new Set(burst.samples).size).toBeLessThanOrEqual(2);
    megabytes.push(residentMb());
    slowest.push(burst.slowestMs);
  }
  const [early, late] = [Math.max(...megabytes.slice(5, 10)), Math.max(...megabytes.slice(20))];
  console.log(`slowest of 200: ${slowest.map(Math.round)} ms; RSS ${early.toFixed(0)} then ${late.toFixed(0)} MB`);
  expect(late - early).toBeLessThan(10);
});

it('50 slow clients hold up neither scrapes nor the page, and those that never ask are cut', async () => {
  const before = residentMb();
  const slow = (await clients.ask({ kind: 'slow', port: 10_071, count: 50 })) as { open: number };
  expect(slow.open).toBe(50);
  for (const path of ['/metrics', '/', '/api/v1/status', '/-/healthy']) {
    const { statuses, slowestMs } = (await clients.ask({ kind: 'burst', url: URL_BASE + path, count: 5 })) as Burst;
    console.log(`${path} beside 50 slow clients: ${Math.round(slowestMs)} ms`);
    expect([path, statuses, slowestMs < 2_000]).toEqual([path, [200, 200, 200, 200, 200], true]);
  }
  // Half of them dribble a request that never ends; the others read their answer a byte at a time.
  const left = () => clients.ask({ kind: 'left', afterMs: 0 });
  await expect.poll(left, { timeout: 20_000, interval: 500 }).toEqual({ asking: 0, reading: 25 });
  console.log(`RSS ${before.toFixed(0)} before, ${residentMb().toFixed(0)} MB with the slow ones`);
  // Half a megabyte for each of them at most.
  expect(residentMb() - before).toBeLessThan(25);
});

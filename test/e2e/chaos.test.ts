import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type ChaosHost,
  keepNamespacesPassing,
  type PassingNamespaces,
  STEADY,
  STEADY_PORTS,
  startChaosHost,
} from '../helpers/chaos/chaos-host.ts';
import { type Footprint, findDisagreements, sum, valueIn, WatchedExporter } from '../helpers/chaos/watched-exporter.ts';
import type { Series } from '../helpers/metrics-text.ts';
import { eventually } from '../helpers/program.ts';

/** `npm run soak` asks for more. */
const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 120);
const KILL_EVERY_MS = 20_000;
const NAMESPACE_EVERY_MS = 1_500;
const MOST_NAMESPACES = 5;
const STEADY_LABELS = { process: STEADY, netns: 'self' };

let directory: string;
let host: ChaosHost;
/** Ends by kill -9 again and again, and remembers on disk. */
let killed: WatchedExporter;
/** Lives from the beginning to the end, so that what grows shows. */
let lasting: WatchedExporter;
let passing: PassingNamespaces | undefined;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-chaos-'));
  host = await startChaosHost(directory);
  const ledger = `--ledger.path=${join(directory, 'ledger')}`;
  killed = new WatchedExporter('killed', directory, host.netns.name, 10_071, [ledger]);
  lasting = new WatchedExporter('lasting', directory, host.netns.name, 10_072, []);
  await Promise.all([killed.start(), lasting.start()]);
});
afterAll(async () => {
  await Promise.all([killed.stop(), lasting.stop(), passing?.stop()]);
  await host.stop();
  rmSync(directory, { recursive: true });
});

const isSampled = (series: readonly Series[]) => sum(series, 'exporter_last_sample_timestamp_seconds', {}) > 0;

/** What every answer must say of the program that does nothing. */
function expectSteady(series: readonly Series[]): void {
  const steady = { ...STEADY_LABELS, protocol: 'tcp' };
  expect(valueIn(series, 'process_ports', { ...steady, state: 'bound' })).toBe(STEADY_PORTS);
  expect(sum(series, 'process_stuck_released_total', STEADY_LABELS)).toBe(0);
  expect(sum(series, 'process_released_total', STEADY_LABELS)).toBe(0);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function quarter(footprints: readonly Footprint[], index: number): { rssMb: number; fds: number } {
  const size = footprints.length / 4;
  const part = footprints.slice(Math.floor(index * size), Math.floor((index + 1) * size));
  return { rssMb: Math.round(median(part.map(({ rssMb }) => rssMb))), fds: median(part.map(({ fds }) => fds)) };
}

it('stays right and small while connections, forks, namespaces and its own life come and go', {
  timeout: (SECONDS + 120) * 1000,
}, async () => {
  await eventually('40 stuck ports', async () => {
    const all = await Promise.all([killed.scrape(), lasting.scrape()]);
    return all.every((series) => valueIn(series, 'process_stuck_ports', STEADY_LABELS) === STEADY_PORTS) || undefined;
  });
  const heldSince = valueIn(await killed.scrape(), 'process_oldest_held_timestamp_seconds', STEADY_LABELS) as number;
  const fdsBefore = lasting.footprints.at(-1)?.fds as number;

  const end = Date.now() + SECONDS * 1000;
  passing = keepNamespacesPassing(MOST_NAMESPACES, NAMESPACE_EVERY_MS);
  const seenNamespaces = new Set<string>();
  const samples = new Set<number>();
  let [killAt, answers, restarted, mostUsed] = [Date.now() + KILL_EVERY_MS, 0, 0, 0];
  while (Date.now() < end) {
    if (Date.now() >= killAt) {
      await killed.kill();
      killAt = Date.now() + KILL_EVERY_MS;
    }
    for (const exporter of [killed, lasting]) {
      const series = await exporter.scrape();
      if (!isSampled(series)) continue;
      answers++;
      expect(findDisagreements(series)).toEqual([]);
      expectSteady(series);
      const sampledAtMs = sum(series, 'exporter_last_sample_timestamp_seconds', {}) * 1000;
      samples.add(sampledAtMs);
      mostUsed = Math.max(mostUsed, sum(series, 'used', { protocol: 'tcp', netns: 'self' }));
      for (const { name, ports, readyAtMs } of passing.present()) {
        const used = valueIn(series, 'used', { protocol: 'tcp', netns: name });
        // Not told, or with what its program holds; nothing in between.
        if (readyAtMs > sampledAtMs || used === undefined) continue;
        expect([name, used]).toEqual([name, ports]);
        seenNamespaces.add(name);
      }
      if (exporter === lasting || killed.kills === 0) continue;
      // A kill -9 takes no age and no stuck port away.
      expect(valueIn(series, 'process_stuck_ports', STEADY_LABELS)).toBe(STEADY_PORTS);
      const since = valueIn(series, 'process_oldest_held_timestamp_seconds', STEADY_LABELS) as number;
      expect(Math.abs(since - heldSince)).toBeLessThan(2);
      restarted++;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await passing.stop();

  const quarters = [0, 1, 2, 3].map((index) => quarter(lasting.footprints, index));
  const figures = { seconds: SECONDS, answers, samples: samples.size, kills: killed.kills, mostUsed, quarters };
  const report = process.env['CHAOS_REPORT'];
  if (report !== undefined)
    writeFileSync(report, `${JSON.stringify({ ...figures, namespaces: seenNamespaces.size })}\n`);
  // It was chaos, and it was watched.
  expect(samples.size).toBeGreaterThan(SECONDS / 5);
  expect(killed.kills).toBeGreaterThanOrEqual(Math.floor(SECONDS / 40));
  expect(restarted).toBeGreaterThan(SECONDS / 20);
  expect(mostUsed).toBeGreaterThan(2_000);
  expect(seenNamespaces.size).toBeGreaterThan(SECONDS / 20);
  const [, second, , last] = quarters;
  expect(last?.rssMb).toBeLessThan((second?.rssMb ?? 0) * 1.15 + 15);
  await eventually('as many descriptors as before', async () => {
    await lasting.scrape();
    return (lasting.footprints.at(-1)?.fds as number) <= fdsBefore + 2 || undefined;
  });
});

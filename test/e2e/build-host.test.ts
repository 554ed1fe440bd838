import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { compileLeaky } from '../helpers/leaky.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';

const NAMES = 2_000;
const SECONDS = 60;
const SCRAPE_MS = 1_000;
const MOST_SERIES = 2_200;
const MOST_NAMED = 50;
/** A quarter above what was measured (147 MB): that churn does not pile up is shown here, the budget by the bench. */
const MOST_RSS_BYTES = 184 * 1024 * 1024;

const directory = mkdtempSync(join(tmpdir(), 'eph-build-'));
const running: Program[] = [];
let netns: Namespace;
let exporter: RunningExporter;
let leaky: string;

beforeAll(async () => {
  netns = await makeNamespace('eph-build');
  leaky = compileLeaky(directory, 'leaky-dns');
  const flags = ['--sample.interval=500ms', '--sample.cpu-budget=50%', '--stuck.after=10s'];
  exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags });
  running.push(exporter.program);
});
afterAll(async () => {
  await Promise.all(running.map((program) => program.stop()));
  await netns.remove();
  rmSync(directory, { recursive: true });
});

const namesOf = (series: readonly Series[]) =>
  new Set(series.flatMap(({ labels }) => (labels['process'] === undefined ? [] : [labels['process']])));

it('bounds the series of 2,000 program names in a minute, and a slow leaker is named among them', async () => {
  const links = join(directory, 'links');
  mkdirSync(links);
  const builder = startProgram({
    command: 'python3',
    args: [join(import.meta.dirname, '../helpers/build-host.py'), leaky, links, String(NAMES), String(SECONDS)],
    netns: netns.name,
    logFile: join(directory, 'build-host.log'),
  });
  running.push(builder);
  const slow = { command: leaky, args: ['25', '1000'], netns: netns.name, logFile: join(directory, 'leaky.log') };
  running.push(startProgram(slow));
  const seen = { series: 0, named: 0, rssBytes: 0 };
  const everNamed = new Set<string>();
  while (!builder.output().includes(`ran ${NAMES}`)) {
    const series = parseMetrics(await exporter.metrics());
    const names = namesOf(series);
    for (const name of names) everNamed.add(name);
    seen.series = Math.max(seen.series, series.filter(({ name }) => name.startsWith('ephemeral_port_')).length);
    seen.named = Math.max(seen.named, [...names].filter((name) => !name.startsWith('(')).length);
    seen.rssBytes = Math.max(seen.rssBytes, seriesValue(series, 'process_resident_memory_bytes') ?? 0);
    for (const protocol of ['tcp', 'udp']) {
      const sum = series
        .filter(({ name, labels }) => name === 'ephemeral_port_process_ports' && labels['protocol'] === protocol)
        .reduce((total, { value }) => total + value, 0);
      expect(sum).toBe(seriesValue(series, 'ephemeral_port_used', { protocol }));
    }
    await new Promise((resolve) => setTimeout(resolve, SCRAPE_MS));
  }
  const stuck = await eventually('a leaker with all its ports stuck', async () => {
    const series = parseMetrics(await exporter.metrics());
    const ports = seriesValue(series, 'ephemeral_port_process_stuck_ports', { process: 'leaky-dns' });
    return ports === 25 ? namesOf(series) : undefined;
  });
  expect([...stuck]).toContain('leaky-dns');
  // More programs were worth a name than there are names, or the limit was not put to the test.
  expect(everNamed.size).toBeGreaterThan(MOST_NAMED);
  expect(seen.named).toBeLessThanOrEqual(MOST_NAMED);
  expect(seen.series).toBeLessThan(MOST_SERIES);
  expect(seen.rssBytes).toBeLessThan(MOST_RSS_BYTES);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';
import { copyInterpreter } from '../helpers/socket-lab.ts';

const WATCH_MS = 25_000;
const PROTOCOLS = ['tcp', 'udp'];

const directory = mkdtempSync(join(tmpdir(), 'eph-invariants-'));
const running: Program[] = [];
let netns: Namespace;
let exporter: RunningExporter;

beforeAll(async () => {
  netns = await makeNamespace('eph-invariants');
  exporter = await startExporter({
    directory,
    port: 10_071,
    netns: netns.name,
    flags: ['--sample.interval=300ms', '--sample.cpu-budget=100%', '--stuck.after=1s'],
  });
  running.push(exporter.program);
  for (const [index, rate] of [400, 800].entries()) {
    const name = `churn-${index}`;
    const program = startProgram({
      command: copyInterpreter(directory, name),
      args: [join(import.meta.dirname, '../helpers/churn.py'), String(rate), String(20_100 + index)],
      netns: netns.name,
      logFile: join(directory, `${name}.log`),
    });
    running.push(program);
    await eventually(`${name} at work`, () => program.output().includes('churning') || undefined);
  }
});
afterAll(async () => {
  await Promise.all(running.map((program) => program.stop()));
  await netns.remove();
  rmSync(directory, { recursive: true });
});

function sum(series: readonly Series[], name: string, labels: Readonly<Record<string, string>>): number {
  return series
    .filter((one) => one.name === `ephemeral_port_${name}`)
    .filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .reduce((total, { value }) => total + value, 0);
}

/** By group: label text -> ports held, and opened less released. */
function groupsOf(series: readonly Series[], protocol: string): Map<string, { ports: number; balance: number }> {
  const groups = new Map<string, { ports: number; balance: number }>();
  for (const { name, labels, value } of series) {
    if (labels['protocol'] !== protocol || labels['process'] === undefined) continue;
    const key = `${labels['netns']} ${labels['process']} ${labels['unit']}`;
    const group = groups.get(key) ?? { ports: 0, balance: 0 };
    if (name === 'ephemeral_port_process_ports') group.ports += value;
    if (name === 'ephemeral_port_process_opened_total') group.balance += value;
    if (name === 'ephemeral_port_process_released_total') group.balance -= value;
    groups.set(key, group);
  }
  return groups;
}

it('holds in every scrape of a busy namespace that all ways to count its ports agree', async () => {
  const end = Date.now() + WATCH_MS;
  const taken = new Set<number>();
  const used = new Set<number>();
  let compared = 0;
  let before: Series[] = [];
  while (Date.now() < end) {
    const series = parseMetrics(await exporter.metrics());
    const takenAt = sum(series, 'exporter_last_sample_timestamp_seconds', {});
    const isSame = taken.has(takenAt);
    taken.add(takenAt);
    used.add(sum(series, 'used', { protocol: 'tcp' }));
    for (const protocol of PROTOCOLS) {
      const total = seriesValue(series, 'ephemeral_port_used', { protocol });
      expect(sum(series, 'state_ports', { protocol })).toBe(total);
      expect(sum(series, 'process_ports', { protocol })).toBe(total);
      for (const { labels, value } of series.filter(({ name }) => name === 'ephemeral_port_state_ports')) {
        const { state = '' } = labels;
        if (labels['protocol'] === protocol) expect(sum(series, 'process_ports', { protocol, state })).toBe(value);
      }
      const now = groupsOf(series, protocol);
      const then = groupsOf(before, protocol);
      if (isSame || [...now.keys()].join('\n') !== [...then.keys()].join('\n')) continue;
      compared++;
      for (const [key, { ports, balance }] of now) {
        const old = then.get(key) ?? { ports: 0, balance: 0 };
        expect([key, ports - old.ports]).toEqual([key, balance - old.balance]);
      }
    }
    before = series;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  // The namespace was busy, and the exporter looked often.
  expect(taken.size).toBeGreaterThan(20);
  expect(used.size).toBeGreaterThan(10);
  expect(compared).toBeGreaterThan(20);
  expect([...groupsOf(before, 'tcp').keys()]).toEqual(
    expect.arrayContaining([expect.stringContaining('churn-0'), expect.stringContaining('churn-1')]),
  );
});

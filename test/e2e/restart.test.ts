import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type IncidentStage, makeIncident, ownValue, stuckRemotes } from '../helpers/incident-stage.ts';
import type { Series } from '../helpers/metrics-text.ts';
import { startPrometheus } from '../helpers/monitoring.ts';
import { eventually, type Program } from '../helpers/program.ts';
import { growthOf } from '../helpers/raw-counter.ts';
import { LEAK_SHAPES, METADATA_REMOTE } from '../helpers/recipes/metadata-leak.ts';
import { openSockets } from '../helpers/socket-lab.ts';

const PER_SHAPE = 20;
const LEAKED = LEAK_SHAPES.length * PER_SHAPE;
const MORE = 15;
const FILTER = { process: 'dns-filter' };

let directory: string;
let stage: IncidentStage;
let prometheus: Program | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-restart-'));
  stage = await makeIncident([`--ledger.path=${join(directory, 'ledger')}`]);
});
afterEach(async () => {
  await prometheus?.stop();
  await stage.clear();
  rmSync(directory, { recursive: true });
});

/** Resolves once the ledger was written twice more: the second write began after the call. */
async function untilWritten(): Promise<void> {
  for (let writes = 0; writes < 2; writes++) {
    const written = (): number => statSync(join(directory, 'ledger', 'ledger.bin')).mtimeMs;
    const before = written();
    await eventually('a write of the ledger', () => (written() > before ? true : undefined), 30_000);
  }
}

async function ask<T>(query: string): Promise<T> {
  const url = `http://127.0.0.1:10090/api/v1/query?query=${encodeURIComponent(query)}`;
  const answer = JSON.parse(await stage.namespace.exec('curl', '-sSf', url)) as {
    readonly data: { readonly result: T };
  };
  return answer.data.result;
}

async function bindPorts(ports: readonly number[]): Promise<number[]> {
  const handles = await openSockets(stage.filter, { count: ports.length });
  await stage.filter.run('bindEach', { handles, ports, address: '0.0.0.0' });
  return handles;
}

/** What must outlive the exporter, of one process. */
function remembered(series: readonly Series[]): Record<string, unknown> {
  const value = (name: string): number => ownValue(series, name, FILTER) ?? Number.NaN;
  return {
    remotes: stuckRemotes(series, 'dns-filter'),
    oldestHeld: Math.round(value('process_oldest_held_timestamp_seconds')),
    start: Math.round(value('process_start_time_seconds')),
    members: value('process_members'),
    ledgerStart: ownValue(series, 'exporter_ledger_start_timestamp_seconds'),
    names: [...new Set(series.map(({ labels }) => labels['process']))].filter(Boolean).sort(),
  };
}

/** Bound ports by the time of the step, the minute under way left out. */
async function wholeMinutes(): Promise<readonly (readonly [number, number])[]> {
  const text = await stage.exporter.get('/api/v1/owners/self/dns-filter/-/history?state=bound');
  const { timesMs, ports } = JSON.parse(text) as {
    readonly timesMs: readonly number[];
    readonly ports: { readonly bound: readonly number[] };
  };
  return timesMs.slice(0, -1).map((timeMs, index) => [timeMs, ports.bound[index] as number]);
}

it('is outlived by ages, last remotes and names after kill -9, and Prometheus sees no event twice or for nothing', async () => {
  prometheus = startPrometheus(
    { directory, netns: stage.namespace.name },
    { port: 10_090, targets: ['127.0.0.1:10071'], ruleFiles: [], alertmanagers: [] },
  );
  await eventually('a first scrape', async () => {
    const [up] = await ask<readonly { readonly value: readonly [number, string] }[]>('up');
    return up?.value[1] === '1' || undefined;
  });
  for (const shape of LEAK_SHAPES) {
    await stage.leak({ shape, ports: stage.takePorts(PER_SHAPE), whenOpen: stage.twoSamples });
  }
  const before = await stage.untilStuck('dns-filter', LEAKED);
  expect(remembered(before)['remotes']).toEqual({ [METADATA_REMOTE]: LEAKED });
  const raw = 'ephemeral_port_process_stuck_total{process="dns-filter"}';
  await eventually('a scrape of it all', async () => {
    const [series] = await ask<readonly { readonly value: readonly [number, string] }[]>(raw);
    return series?.value[1] === String(LEAKED) || undefined;
  });
  const remotes = await stage.remoteByPort('dns-filter');
  const minutes = await eventually(
    'a whole minute of history',
    async () => {
      const whole = await wholeMinutes();
      return whole.length > 0 ? whole : undefined;
    },
    65_000,
  );
  await untilWritten();

  await stage.exporter.program.kill();
  await bindPorts(stage.takePorts(MORE));
  await stage.startExporter();
  const after = await stage.scrape();
  expect(remembered(after)).toEqual(remembered(before));
  expect(ownValue(after, 'process_stuck_ports', FILTER)).toBe(LEAKED);
  expect(ownValue(after, 'process_stuck_total', FILTER)).toBe(0);
  expect(ownValue(after, 'process_opened_total', { ...FILTER, protocol: 'tcp' })).toBeLessThanOrEqual(MORE);
  expect(ownValue(after, 'process_released_total', { ...FILTER, protocol: 'tcp' })).toBe(0);
  expect(await stage.remoteByPort('dns-filter')).toEqual(remotes);
  expect((await wholeMinutes()).slice(0, minutes.length)).toEqual(minutes);

  await stage.untilStuck('dns-filter', LEAKED + MORE);
  const total = LEAKED + MORE;
  const [series] = await eventually('a scrape after the gap', async () => {
    const [now] = await ask<readonly { readonly value: readonly [number, string] }[]>(raw);
    if (now?.value[1] !== String(MORE)) return undefined;
    return ask<readonly { readonly values: readonly (readonly [number, string])[] }[]>(`${raw}[5m]`);
  });
  expect(growthOf((series?.values ?? []).map(([, value]) => Number(value)))).toBe(total);
  const [increase] = await ask<readonly { readonly value: readonly [number, string] }[]>(
    'increase(ephemeral_port_process_stuck_total{process="dns-filter"}[5m])',
  );
  // Prometheus extrapolates to half a scrape interval at each end; beyond that nothing may come in or get lost.
  const seconds = (series?.values.at(-1)?.[0] ?? 0) - (series?.values[0]?.[0] ?? 0);
  expect(Math.abs(Number(increase?.value[1]) - total)).toBeLessThanOrEqual((total * 2.2) / seconds);
});

it('takes a port that was let go and had again while it was away for another one', async () => {
  const [port = 0] = stage.takePorts(1);
  const others = stage.takePorts(20);
  await bindPorts(others);
  const [handle] = await bindPorts([port]);
  await stage.untilStuck('dns-filter', 21);
  await untilWritten();
  await stage.exporter.program.kill();
  await stage.filter.run('close', { handles: [handle] });
  await bindPorts([port]);
  await stage.startExporter();
  const ports = [...(await stage.remoteByPort('dns-filter')).keys()];
  expect(ports.filter((each) => each === port)).toEqual([]);
  expect(ports.sort()).toEqual(others);
  await stage.untilStuck('dns-filter', 21);
});

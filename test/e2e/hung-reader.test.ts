import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { type BlockingProcRoot, makeBlockingProcRoot } from '../helpers/fake-proc-root.ts';
import { get } from '../helpers/http.ts';
import { compileLeaky, startLeaky } from '../helpers/leaky.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program } from '../helpers/program.ts';

let directory: string;
let netns: Namespace;
let procRoot: BlockingProcRoot;
let leaky: Program;
let exporter: RunningExporter;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-hung-'));
  netns = await makeNamespace('eph-hung');
  leaky = await startLeaky(compileLeaky(directory, 'leaky-dns'), { netns: netns.name, count: 40 });
  procRoot = makeBlockingProcRoot(join(directory, 'proc'), [leaky.pid]);
  const flags = ['--sample.interval=500ms', '--sample.cpu-budget=100%', `--path.procfs=${procRoot.path}`];
  exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags });
});
afterEach(async () => {
  await Promise.all([leaky.stop(), exporter.program.stop()]);
  await netns.remove();
  rmSync(directory, { recursive: true });
});

/** A scrape that gives the reader a second, so that one that hangs is given up soon. */
async function scrape(): Promise<Series[]> {
  const headers = { 'x-prometheus-scrape-timeout-seconds': '1' };
  const { status, body } = await get({ socketPath: exporter.controlSocket }, '/metrics', { headers });
  if (status !== 200) throw new Error(`${status}: ${body}`);
  return parseMetrics(body);
}

const succeeded = (series: readonly Series[]) =>
  seriesValue(series, 'ephemeral_port_exporter_collector_success', { collector: 'tcp' });

/** What was measured of ports and processes, and when. */
const measured = (series: readonly Series[]) =>
  series.filter(({ name }) => name.startsWith('ephemeral_port_') && !/_exporter_(?!last_sample)/.test(name));

it('is replaced when it hangs: no success, no number moved, and all as before once the host answers again', async () => {
  const ports = { process: 'leaky-dns', state: 'bound' };
  const before = await eventually('40 ports of leaky-dns', async () => {
    const series = await scrape();
    return seriesValue(series, 'ephemeral_port_process_ports', ports) === 40 ? series : undefined;
  });
  expect(succeeded(before)).toBe(1);

  procRoot.block();
  const during = await eventually('a failed reading', async () => {
    const series = await scrape();
    return succeeded(series) === 0 ? series : undefined;
  });
  expect(seriesValue(during, 'ephemeral_port_exporter_collector_timeout', { collector: 'tcp' })).toBe(1);
  const withoutTime = (series: readonly Series[]) =>
    measured(series).filter(({ name }) => !name.includes('last_sample'));
  expect(withoutTime(during)).toEqual(withoutTime(before));
  expect(exporter.program.output()).toContain('EPH_READER_TIMEOUT');
  const stillHung = await eventually('a second reader that hangs too', async () => {
    const hung = exporter.program.output().match(/the reader worker hangs/g)?.length ?? 0;
    return hung >= 2 ? scrape() : undefined;
  });
  // The time of the last good sample stands, so that its age tells.
  expect(measured(stillHung)).toEqual(measured(during));

  procRoot.unblock();
  const after = await eventually('a good reading', async () => {
    const series = await scrape();
    return succeeded(series) === 1 ? series : undefined;
  });
  expect(withoutTime(after)).toEqual(withoutTime(before));
});

it('does not keep the exporter from ending, though a thread blocked in the kernel leaves it no exit code', async () => {
  procRoot.block();
  await eventually('a reading that hangs', async () => (succeeded(await scrape()) === 0 ? true : undefined));
  const scrapeUnderWay = scrape();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await exporter.program.stop();
  // Its own word; the stop of the test would have come after 5 s and without one.
  expect(exporter.program.output()).toContain('ending by SIGKILL, all but the reader is closed');
  expect(succeeded(await scrapeUnderWay)).toBe(0);
});

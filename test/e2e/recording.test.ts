import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { compileLeaky, startLeaky } from '../helpers/leaky.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program } from '../helpers/program.ts';

/** What describes the host and its processes, not the exporter, and not the wall clock, which a replay shifts. */
const ofTheHost = (series: readonly Series[]) =>
  series
    .filter(({ name }) => /^ephemeral_port_(?!exporter_)/.test(name) && !name.endsWith('_timestamp_seconds'))
    .filter(({ name }) => !name.endsWith('_time_seconds'));

describe('a recording', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-record-'));
  const file = join(directory, 'host.ndjson.gz');
  const running: Program[] = [];
  let netns: Namespace;

  const start = async (name: string, flags: readonly string[]): Promise<RunningExporter> => {
    const options = { directory: join(directory, name), port: 10_071, netns: netns.name };
    const exporter = await startExporter({ ...options, flags: ['--stuck.after=2s', ...flags] });
    running.push(exporter.program);
    return exporter;
  };

  beforeAll(async () => {
    netns = await makeNamespace('eph-record');
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await netns.remove();
    rmSync(directory, { recursive: true });
  });

  it('replayed gives the ports, owners, counters and stuck ports of the host it was made on', async () => {
    const recorder = await start('recorder', [
      '--sample.interval=200ms',
      '--sample.cpu-budget=100%',
      `--sample.record=${file}`,
    ]);
    running.push(
      await startLeaky(compileLeaky(directory, 'leaky-dns'), { netns: netns.name, count: 120, intervalMs: 10 }),
    );
    const leaky = { process: 'leaky-dns' };
    const recorded = await eventually('120 stuck ports', async () => {
      const series = parseMetrics(await recorder.metrics());
      return seriesValue(series, 'ephemeral_port_process_stuck_ports', leaky) === 120 ? series : undefined;
    });
    expect(await recorder.program.stop()).toBe(0);

    const replay = await start('replay', [`--sample.replay=${file}`, '--sample.replay-speed=1000']);
    const replayed = await eventually('the end of the recording', async () => {
      const series = parseMetrics(await replay.metrics());
      return seriesValue(series, 'ephemeral_port_process_stuck_ports', leaky) === 120 ? series : undefined;
    });
    expect(ofTheHost(replayed)).toEqual(ofTheHost(recorded));
    expect(seriesValue(replayed, 'ephemeral_port_process_opened_total', { ...leaky, protocol: 'tcp' })).toBeGreaterThan(
      0,
    );
  });
});

import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AS_STRANGER, copyBuiltReader } from '../../helpers/built-copy.ts';
import { type RunningExporter, startExporter } from '../../helpers/exporter.ts';
import { parseMetrics, seriesValue } from '../../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../../helpers/namespace.ts';
import { makeOldKernel } from '../../helpers/old-kernel.ts';
import { eventually } from '../../helpers/program.ts';
import { startReader } from '../../helpers/read-in-namespace.ts';
import { bindOnLoopback } from '../../helpers/recipes/bound.ts';
import { type Lab, openSockets, startLab } from '../../helpers/socket-lab.ts';

const PIDFD = '--linux.bound-source=pidfd';

const oldKernel = makeOldKernel();
afterAll(() => oldKernel.remove());

let directory: string;
let netns: Namespace;
let lab: Lab;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-old-'));
  netns = await makeNamespace('eph-old');
  lab = startLab(netns.name);
});
afterEach(async () => {
  await lab.stop();
  await netns.remove();
  rmSync(directory, { recursive: true });
});

async function withExporter<T>(flags: readonly string[], work: (exporter: RunningExporter) => Promise<T>): Promise<T> {
  const quick = ['--sample.interval=200ms', '--sample.cpu-budget=100%', ...flags];
  const { wrapper } = oldKernel;
  const exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags: quick, wrapper });
  try {
    return await work(exporter);
  } finally {
    await exporter.program.stop();
  }
}

const boundSource = (series: ReturnType<typeof parseMetrics>): string | undefined =>
  series.find(({ name, labels }) => name === 'ephemeral_port_exporter_source_info' && labels['piece'] === 'bound')
    ?.labels['source'];

describe('on a kernel that lists no bound-only sockets', () => {
  it('says so in one line that names the way out, and tells no number instead of 0', async () => {
    await bindOnLoopback(lab, 30);
    await withExporter([], async (exporter) => {
      const times = new Set<number>();
      const series = await eventually('a third sample', async () => {
        const page = parseMetrics(await exporter.metrics());
        times.add(seriesValue(page, 'ephemeral_port_exporter_last_sample_timestamp_seconds') as number);
        return times.size >= 3 ? page : undefined;
      });
      expect(boundSource(series)).toBe('none');
      expect(seriesValue(series, 'ephemeral_port_state_ports', { protocol: 'tcp', state: 'bound' })).toBeUndefined();
      const lines = exporter.program.output().match(/^.*bound-only.*$/gm);
      expect(lines).toEqual([expect.stringContaining('--linux.bound-source=pidfd')]);
    });
  });

  it('finds them with --linux.bound-source=pidfd, with owner and state', async () => {
    await bindOnLoopback(lab, 30);
    await withExporter([PIDFD], async (exporter) => {
      const series = await eventually('bound ports', async () => {
        const page = parseMetrics(await exporter.metrics());
        return seriesValue(page, 'ephemeral_port_state_ports', { protocol: 'tcp', state: 'bound' }) ? page : undefined;
      });
      expect(boundSource(series)).toBe('pidfd');
      const owned = series.filter(
        ({ name, labels }) => name === 'ephemeral_port_process_ports' && labels['state'] === 'bound',
      );
      expect(owned.filter(({ value }) => value > 0).map(({ labels, value }) => [labels['process'], value])).toEqual([
        [basename(readlinkSync(`/proc/${lab.pid}/exe`)), 30],
      ]);
    });
  });
});

describe('a look through descriptors', () => {
  it('holds no port of an owner that is killed meanwhile (A27)', async () => {
    const reader = startReader(netns.name, { ...oldKernel, flags: [PIDFD] });
    try {
      await reader.read();
      for (let round = 0; round < 5; round++) {
        const owner = startLab(netns.name);
        const truth = await bindOnLoopback(owner, 3_000);
        const reading = reader.read();
        await new Promise((resolve) => setTimeout(resolve, 10 * round));
        await owner.kill();
        await reading;
        const handles = await openSockets(lab, { count: truth.length });
        // Throws EADDRINUSE for a port that is still held.
        await lab.run('bindEach', { handles, ports: truth.map(({ port }) => port) });
        await lab.run('close', { handles });
      }
    } finally {
      await reader.stop();
    }
  });

  it('does not pass off as whole what it had no right to see', async () => {
    const copy = copyBuiltReader();
    const wrapper = [...oldKernel.wrapper, ...AS_STRANGER];
    const reader = startReader(netns.name, { wrapper, directory: copy.path, flags: [PIDFD] });
    try {
      await bindOnLoopback(lab, 5);
      const { namespaces, problems } = await reader.read();
      expect(namespaces[0]?.boundVisible).toBe(false);
      expect(problems).toContainEqual(expect.objectContaining({ code: 'EPH_BOUND_INVISIBLE' }));
    } finally {
      await reader.stop();
      copy.remove();
    }
  });
});

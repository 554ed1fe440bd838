import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { compileLeaky, type LeakyProgram, startLeaky } from '../helpers/leaky.ts';
import { linuxExecutable } from '../helpers/linux-exe.ts';
import { parseMetrics, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually } from '../helpers/program.ts';

let directory: string;
let executable: string;
let netns: Namespace;
let leaky: LeakyProgram;
let exporter: RunningExporter;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-exe-test-'));
  // Alone in a folder: what it needs must be inside.
  executable = join(directory, 'ephemeral-port-exporter');
  cpSync(linuxExecutable(), executable);
  netns = await makeNamespace('eph-exe');
  leaky = await startLeaky(compileLeaky(directory, 'leaky-exe'), { netns: netns.name, count: 30 });
  exporter = await startExporter({
    directory,
    port: 10_071,
    netns: netns.name,
    // No node and no npm to be found.
    wrapper: ['env', 'PATH=/nowhere', `TMPDIR=${directory}`],
    exporter: [executable],
    flags: ['--sample.interval=500ms'],
  });
});
afterAll(async () => {
  await Promise.all([leaky.stop(), exporter.program.stop()]);
  await netns.remove();
  rmSync(directory, { recursive: true });
});

const run = (...args: string[]) =>
  execFileSync(executable, [...args, `--web.control-socket=${exporter.controlSocket}`], { encoding: 'utf8' });

describe('the single executable for Linux', () => {
  it('reads the kernel by native calls and names who holds bound ports', async () => {
    const owner = { protocol: 'tcp', process: 'leaky-exe', state: 'bound' };
    const series = await eventually('30 ports of leaky-exe', async () => {
      const scraped = parseMetrics(await exporter.metrics());
      return seriesValue(scraped, 'ephemeral_port_process_ports', owner) === 30 ? scraped : undefined;
    });
    const info = { piece: 'bound', source: 'inet_diag' };
    expect(seriesValue(series, 'ephemeral_port_exporter_source_info', info)).toBe(1);
  });

  it('leaves nothing on disk: its native library is gone once it is loaded', () => {
    const left = readdirSync(directory).filter((name) => name.startsWith('ephemeral-port-exporter-'));
    expect(left).toEqual([]);
    expect(readFileSync(`/proc/${exporter.program.pid}/maps`, 'utf8')).toContain('koffi.node (deleted)');
  });

  it('has the commands and the status page', async () => {
    expect(run('healthcheck')).toBe('healthy\n');
    expect(run('inspect')).toMatch(/leaky-exe +30 +30/);
    expect(run('--version')).toMatch(/version \d+\.\d+\.\d+ \(revision: [0-9a-f]{40}/);
    expect(await exporter.get('/')).toContain('<title>Ephemeral ports</title>');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAMILIES } from '../../src/metrics/families.ts';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { get } from '../helpers/http.ts';
import { compileLeaky, startLeaky } from '../helpers/leaky.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program } from '../helpers/program.ts';

const OPENMETRICS = 'application/openmetrics-text; version=1.0.0';

describe('the live answer', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-formats-'));
  const running: Program[] = [];
  let netns: Namespace;
  let exporter: RunningExporter;

  beforeAll(async () => {
    netns = await makeNamespace('eph-formats');
    running.push(await startLeaky(compileLeaky(directory, 'le"aky\\dns'), { netns: netns.name, count: 30 }));
    const flags = ['--sample.interval=500ms', '--sample.cpu-budget=50%', '--stuck.after=1s'];
    exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags });
    running.push(exporter.program);
    await eventually('stuck ports', async () => {
      const text = await exporter.metrics();
      return /^ephemeral_port_process_stuck_ports\{.*aky.*\} 30$/m.test(text) || undefined;
    });
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await netns.remove();
    rmSync(directory, { recursive: true });
  });

  it('has nothing that promtool would mend', async () => {
    const checked = await execa('promtool', ['check', 'metrics'], { input: await exporter.metrics(), reject: false });
    const { exitCode, stdout, stderr } = checked;
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('is OpenMetrics by the strict parser of Prometheus when asked for it, with the same series', async () => {
    const { body, headers } = await get({ socketPath: exporter.controlSocket }, '/metrics', {
      headers: { accept: OPENMETRICS },
    });
    expect(headers['content-type']).toContain('application/openmetrics-text');
    // promtool reads OpenMetrics to make blocks of it, for which every sample needs a time.
    const timed = body.replace(/^(?!#)(.+)$/gm, '$1 1700000000');
    const file = join(directory, 'metrics.om');
    writeFileSync(file, timed);
    const args = ['tsdb', 'create-blocks-from', 'openmetrics', file, join(directory, 'blocks')];
    const { exitCode, stderr } = await execa('promtool', args, { reject: false });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const names = (text: string) => [...new Set(text.match(/^ephemeral_port_\w+/gm))].sort();
    expect(names(body)).toEqual(names(await exporter.metrics()));
  });

  it('has no family that the table of families does not know', async () => {
    const known = Object.values(FAMILIES).map(({ name }) => name);
    const told = [...(await exporter.metrics()).matchAll(/^# TYPE (ephemeral_port_\w+) /gm)].map(([, name]) => name);
    expect(told.length).toBeGreaterThan(20);
    expect(known).toEqual(expect.arrayContaining(told));
  });
});

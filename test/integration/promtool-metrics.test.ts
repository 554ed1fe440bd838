import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { FAMILY_KEYS } from '../../src/metrics/families.ts';
import { renderMetrics, watchOwnProcess } from '../../src/metrics/registry.ts';
import { NOTES } from '../../src/metrics/write-docs.ts';
import { fullGroup, fullReport } from '../helpers/full-report.ts';
import { snapshotOf } from '../helpers/metric-values.ts';

test('promtool finds nothing to mend in an answer with every family, hostile names and our own process', async () => {
  const report = fullReport(3, 20);
  const hostile = ['"quoted"', 'back\\slash', 'line\nend', 'a,b:c{d="e"} 1', '\u202eevil😀', 'nul\0', '\ud800'];
  const groups = [...report.groups, ...hostile.map((process) => fullGroup({ process }))];
  const text = await renderMetrics(snapshotOf({ ...report, groups }), 'text', watchOwnProcess());
  const { exitCode, stdout, stderr } = await execa('promtool', ['check', 'metrics'], { input: text, reject: false });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

test('promtool complains of a family that breaks the naming rules', async () => {
  const input = '# HELP bad_total A gauge named like a counter.\n# TYPE bad_total gauge\nbad_total 1\n';
  const { exitCode } = await execa('promtool', ['check', 'metrics'], { input, reject: false });
  expect(exitCode).not.toBe(0);
});

test('every example query of the docs is PromQL', async () => {
  const rules = FAMILY_KEYS.map((key) => ({ record: `example:${key}`, expr: NOTES[key].query }));
  const directory = await mkdtemp(join(tmpdir(), 'ephemeral-port-docs-'));
  try {
    const file = join(directory, 'rules.json');
    await writeFile(file, JSON.stringify({ groups: [{ name: 'examples', rules }] }));
    const { exitCode, stderr } = await execa('promtool', ['check', 'rules', file], { reject: false });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  } finally {
    await rm(directory, { recursive: true });
  }
});

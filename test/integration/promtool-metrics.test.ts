import { execa } from 'execa';
import { expect, test } from 'vitest';
import { renderMetrics, watchOwnProcess } from '../../src/metrics/registry.ts';
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

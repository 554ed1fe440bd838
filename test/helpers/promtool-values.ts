import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { StorySeries } from './promtool-story.ts';

const RULES = fileURLToPath(new URL('../../alerts/ephemeral-port.rules.yml', import.meta.url));

/** An expression at a minute of a story, and the samples it must give: labels as Prometheus prints them, and the value. */
export interface ExpectedValues {
  readonly expr: string;
  readonly minute: number;
  readonly samples: readonly { readonly labels: string; readonly value: number }[];
}

/** What promtool complains about when the committed rules run over `series`, one value a minute; empty when all is as expected. */
export async function complaintsAbout(series: StorySeries, expected: readonly ExpectedValues[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'epx-promtool-'));
  try {
    const file = join(directory, 'values.yml');
    const input = Object.entries(series).map(([selector, values]) => ({ series: selector, values }));
    const asked = expected.map(({ expr, minute, samples }) => ({
      expr,
      eval_time: `${minute}m`,
      exp_samples: samples,
    }));
    const test = { interval: '1m', input_series: input, promql_expr_test: asked };
    await writeFile(
      file,
      stringify({ rule_files: [RULES], evaluation_interval: '1m', tests: [test] }, { lineWidth: 0 }),
    );
    return await new Promise((resolve) => {
      execFile('promtool', ['test', 'rules', file], { maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
        resolve(error === null ? '' : stdout + stderr + error.message),
      );
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

const RULES = fileURLToPath(new URL('../../alerts/ephemeral-port.rules.yml', import.meta.url));

/** An alert that promtool found firing. */
export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Series by name with labels, values in promtool's notation, one a minute from time 0. */
export type StorySeries = Readonly<Record<string, string>>;

/**
 * The alerts of `name` that the committed rules fire at each of `minutes`, as promtool's simulated Prometheus says. It is
 * asked with the wrong expectation that nothing fires, and its complaint is read.
 */
export async function firingAt(
  series: StorySeries,
  name: string,
  minutes: readonly number[],
): Promise<FiringAlert[][]> {
  const directory = await mkdtemp(join(tmpdir(), 'eph-promtool-'));
  try {
    const file = join(directory, 'story.yml');
    const input = Object.entries(series).map(([selector, values]) => ({ series: selector, values }));
    const asked = minutes.map((minute) => ({ alertname: name, eval_time: `${minute}m`, exp_alerts: [] }));
    const story = { name: 'story', interval: '1m', input_series: input, alert_rule_test: asked };
    await writeFile(file, stringify({ rule_files: [RULES], evaluation_interval: '1m', tests: [story] }));
    const output = await runPromtool(file);
    return minutes.map((minute) => complaintOf(output, minute));
  } finally {
    await rm(directory, { recursive: true });
  }
}

function runPromtool(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('promtool', ['test', 'rules', file], { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const output = stdout + stderr;
      if (error !== null && !output.includes('FAILED:')) reject(new Error(`promtool: ${error.message} ${output}`));
      else if (output.includes('parse error') || output.includes('yaml:')) reject(new Error(`promtool: ${output}`));
      else resolve(output);
    });
  });
}

function complaintOf(output: string, minute: number): FiringAlert[] {
  const block = output.split('alertname: ').find((part) => part.includes(`time: ${durationText(minute)},`));
  if (block === undefined) return [];
  const alerts = [...block.matchAll(/Labels:\{(.*)\}\n\s*Annotations:\{(.*)\}\n/g)];
  return alerts.map((match) => ({ labels: pairs(match[1] as string), annotations: pairs(match[2] as string) }));
}

/** As Prometheus prints a duration: 90 is `1h30m`. */
function durationText(minutes: number): string {
  const units: [string, number][] = [
    ['w', 10_080],
    ['d', 1440],
    ['h', 60],
    ['m', 1],
  ];
  let rest = minutes;
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0 && (unit !== 'w' || rest % size === 0)) {
      text += `${count}${unit}`;
      rest -= count * size;
    }
  }
  return text === '' ? '0s' : text;
}

function pairs(text: string): Record<string, string> {
  const found = [...text.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g)];
  return Object.fromEntries(found.map((match) => [match[1] as string, JSON.parse(match[2] as string) as string]));
}

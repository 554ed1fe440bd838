import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { compileLeaky, startLeaky } from '../helpers/leaky.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';
import { runMain } from '../helpers/run-main.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const FAST = ['--sample.interval=200ms', '--sample.cpu-budget=100%'];

let directory: string;
let netns: Namespace;
const running: Program[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-life-'));
  netns = await makeNamespace('eph-life');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.stop()));
  await netns.remove();
  rmSync(directory, { recursive: true });
});

async function start(flags: readonly string[]): Promise<RunningExporter> {
  const exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags });
  running.push(exporter.program);
  return exporter;
}

async function seriesOf(exporter: RunningExporter): Promise<Series[]> {
  return parseMetrics(await exporter.metrics());
}

/** `refused`: not one byte of an answer; `cut`: less than a whole one. */
type ScrapeEnd = 'whole' | 'refused' | 'cut';

function scrape(socketPath: string): Promise<ScrapeEnd> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/metrics', agent: new Agent() }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', () => resolve('cut'));
      response.on('end', () => resolve(response.statusCode === 200 && body.endsWith('\n') ? 'whole' : 'cut'));
    });
    asked.on('error', () => resolve('refused'));
    asked.end();
  });
}

describe('the program', () => {
  it('serves metrics of its namespace with no configuration at all', async () => {
    const program = startProgram({
      command: process.execPath,
      args: [MAIN],
      netns: netns.name,
      logFile: join(directory, 'exporter.log'),
      env: { RUNTIME_DIRECTORY: directory },
    });
    running.push(program);
    const text = await eventually('a sample', async () => {
      const page = await netns.exec('curl', '-sSf', 'http://127.0.0.1:10071/metrics');
      return page.includes('ephemeral_port_used{') ? page : undefined;
    });
    const tcp = { protocol: 'tcp', netns: 'self' };
    expect(seriesValue(parseMetrics(text), 'ephemeral_port_capacity', tcp)).toBe(28_232);
    expect(await program.stop()).toBe(0);
  });

  it('answers every scrape it has begun before it ends, with exit code 0', async () => {
    const { program, controlSocket } = await start(FAST);
    const scrapeUntilRefused = async (): Promise<{ readonly whole: number; readonly last: ScrapeEnd }> => {
      for (let whole = 0; ; whole++) {
        const last = await scrape(controlSocket);
        if (last !== 'whole') return { whole, last };
      }
    };
    const scrapers = Array.from({ length: 8 }, scrapeUntilRefused);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await program.stop()).toBe(0);
    for (const { whole, last } of await Promise.all(scrapers)) {
      expect(whole).toBeGreaterThan(0);
      expect(last).toBe('refused');
    }
  });

  it('says that its port is taken', async () => {
    await start(FAST);
    const { exitCode, stderr } = await runMain(
      ['--web.listen-address=127.0.0.1:10071', '--web.control-socket='],
      netns.name,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/EPH_LISTEN: .*127\.0\.0\.1:10071/);
  });

  it.each([
    [['--web.listen-adress=:1'], /EPH_USAGE: .*--web\.listen-address/],
    [['--sample.interval=never'], /EPH_USAGE: --sample\.interval/],
    [['serv'], /EPH_USAGE: .*did you mean serve/],
  ])('refuses %s and says what would be right', async (args, complaint) => {
    const { exitCode, stderr } = await runMain(args, netns.name);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(complaint)]);
  });

  it('does not start with a bad configuration, and says where it is bad', async () => {
    const file = join(directory, 'config.yml');
    writeFileSync(file, 'process_names: []\nowner: []\n');
    const { exitCode, stderr } = await runMain([`--config.file=${file}`], netns.name);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('EPH_CONFIG_INVALID');
    expect(stderr).toContain(`${file}:2:1: `);
  });
});

describe('a changed configuration', () => {
  const rename = (name: string): string => `process_names:\n  - {name: ${name}, exe: '.*/leaky-dns'}\n`;
  const portsOf = (series: readonly Series[], process: string) =>
    seriesValue(series, 'ephemeral_port_process_ports', { process, state: 'bound' });
  const reloaded = 'ephemeral_port_exporter_config_last_reload_successful';
  const reloadedAt = 'ephemeral_port_exporter_config_last_reload_success_timestamp_seconds';

  it('is taken up by itself and on SIGHUP; a bad one is not, and says so', async () => {
    const file = join(directory, 'config.yml');
    writeFileSync(file, rename('first'));
    running.push(await startLeaky(compileLeaky(directory, 'leaky-dns'), { netns: netns.name, count: 30 }));
    const exporter = await start([...FAST, `--config.file=${file}`]);
    const until = (what: string, holds: (series: readonly Series[]) => boolean) =>
      eventually(what, async () => {
        const series = await seriesOf(exporter);
        return holds(series) ? series : undefined;
      });

    await until('30 ports of first', (series) => portsOf(series, 'first') === 30);
    writeFileSync(file, rename('second'));
    const renamed = await until('30 ports of second', (series) => portsOf(series, 'second') === 30);
    expect(portsOf(renamed, 'first')).toBe(0);
    expect(seriesValue(renamed, reloaded)).toBe(1);

    writeFileSync(file, `${rename('third')}  - {name: '', exe: '('}\n`);
    const kept = await until('a reload that failed', (series) => seriesValue(series, reloaded) === 0);
    expect([portsOf(kept, 'second'), portsOf(kept, 'third')]).toEqual([30, undefined]);
    expect(seriesValue(kept, reloadedAt)).toBe(seriesValue(renamed, reloadedAt));
    expect(exporter.program.output()).toContain(`${file}:3:`);

    writeFileSync(file, rename('third'));
    const good = await until('30 ports of third', (series) => portsOf(series, 'third') === 30);
    process.kill(exporter.program.pid, 'SIGHUP');
    const later = (series: readonly Series[]) =>
      (seriesValue(series, reloadedAt) ?? 0) > (seriesValue(good, reloadedAt) ?? 0);
    expect(seriesValue(await until('a reload by SIGHUP', later), reloaded)).toBe(1);
  });
});

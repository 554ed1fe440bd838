import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';
import { type Lab, openSockets, startLab } from '../helpers/socket-lab.ts';

const NODE_EXPORTER = '/usr/bin/prometheus-node-exporter';
const PORTS = 30;
const FLAGS = ['--sample.interval=500ms', '--sample.cpu-budget=50%'];

describe('the textfile', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-textfile-'));
  const collected = join(directory, 'collected');
  const file = join(collected, 'ephemeral-ports.prom');
  let netns: Namespace;
  let lab: Lab;
  let exporter: RunningExporter;
  let nodeExporter: Program;

  /** What node_exporter answers in the namespace. */
  async function scrapeNode(): Promise<Series[]> {
    return parseMetrics(await netns.exec('curl', '-sf', 'http://127.0.0.1:9179/metrics'));
  }

  beforeAll(async () => {
    chmodSync(directory, 0o755);
    mkdirSync(collected, { mode: 0o755 });
    netns = await makeNamespace('eph-textfile');
    lab = startLab(netns.name);
    await lab.run('bind', { handles: await openSockets(lab, { count: PORTS }), address: '127.0.0.1', port: 0 });
    exporter = await startExporter({
      directory,
      netns: netns.name,
      flags: [`--output.textfile=${file}`, ...FLAGS],
    });
    nodeExporter = startProgram({
      // As another user than the exporter's, like on a host.
      command: 'setpriv',
      args: [
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        NODE_EXPORTER,
        '--web.listen-address=127.0.0.1:9179',
        '--collector.disable-defaults',
        '--collector.textfile',
        `--collector.textfile.directory=${collected}`,
      ],
      netns: netns.name,
      logFile: join(directory, 'node-exporter.log'),
    });
    await eventually('a node_exporter that answers', scrapeNode);
  });
  afterAll(async () => {
    await Promise.all([exporter.program.stop(), nodeExporter.stop(), lab.stop()]);
    await netns.remove();
    rmSync(directory, { recursive: true });
  });

  it('is read by a node_exporter without an error, every series of it', async () => {
    const told = await eventually('the bound ports', async () => {
      const series = await scrapeNode();
      return seriesValue(series, 'ephemeral_port_state_ports', { protocol: 'tcp', state: 'bound' }) === PORTS
        ? series
        : undefined;
    });
    expect(seriesValue(told, 'node_textfile_scrape_error', {})).toBe(0);
    const own = parseMetrics(readFileSync(file, 'utf8'));
    const names = new Set(told.map(({ name }) => name));
    expect(own.length).toBeGreaterThan(50);
    expect(own.filter(({ name }) => !names.has(name))).toEqual([]);
  });

  it('holds what the exporter itself would answer, without its own process', async () => {
    const series = (text: string) =>
      new Set(parseMetrics(text).map(({ name, labels }) => JSON.stringify([name, labels])));
    const answered = series(await exporter.metrics());
    const written = series(readFileSync(file, 'utf8'));
    const missing = [...answered].filter((one) => !written.has(one));
    expect(missing.filter((one) => !/^\["(process|nodejs)_/.test(one))).toEqual([]);
    expect(missing.length).toBeGreaterThan(0);
    expect([...written].filter((one) => !answered.has(one))).toEqual([]);
  });

  it('is whole, plain text of mode 0644, and its directory holds nothing else', () => {
    const text = readFileSync(file, 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(collected)).toEqual(['ephemeral-ports.prom']);
    execFileSync('promtool', ['check', 'metrics'], { input: text });
  });

  it('needs no listener', async () => {
    expect(await netns.exec('ss', '-Hltn', 'sport != :9179')).toBe('');
    expect(exporter.program.output()).not.toContain('msg=listening');
  });

  it('that cannot be written is told once, and harms neither the exporter nor the old file', async () => {
    const sick = join(directory, 'sick');
    mkdirSync(sick);
    execFileSync('mount', ['-t', 'tmpfs', 'eph-textfile', sick]);
    try {
      writeFileSync(join(sick, 'ports.prom'), 'old 1\n');
      execFileSync('mount', ['-o', 'remount,ro', sick]);
      const other = await startExporter({
        directory: join(directory, 'other'),
        netns: netns.name,
        flags: [`--output.textfile=${join(sick, 'ports.prom')}`, ...FLAGS],
      });
      try {
        await eventually('the problem in the status', async () =>
          (await other.get('/api/v1/status')).includes('EPH_TEXTFILE_WRITE') ? true : undefined,
        );
        const before = await other.metrics();
        await eventually('another sample', async () => ((await other.metrics()) === before ? undefined : true));
        expect(await other.get('/-/healthy')).toContain('healthy');
        expect(other.program.output().match(/EPH_TEXTFILE_WRITE/g)).toHaveLength(1);
        expect(readFileSync(join(sick, 'ports.prom'), 'utf8')).toBe('old 1\n');
      } finally {
        await other.program.stop();
      }
    } finally {
      execFileSync('umount', [sick]);
    }
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PORTS_SCHEMA } from '../../src/http/api/ports-schema.ts';
import { STATUS_SCHEMA } from '../../src/http/api/status-schema.ts';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** The whole range of the namespace, and so what the program can take. */
const RANGE = 200;

describe('a host without a free port', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-inspect-'));
  const running: Program[] = [];
  let netns: Namespace;
  let exporter: RunningExporter;
  let leaky: Program;
  /** The ports that the program says it took. */
  let truth: readonly number[];

  const run = async (...args: string[]) => {
    const line = ['netns', 'exec', netns.name, process.execPath, MAIN, ...args];
    const { stdout, exitCode, stderr } = await execa('ip', line, { reject: false, stripFinalNewline: false });
    return { out: stdout, code: exitCode, err: stderr };
  };
  const inspect = (...args: string[]) => run('inspect', `--web.control-socket=${exporter.controlSocket}`, ...args);

  beforeAll(async () => {
    netns = await makeNamespace('eph-api');
    await netns.setSysctl('net.ipv4.ip_local_port_range', `40000 ${40_000 + RANGE - 1}`);
    const leak = join(directory, 'leaky-dns');
    execFileSync('cc', ['-o', leak, join(import.meta.dirname, '../helpers/leaky.c')]);
    const flags = ['--sample.interval=500ms', '--sample.cpu-budget=50%', '--stuck.after=2s'];
    exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags });
    running.push(exporter.program);
    const logFile = join(directory, 'leaky.log');
    leaky = startProgram({ command: leak, args: [String(RANGE), '10'], netns: netns.name, logFile });
    running.push(leaky);
    truth = await eventually('all ports taken', () => {
      const ports = leaky.output().split('\n').filter(Boolean).map(Number);
      return ports.length === RANGE ? ports : undefined;
    });
    await eventually('all of them stuck', async () => {
      const { owners } = STATUS_SCHEMA.parse(JSON.parse(await exporter.get('/api/v1/status')));
      return owners[0]?.stuck === RANGE ? true : undefined;
    });
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await netns.remove();
    rmSync(directory, { recursive: true });
  });

  it('is dark for TCP, loopback included', async () => {
    const script =
      "require('net').connect(10071,'127.0.0.1').on('error',e=>console.log(e.code)).on('connect',()=>process.exit(3))";
    expect((await netns.exec(process.execPath, '-e', script)).trim()).toBe('EADDRNOTAVAIL');
  });

  it('is told by inspect, with who holds the ports', async () => {
    const { out, code, err } = await inspect();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^The TCP range has no port left \(100 % used\): leaky-dns holds most of them and 200 stuck\.\n/,
    );
    expect(out).toMatch(/\ntcp self 40000-40199 +200 +200 +100 %/);
    expect(out).toMatch(/\nleaky-dns +200 +200 +0 +0 +0 +200 /);
  });

  it('has exactly the stuck ports that the program says, each with its life line', async () => {
    const { out } = await inspect('--process=leaky-dns', '--limit=0', '--json');
    const { ports } = PORTS_SCHEMA.parse(JSON.parse(out));
    expect(ports.map(({ port }) => port).sort()).toEqual([...truth].sort());
    expect(ports.every(({ pid, stuck, lifeLine }) => pid === leaky.pid && stuck && lifeLine?.length === 1)).toBe(true);
  });

  it('has the journey of one of them', async () => {
    const { out } = await inspect(`--port=${truth[7]}`);
    expect(out).toContain(`tcp port ${truth[7]} in self\nbound now, by leaky-dns (pid ${leaky.pid}) on 127.0.0.1`);
  });

  it('is read without an exporter too', async () => {
    const { out, code } = await run('inspect', '--one-shot', '--wait=200ms', '--no-collector.namespaces');
    expect(code).toBe(0);
    expect(out).toContain('The TCP range has no port left');
    expect(out).toContain('not known without a running exporter');
    expect(out).toMatch(/\nleaky-dns +200 +200 /);
  });

  it('leaves evidence of all of it', async () => {
    const bundle = join(directory, 'bundle');
    const { out, code } = await run('evidence', bundle, `--web.control-socket=${exporter.controlSocket}`);
    expect(code).toBe(0);
    expect(out).toMatch(/^wrote 8 files, \d+ kB/);
    expect(readFileSync(join(bundle, 'ports.ndjson'), 'utf8').trimEnd().split('\n')).toHaveLength(RANGE);
    expect(readFileSync(join(bundle, 'metrics.txt'), 'utf8')).toMatch(/process="leaky-dns".*state="bound"\} 200/);
    expect(readFileSync(join(bundle, 'history.csv'), 'utf8')).toMatch(/,leaky-dns,200,/);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { compileLeaky, startLeaky } from '../helpers/leaky.ts';
import { parseMetrics, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program } from '../helpers/program.ts';

let directory: string;
let ledgerPath: string;
let netns: Namespace;
let leaky: Program;
let exporter: RunningExporter | undefined;
const mounts: string[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-disk-'));
  ledgerPath = join(directory, 'ledger');
  netns = await makeNamespace('eph-disk');
  leaky = await startLeaky(compileLeaky(directory, 'leaky-dns'), { netns: netns.name, count: 40 });
});
afterEach(async () => {
  await Promise.all([exporter?.program.stop(), leaky.stop()]);
  for (const mount of mounts.splice(0)) execFileSync('umount', [mount]);
  await netns.remove();
  rmSync(directory, { recursive: true });
});

async function start(): Promise<RunningExporter> {
  const flags = [
    '--sample.interval=200ms',
    '--sample.cpu-budget=100%',
    '--stuck.after=2s',
    `--ledger.path=${ledgerPath}`,
  ];
  exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags });
  return exporter;
}

function mountTmpfs(options: string): void {
  mkdirSync(ledgerPath);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', ledgerPath]);
  mounts.push(ledgerPath);
}

/** The exporter measures as ever: every port of the leak, stuck. */
async function expectStuck(running: RunningExporter): Promise<void> {
  await eventually('40 stuck ports', async () => {
    const series = parseMetrics(await running.metrics());
    return seriesValue(series, 'ephemeral_port_process_stuck_ports', { process: 'leaky-dns' }) === 40 || undefined;
  });
}

const complaint = (running: RunningExporter, code: string) =>
  eventually(`${code} in the log`, () => running.program.output().includes(code) || undefined);

it.each([
  ['torn in the middle', (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
  ['empty', (file: string) => truncateSync(file, 0)],
  ['not ours', (file: string) => writeFileSync(file, 'not a ledger\n'.repeat(100))],
])('a ledger that is %s is set aside with a word in the log, and the exporter measures on', async (_, damage) => {
  const first = await start();
  await expectStuck(first);
  expect(await first.program.stop()).toBe(0);
  damage(join(ledgerPath, 'ledger.bin'));

  const second = await start();
  await complaint(second, 'EPH_LEDGER_DAMAGED');
  expect(readdirSync(ledgerPath).filter((name) => name.startsWith('ledger.bin.damaged-'))).toHaveLength(1);
  await expectStuck(second);
  expect(await second.program.stop()).toBe(0);
  const third = await start();
  expect(third.program.output()).not.toContain('EPH_LEDGER');
});

it('a directory that cannot be written to is told, and the exporter measures on', async () => {
  mountTmpfs('ro,size=1m');
  const running = await start();
  await complaint(running, 'EPH_LEDGER_WRITE');
  await expectStuck(running);
  expect(await running.program.stop()).toBe(0);
});

it('a full disk is told and costs no ledger that is there; with room again it is written again', async () => {
  mountTmpfs('size=256k');
  const first = await start();
  await expectStuck(first);
  expect(await first.program.stop()).toBe(0);
  const ledger = join(ledgerPath, 'ledger.bin');
  const { mtimeMs } = statSync(ledger);
  const fill = join(ledgerPath, 'fill');
  try {
    writeFileSync(fill, Buffer.alloc(1 << 20));
  } catch {
    // As meant: the disk is full now.
  }

  const second = await start();
  await complaint(second, 'EPH_LEDGER_WRITE');
  await expectStuck(second);
  expect(statSync(ledger).mtimeMs).toBe(mtimeMs);
  expect(second.program.output()).not.toContain('EPH_LEDGER_DAMAGED');
  rmSync(fill);
  await eventually('a ledger written anew', () => statSync(ledger).mtimeMs > mtimeMs || undefined, 30_000);
});

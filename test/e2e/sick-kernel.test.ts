import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { compileLeaky, startLeaky } from '../helpers/leaky.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program } from '../helpers/program.ts';
import { makeSickKernel, type SickKernel, type Sickness } from '../helpers/sick-kernel.ts';

const PORTS = 40;
/** Descriptors that the exporter may open beyond those it has. */
const SPARE_DESCRIPTORS = 4;
const STOPPED_MS = Number(process.env['STOPPED_SECONDS'] ?? 15) * 1000;

let directory: string;
let netns: Namespace;
let kernel: SickKernel;
let leaky: Program;
let exporter: RunningExporter;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-sick-'));
  netns = await makeNamespace('eph-sick');
  kernel = makeSickKernel(directory);
  leaky = await startLeaky(compileLeaky(directory, 'leaky-dns'), { netns: netns.name, count: PORTS });
  exporter = await startExporter({
    directory,
    port: 10_071,
    netns: netns.name,
    flags: ['--sample.interval=300ms', '--sample.cpu-budget=100%', '--stuck.after=1s'],
    wrapper: kernel.wrapper,
  });
});
afterAll(async () => {
  await Promise.all([exporter.program.stop(), leaky.stop()]);
  await netns.remove();
  rmSync(directory, { recursive: true });
});

const scrape = async (): Promise<Series[]> => parseMetrics(await exporter.metrics());
const succeeded = (series: readonly Series[], collector: string) =>
  seriesValue(series, 'ephemeral_port_exporter_collector_success', { collector });
const sampledAt = (series: readonly Series[]) =>
  seriesValue(series, 'ephemeral_port_exporter_last_sample_timestamp_seconds') as number;

/** What must never move while nothing happens on the host: ports, ages and counters of the program. */
const ofLeaky = (series: readonly Series[]) =>
  series
    .filter(({ name, labels }) => labels['process'] === 'leaky-dns' && !name.endsWith('_handles'))
    .map(({ name, labels, value }) => `${name} ${JSON.stringify(labels)} ${Math.round(value)}`);

/** A sample taken after this was called in which everything could be read. */
async function wellAgain(): Promise<Series[]> {
  const before = sampledAt(await scrape());
  return eventually('a good sample', async () => {
    const series = await scrape();
    const isGood = ['range', 'tcp', 'bound', 'udp', 'owners'].every((piece) => succeeded(series, piece) === 1);
    const isStuck = seriesValue(series, 'ephemeral_port_process_stuck_ports', { process: 'leaky-dns' }) === PORTS;
    return isGood && isStuck && sampledAt(series) > before ? series : undefined;
  });
}

const SICKNESSES: readonly (readonly [Sickness, string, code: string])[] = [
  ['ENOMEM', 'refuses memory for a netlink socket', 'EPH_NETLINK'],
  ['ENOBUFS', 'drops messages of every dump', 'EPH_NETLINK_OVERRUN'],
  ['DUMP_INTR', 'says of every dump that it was overtaken', 'EPH_NETLINK_OVERRUN'],
  ['CUT', 'cuts every message short', 'EPH_NETLINK_MALFORMED'],
];

it.each(SICKNESSES)('%s: a kernel that %s costs the sample, and no port, age or counter', async (sickness, _, code) => {
  const before = ofLeaky(await wellAgain());
  kernel.suffer(sickness);
  const during = await eventually('a failed dump', async () => {
    const series = await scrape();
    return succeeded(series, 'tcp') === 0 ? series : undefined;
  });
  expect(exporter.program.output()).toContain(code);
  expect(succeeded(during, 'range')).toBe(1);
  kernel.recover();
  expect(ofLeaky(await wellAgain())).toEqual(before);
});

it('EINTR: a kernel that interrupts two of three calls costs nothing', async () => {
  const before = ofLeaky(await wellAgain());
  kernel.suffer('EINTR');
  expect(ofLeaky(await wellAgain())).toEqual(before);
  kernel.recover();
});

it('has no descriptor left, goes on, and is as before once there are some again', async () => {
  const before = ofLeaky(await wellAgain());
  const { pid } = exporter.program;
  const limit = /^Max open files +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
  const open = readdirSync(`/proc/${pid}/fd`).length;
  const setLimit = (descriptors: string | number) =>
    execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${descriptors}:`]);
  setLimit(open + SPARE_DESCRIPTORS);
  const takers: Socket[] = [];
  for (let count = 0; count < 10 * SPARE_DESCRIPTORS; count++) {
    takers.push(connect(exporter.controlSocket).on('error', () => {}));
  }
  await eventually('a word of it', () => exporter.program.output().includes('EMFILE') || undefined);
  for (const taker of takers) taker.destroy();
  setLimit(limit as string);
  expect(ofLeaky(await wellAgain())).toEqual(before);
});

it(`is stopped for ${STOPPED_MS / 1000} s, and as before when it goes on`, async () => {
  const before = ofLeaky(await wellAgain());
  const replaced = () => exporter.program.output().match(/is replaced/g)?.length ?? 0;
  const replacedBefore = replaced();
  process.kill(exporter.program.pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
  process.kill(exporter.program.pid, 'SIGCONT');
  const after = await wellAgain();
  expect(ofLeaky(after)).toEqual(before);
  expect(Date.now() / 1000 - sampledAt(after)).toBeLessThan(5);
  expect(replaced()).toBe(replacedBefore);
});

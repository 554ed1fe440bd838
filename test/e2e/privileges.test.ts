import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { capabilityMasks, withCapabilities } from '../helpers/capabilities.ts';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { compileLeaky, type LeakyProgram, startLeaky } from '../helpers/leaky.ts';
import { linuxExecutable } from '../helpers/linux-exe.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually } from '../helpers/program.ts';

const ROOT_PORTS = 40;
const OWN_PORTS = 20;
const OTHER_PORTS = 15;

let directory: string;
let executable: string;
let netns: Namespace;
let ofRoot: LeakyProgram;
let ofSameUser: LeakyProgram;
let elsewhere: Namespace;
let ofElsewhere: LeakyProgram;
let exporter: RunningExporter | undefined;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-privileges-'));
  chmodSync(directory, 0o755);
  executable = join(directory, 'exporter');
  cpSync(linuxExecutable(), executable);
  netns = await makeNamespace('eph-priv');
  ofRoot = await startLeaky(compileLeaky(directory, 'leaky-root'), { netns: netns.name, count: ROOT_PORTS });
  const path = compileLeaky(directory, 'leaky-nobody');
  ofSameUser = await startLeaky(path, { netns: netns.name, count: OWN_PORTS, wrapper: withCapabilities([]) });
  elsewhere = await makeNamespace('eph-priv-other');
  const other = compileLeaky(directory, 'leaky-elsewhere');
  ofElsewhere = await startLeaky(other, { netns: elsewhere.name, count: OTHER_PORTS });
});
afterEach(() => exporter?.program.stop());
afterAll(async () => {
  await Promise.all([ofRoot.stop(), ofSameUser.stop(), ofElsewhere.stop()]);
  await Promise.all([netns.remove(), elsewhere.remove()]);
  rmSync(directory, { recursive: true });
});

/** What docs/privileges.md says of each set; `mask` is that of capabilities(7). */
const SETS = [
  { names: [], mask: 0n, ownersOfRoot: false, entersOthers: false },
  { names: ['SYS_PTRACE'], mask: 1n << 19n, ownersOfRoot: false, entersOthers: false },
  { names: ['DAC_READ_SEARCH'], mask: 1n << 2n, ownersOfRoot: false, entersOthers: false },
  { names: ['SYS_PTRACE', 'DAC_READ_SEARCH'], mask: (1n << 19n) | (1n << 2n), ownersOfRoot: true, entersOthers: false },
  {
    names: ['SYS_PTRACE', 'DAC_READ_SEARCH', 'SYS_ADMIN'],
    mask: (1n << 19n) | (1n << 2n) | (1n << 21n),
    ownersOfRoot: true,
    entersOthers: true,
  },
] as const;

async function startWith(names: readonly string[], everywhere = false): Promise<RunningExporter> {
  const own = join(directory, `run-${names.join('-')}`);
  mkdirSync(own, { recursive: true });
  chownSync(own, 65_534, 65_534);
  return startExporter({
    directory: own,
    port: 10_071,
    netns: netns.name,
    everywhere,
    exporter: [executable],
    wrapper: withCapabilities(names),
    flags: ['--sample.interval=200ms', '--sample.cpu-budget=100%', `--ledger.path=${own}`],
  });
}

const ports = (series: readonly Series[], process: string) =>
  seriesValue(series, 'ephemeral_port_process_ports', { protocol: 'tcp', process, state: 'bound' });
const hidden = (series: readonly Series[]) =>
  seriesValue(series, 'ephemeral_port_exporter_unattributed_ports', { protocol: 'tcp', reason: 'no_permission' });

describe.each(SETS)('as user 65534 with $names', ({ names, mask, ownersOfRoot, entersOthers }) => {
  it(`sees every port, and the owners of ${ownersOfRoot ? 'all' : 'its own user'}`, async () => {
    exporter = await startWith(names);
    const running = exporter;
    // No owner is sought any more once the hidden ones are told as such.
    const series = await eventually('the ports of its own user', async () => {
      const scraped = parseMetrics(await running.metrics());
      const isSettled = ports(scraped, 'leaky-nobody') === OWN_PORTS && ports(scraped, '(unknown)') === hidden(scraped);
      return isSettled ? scraped : undefined;
    });
    const masks = capabilityMasks(readFileSync(`/proc/${running.program.pid}/status`, 'utf8'));
    expect(BigInt(`0x${masks['CapEff']}`)).toBe(mask);
    expect(BigInt(`0x${masks['CapBnd']}`)).toBe(mask);

    expect(seriesValue(series, 'ephemeral_port_used', { protocol: 'tcp' })).toBe(ROOT_PORTS + OWN_PORTS);
    expect(seriesValue(series, 'ephemeral_port_state_ports', { protocol: 'tcp', state: 'bound' })).toBe(
      ROOT_PORTS + OWN_PORTS,
    );
    expect(ports(series, 'leaky-root')).toBe(ownersOfRoot ? ROOT_PORTS : undefined);
    expect(hidden(series)).toBe(ownersOfRoot ? 0 : ROOT_PORTS);
    expect(running.program.output().includes('EPH_OWNERS_HIDDEN')).toBe(!ownersOfRoot);
    for (const collector of ['range', 'tcp', 'bound', 'udp', 'probe']) {
      expect(seriesValue(series, 'ephemeral_port_exporter_collector_success', { collector })).toBe(1);
    }
  });

  const mayAsk = (names as readonly string[]).includes('SYS_PTRACE');
  it(`sees ${entersOthers ? 'all' : mayAsk ? 'a part' : 'nothing'} of another network namespace, and says so`, async () => {
    exporter = await startWith(names, true);
    const running = exporter;
    const there = { netns: elsewhere.name };
    const bound = { ...there, protocol: 'tcp', state: 'bound' };
    const series = await eventually('all that may be seen of it', async () => {
      const scraped = parseMetrics(await running.metrics());
      const isKnown = seriesValue(scraped, 'ephemeral_port_netns_info', there) === 1;
      const isWhole = seriesValue(scraped, 'ephemeral_port_state_ports', bound) === OTHER_PORTS;
      const isTold = running.program.output().includes('EPH_NAMESPACE_REFUSED');
      return isKnown === mayAsk && isWhole === entersOthers && isTold === !entersOthers ? scraped : undefined;
    });
    if (!entersOthers) expect(seriesValue(series, 'ephemeral_port_state_ports', bound)).toBeUndefined();
  });
});

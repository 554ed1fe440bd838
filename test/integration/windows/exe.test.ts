import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWindowsPackages, VERSION, windowsPackage } from '../../helpers/windows-packages.ts';
import { startWine, WINE_START_MS, type Wine } from '../../helpers/wine.ts';

const SCRIPT = readFileSync(join(import.meta.dirname, 'programs/serve-and-scrape.sh'), 'utf8');

/** netsh as on a host whose range is that of the Linux under Wine. */
const NETSH = Object.fromEntries(
  ['ipv4', 'ipv6'].flatMap((af) =>
    ['tcp', 'udp'].flatMap((protocol) => [
      [`netsh-int-${af}-show-dynamicport-${protocol}`, '\r\nStart : 32768\r\nNumber : 28232\r\n'],
      [`netsh-int-${af}-show-excludedportrange-${protocol}`, '----  ----\r\n 40000  40099\r\n'],
    ]),
  ),
);

describe('the single executable, under Wine', () => {
  let wine: Wine;
  let folder: string;
  let metrics: string;

  /** Value of the one series whose line begins like this; undefined when there is none. */
  const readSeries = (series: string): number | undefined => {
    const line = metrics.split('\n').find((text) => text.startsWith(`ephemeral_port_${series} `));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  };

  beforeAll(async () => {
    buildWindowsPackages();
    wine = startWine();
    wine.replaceProgram('netsh.exe', 'canned-output.c');
    wine.setCanned(NETSH);
    folder = join(wine.app, 'exporter');
    mkdirSync(folder);
    cpSync(windowsPackage('exe'), join(folder, 'exporter.exe'));
    wine.addBoundTables(folder);
    const { stdout, stderr } = await wine.shell(SCRIPT, [join(folder, 'exporter.exe')]);
    expect(stderr.replaceAll('\0', '')).toBe('');
    metrics = stdout;
  }, WINE_START_MS);

  afterAll(() => wine.close());

  it('serves its version, and where each piece comes from', () => {
    expect(metrics).toMatch(new RegExp(`build_info\\{version="${VERSION}",.*os="win32",arch="x64"\\} 1`));
    for (const [piece, source] of [
      ['range', 'netsh'],
      ['tcp', 'iphlpapi'],
      ['bound', 'iphlpapi'],
      ['udp', 'iphlpapi'],
      ['owners', 'ntdll'],
      ['probe', 'winsock'],
    ]) {
      expect(readSeries(`exporter_source_info{piece="${piece}",source="${source}"}`), piece).toBe(1);
      expect(readSeries(`exporter_collector_success{collector="${piece}"}`), piece).toBe(1);
    }
  });

  it('counts the bound ports of both families that the tables hold, and nothing twice', () => {
    expect(readSeries('state_ports{protocol="tcp",netns="host",state="bound"}')).toBe(4);
    const used = readSeries('used{protocol="tcp",netns="host"}');
    const states = ['listen', 'established', 'transient', 'close_wait', 'bound', 'time_wait'];
    const sum = states.map((state) => readSeries(`state_ports{protocol="tcp",netns="host",state="${state}"}`) ?? 0);
    expect(used).toBe(sum.reduce((total, ports) => total + ports, 0));
  });

  it('counts the range and what is excluded from it', () => {
    expect(readSeries('range_size{protocol="tcp",af="ipv4",netns="host"}')).toBe(28_232);
    expect(readSeries('range_excluded{protocol="udp",af="ipv6",netns="host"}')).toBe(100);
    expect(readSeries('capacity{protocol="tcp",netns="host"}')).toBe(28_132);
  });

  it('carries the files of its page', () => {
    expect(metrics).toMatch(/^# page of [1-9]\d{4} bytes$/m);
  });

  it('answers its health check over the named pipe', () => {
    expect(metrics).toContain('# healthcheck exit code 0');
    expect(metrics).toContain('pipe\\\\ephemeral-port-exporter');
  });

  it('keeps the native library beside itself, and writes it once', async () => {
    const natives = (): string[] => readdirSync(folder).filter((name) => name.startsWith('koffi-'));
    expect(natives()).toHaveLength(1);
    const path = join(folder, natives()[0] as string);
    const before = statSync(path);
    await wine.run([join(folder, 'exporter.exe'), '--probe-native-calls', 'iphlpapi.dll']);
    expect(natives()).toHaveLength(1);
    expect(statSync(path).ino).toBe(before.ino);
  });

  it(
    'installs itself as a service that starts, answers, stops and goes away',
    async () => {
      const script = readFileSync(join(import.meta.dirname, 'programs/live-as-service.sh'), 'utf8');
      const { stdout } = await wine.shell(script, [join(folder, 'exporter.exe')]);
      const log = readFileSync(
        join(wine.app, '../prefix/drive_c/ProgramData/ephemeral-port-exporter/exporter.log'),
        'utf8',
      );
      expect(stdout.split('\n').filter((line) => line.startsWith('# '))).toEqual([
        '# install 0',
        '# status 0',
        '# bound 4',
        '# stop 0',
        '# status 1',
        '# uninstall 0',
        '# status 1',
      ]);
      expect(log).toMatch(/msg=listening address=127.0.0.1:10071.*msg=stopping signal=SIGTERM/s);
    },
    WINE_START_MS,
  );

  it('says its version', async () => {
    const { exitCode, stdout } = await wine.run([join(folder, 'exporter.exe'), '--version']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('platform:         win32/x64')]);
  });
});

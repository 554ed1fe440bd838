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

  it('tells by doctor what works here and what does not', () => {
    const told = metrics.split('\n').flatMap((line) => (line.startsWith('# doctor: ') ? [line.slice(10)] : []));
    const report = JSON.parse(told.join('\n')) as {
      readonly checks: readonly { readonly name: string; readonly result: string; readonly why: string }[];
    };
    const results = Object.fromEntries(report.checks.map(({ name, result }) => [name, result]));
    expect(results).toMatchObject({
      'windows-build': 'ok',
      // The event log of Wine cannot be queried.
      'native-calls': 'warning',
      'table-rows': 'ok',
      executables: expect.stringMatching(/^(ok|warning)$/),
      'event-log': 'warning',
      'audit-log': 'not_applicable',
      service: 'not_applicable',
      'data-folder': 'not_applicable',
      tcp: 'ok',
      bound: 'ok',
      // It cannot read its events either.
      exporter: 'warning',
    });
    const rows = report.checks.find(({ name }) => name === 'table-rows')?.why ?? '';
    expect(rows).toMatch(/^[1-9]\d* TCP rows and 4 bound ones in \d+ ms; 0 bound ports have another socket too/);
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
      wine.setCanned({ ...NETSH, config: '# empty\n' });
      const { stdout } = await wine.shell(script, [join(folder, 'exporter.exe'), wine.nodePath]);
      const log = readFileSync(
        join(wine.app, '../prefix/drive_c/ProgramData/ephemeral-port-exporter/exporter.log'),
        'utf8',
      );
      expect(stdout.split('\n').filter((line) => line.startsWith('# '))).toEqual([
        '# install 0',
        '# status 0',
        '# bound 4',
        '# control 4: 0',
        '# control 6: 0',
        '# stop 0',
        '# ended with 0',
        '# status 1',
        '# uninstall 0',
        '# status 1',
      ]);
      expect(log).toMatch(
        /msg=listening address=127.0.0.1:10071.*msg="configuration reloaded".*msg=stopping signal=SIGTERM/s,
      );
    },
    WINE_START_MS,
  );

  it(
    'is installed by its MSI as asked for, runs as a service, and leaves nothing but its data behind',
    async () => {
      wine.setCanned(NETSH);
      const script = readFileSync(join(import.meta.dirname, 'programs/live-from-msi.sh'), 'utf8');
      const { stdout } = await wine.shell(script, [`Z:${windowsPackage('msi')}`.replaceAll('/', '\\')]);
      const told = stdout.split('\n').flatMap((line) => (line.startsWith('# ') ? [line.slice(2)] : []));
      const program = 'C:\\Program Files\\ephemeral-port-exporter\\ephemeral-port-exporter.exe';
      const rule = 'netsh.exe advfirewall firewall';
      expect(told).toEqual([
        'install 0',
        'file config.sample.yml',
        'file ephemeral-port-exporter.exe',
        expect.stringMatching(/^file koffi-[0-9a-f]{32}\.node$/),
        expect.stringMatching(
          /^runs "?C:.*\.exe"? --service --web\.listen-address=127\.0\.0\.1:10072 .*--process\.limit=7$/,
        ),
        'as NT AUTHORITY\\LocalService',
        'tcp by iphlpapi',
        'uninstall 0',
        expect.stringMatching(/^query [1-9]/),
        `call ${rule} delete rule name=ephemeral-port-exporter`,
        `call ${rule} add rule name=ephemeral-port-exporter dir=in action=allow protocol=TCP localport=10072 remoteip=192.0.2.0/24 program=${program}`,
        `call ${rule} delete rule name=ephemeral-port-exporter`,
        'data exporter.log',
        'data ledger',
      ]);
    },
    WINE_START_MS,
  );

  it('says its version', async () => {
    const { exitCode, stdout } = await wine.run([join(folder, 'exporter.exe'), '--version']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('platform:         win32/x64')]);
  });
});

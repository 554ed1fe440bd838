import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FLAGS } from '../../../src/cli/flags.ts';
import { parseFlags } from '../../../src/cli/parse-flags.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { ExporterError } from '../../../src/errors.ts';

const NOTHING_GIVEN = { flags: new Map(), argument: '' };
const ROOT = { env: {}, platform: 'linux', uid: 0 } as const;

const DEFAULTS: Settings = {
  listenAddresses: [':10071'],
  telemetryPath: '/metrics',
  maxRequests: 40,
  systemdSocket: false,
  disableExporterMetrics: false,
  configFile: '',
  webConfigFile: '',
  controlSocket: '/run/ephemeral-port-exporter/control.sock',
  controlSocketRequired: false,
  procfs: '/proc',
  logLevel: 'info',
  logFormat: 'logfmt',
  logFile: 'stderr',
  collectors: {
    range: true,
    tcp: true,
    bound: true,
    udp: true,
    owners: true,
    probe: true,
    namespaces: true,
    trace: false,
    events: true,
  },
  sampleIntervalMs: 5000,
  sampleCpuBudget: 0.01,
  sampleRecord: '',
  sampleAnonymize: false,
  sampleReplay: '',
  sampleReplaySpeed: 1,
  stuckAfterMs: 900_000,
  processLimit: 50,
  ledgerPath: '',
  outputTextfile: '',
  linuxTrace: 'off',
  linuxBoundSource: 'auto',
  linuxBpfIterator: '',
  windowsSource: 'auto',
  windowsAudit: 'off',
  privacyRemotes: 'full',
};

function messageOf(argv: readonly string[]): string {
  try {
    parseFlags(argv, ROOT);
  } catch (error) {
    expect(error).toMatchObject({ code: 'EPH_USAGE' });
    return (error as ExporterError).message.replace(' (--help lists all flags)', '');
  }
  throw new Error(`${argv.join(' ')} was taken`);
}

test('without arguments every setting has its default', () => {
  expect(parseFlags([], ROOT)).toEqual({ given: NOTHING_GIVEN, command: '', wants: 'run', settings: DEFAULTS });
});

test('every flag decides its setting', () => {
  const argv = [
    '--web.listen-address=127.0.0.1:1',
    '--web.listen-address',
    '[::1]:2',
    '--web.telemetry-path=/m',
    '--web.max-requests=0',
    '--web.systemd-socket',
    '--web.disable-exporter-metrics',
    '--web.control-socket=/x/c.sock',
    '--config.file=c.yml',
    '--web.config.file=w.yml',
    '--path.procfs=/host/proc',
    '--no-collector.udp',
    '--collector.owners',
    '--sample.interval=1m',
    '--sample.cpu-budget=2.5%',
    '--sample.record=r',
    '--sample.anonymize',
    '--sample.replay=p',
    '--sample.replay-speed=0.5',
    '--stuck.after=1h30m',
    '--process.limit=7',
    '--ledger.path=/l',
    '--output.textfile=/t/e.prom',
    '--linux.trace=auto',
    '--linux.bound-source=pidfd',
    '--linux.bpf-iterator=/sys/fs/bpf/i',
    '--windows.source=cim',
    '--windows.audit=sysmon',
    '--privacy.remotes=class',
    '--log.level=debug',
    '--log.format=json',
    '--log.file=/x/log',
  ];
  expect(parseFlags(argv, ROOT).settings).toEqual({
    listenAddresses: ['127.0.0.1:1', '[::1]:2'],
    telemetryPath: '/m',
    maxRequests: 0,
    systemdSocket: true,
    disableExporterMetrics: true,
    configFile: 'c.yml',
    webConfigFile: 'w.yml',
    controlSocket: '/x/c.sock',
    controlSocketRequired: true,
    procfs: '/host/proc',
    logLevel: 'debug',
    logFormat: 'json',
    logFile: '/x/log',
    collectors: { ...DEFAULTS.collectors, udp: false, trace: true },
    sampleIntervalMs: 60_000,
    sampleCpuBudget: 0.025,
    sampleRecord: 'r',
    sampleAnonymize: true,
    sampleReplay: 'p',
    sampleReplaySpeed: 0.5,
    stuckAfterMs: 5_400_000,
    processLimit: 7,
    ledgerPath: '/l',
    outputTextfile: '/t/e.prom',
    linuxTrace: 'auto',
    linuxBoundSource: 'pidfd',
    linuxBpfIterator: '/sys/fs/bpf/i',
    windowsSource: 'cim',
    windowsAudit: 'sysmon',
    privacyRemotes: 'class',
  } satisfies Settings);
});

test('defaults follow systemd, the user and the system', () => {
  const paths = (env: Record<string, string>, uid: number, platform: NodeJS.Platform = 'linux') => {
    const { controlSocket, ledgerPath } = parseFlags([], { env, platform, uid }).settings;
    return [controlSocket, ledgerPath];
  };
  const service = { RUNTIME_DIRECTORY: '/run/e:/run/f', STATE_DIRECTORY: '/var/lib/e:/var/lib/f' };
  expect(paths(service, 999)).toEqual(['/run/e/control.sock', '/var/lib/e']);
  expect(paths({ XDG_RUNTIME_DIR: '/run/user/5' }, 5)).toEqual([
    '/run/user/5/ephemeral-port-exporter/control.sock',
    '',
  ]);
  expect(paths({}, 5)).toEqual(['', '']);
  expect(paths({}, -1, 'win32')).toEqual(['\\\\.\\pipe\\ephemeral-port-exporter', '']);
});

test('an empty listen address is none', () => {
  expect(parseFlags(['--web.listen-address='], ROOT).settings.listenAddresses).toEqual([]);
});

test('connections between samples are told by the trace of the system it runs on', () => {
  const trace = (flag: string, platform: NodeJS.Platform) =>
    parseFlags([flag], { env: {}, platform, uid: 0 }).settings.collectors.trace;
  expect([trace('--linux.trace=on', 'linux'), trace('--linux.trace=on', 'win32')]).toEqual([true, false]);
  expect([trace('--windows.audit=auto', 'linux'), trace('--windows.audit=auto', 'win32')]).toEqual([false, true]);
});

test('an empty control socket is none, and nothing is required then', () => {
  const { controlSocket, controlSocketRequired } = parseFlags(['--web.control-socket='], ROOT).settings;
  expect([controlSocket, controlSocketRequired]).toEqual(['', false]);
});

test.each([
  [['--web.listen-adress=:1'], 'unknown flag "--web.listen-adress"; did you mean --web.listen-address?'],
  [['--no-colector.udp'], 'unknown flag "--no-colector.udp"; did you mean --no-collector.udp?'],
  [['--no-log.level'], 'unknown flag "--no-log.level"; did you mean --log.level?'],
  [['--collector.tcp'], 'unknown flag "--collector.tcp"; did you mean --collector.udp?'],
  [['--completely-different-thing'], 'unknown flag "--completely-different-thing"'],
  [['-x'], 'unknown flag "-x"'],
  [['--constructor'], 'unknown flag "--constructor"'],
  [['serve', 'serve'], 'unexpected argument "serve"'],
  [['--log.level'], '--log.level needs a value (LEVEL)'],
  [['--log.level', '--log.format=json'], '--log.level needs a value (LEVEL)'],
  [['--log.level=info', '--log.level=warn'], '--log.level is given more than once'],
  [['--collector.udp', '--no-collector.udp'], '--no-collector.udp is given more than once'],
  [['--web.systemd-socket=false'], '--web.systemd-socket takes no value; use --no-web.systemd-socket to turn it off'],
  [['--log.level=loud'], '--log.level: "loud" must be one of debug, info, warn, error'],
  [['--sample.interval=5'], '--sample.interval: "5" must be a duration such as 5s, 15m or 1h30m'],
  [['--sample.interval=2m'], '--sample.interval: "2m" must be from 100ms to 60s'],
  [
    ['--sample.cpu-budget=1'],
    '--sample.cpu-budget: "1" must be a percentage above 0% and up to 100%, such as 1% or 0.5%',
  ],
  [['--sample.replay-speed=0'], '--sample.replay-speed: "0" must be a number above 0, at most 100000'],
  [['--process.limit=1e3'], '--process.limit: "1e3" must be a whole number from 1 to 500'],
  [['--web.listen-address=10071'], '--web.listen-address: "10071" must be host:port, :port or [ipv6]:port'],
  [
    ['--web.telemetry-path=metrics'],
    '--web.telemetry-path: "metrics" must begin with / and hold only letters, digits and . _ ~ / -',
  ],
  [['--web.telemetry-path=/-/ready'], '--web.telemetry-path: "/-/ready" is a path of the exporter itself'],
  [
    ['--output.textfile=/t/metrics'],
    '--output.textfile: "/t/metrics" must end with .prom: collectors read no other file',
  ],
  [
    ['--web.listen-address=', '--web.listen-address=:1'],
    '--web.listen-address: "", ":1" must be host:port, :port or [ipv6]:port',
  ],
  [['--log.file='], '--log.file: "" must not be empty'],
  [['--log.file=eventlog'], '--log.file: "eventlog" is there on Windows only; this is linux'],
  [['--path.procfs='], '--path.procfs: "" must not be empty'],
  [['--config.file=a\nb\u0000'], '--config.file: "a\\nb\\u0000" must not hold a NUL byte'],
])('%j is refused in one line', (argv, message) => {
  expect(messageOf(argv)).toBe(message);
});

test('help goes before version, and both before anything that would run', () => {
  expect(parseFlags(['--version', 'serve', '-h'], ROOT)).toMatchObject({ command: 'serve', wants: 'help' });
  expect(parseFlags(['--help', '--version'], ROOT).wants).toBe('help');
  expect(parseFlags(['--version'], ROOT).wants).toBe('version');
});

test('whatever is typed, it is settings or one printable line', () => {
  const word = fc.oneof(fc.constantFrom(...FLAGS.map(({ name }) => name), '--', '-', '=', '--no-'), fc.string());
  const argument = fc.oneof(
    word,
    fc.tuple(word, word).map((parts) => parts.join('=')),
  );
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 5 }), (argv) => {
      try {
        expect(Object.keys(parseFlags(argv, ROOT).settings).sort()).toEqual(Object.keys(DEFAULTS).sort());
      } catch (error) {
        expect(error).toBeInstanceOf(ExporterError);
        expect((error as ExporterError).message).toMatch(/^[^\n\r]+$/);
      }
    }),
    { numRuns: 500 },
  );
});

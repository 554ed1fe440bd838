import type { Settings } from '../config/settings.ts';
import { defaultControlSocket } from '../http/control-path.ts';
import { PIECES, type Piece } from '../model/problem.ts';
import { type Flag, rejectValue, switchFlag, valueFlag } from './flag.ts';
import {
  checkListenAddress,
  durationBetween,
  factorUpTo,
  integerBetween,
  oneOf,
  parseNonEmptyPath,
  parsePath,
  parsePercent,
  parseTelemetryPath,
  parseTextfilePath,
} from './flag-values.ts';

const DEFAULT_LISTEN_ADDRESS = ':10071';

const listenAddressFlag: Flag = {
  name: '--web.listen-address',
  placeholder: 'ADDRESS',
  repeatable: true,
  defaultText: DEFAULT_LISTEN_ADDRESS,
  help: 'Address to listen on: host:port, :port or [ipv6]:port. Give it again for more addresses. Empty: none.',
  read: (texts) => ({ listenAddresses: readListenAddresses(texts) }),
};

function readListenAddresses(texts: readonly string[]): readonly string[] {
  if (texts.length === 0) return [DEFAULT_LISTEN_ADDRESS];
  return texts.length === 1 && texts[0] === '' ? [] : texts.map(checkListenAddress);
}

const controlSocketFlag: Flag = {
  name: '--web.control-socket',
  placeholder: 'PATH',
  repeatable: false,
  defaultText: '$RUNTIME_DIRECTORY/control.sock, see the text',
  help: 'Unix socket (Windows: named pipe) for local commands, which must work when no port is left. Empty: none.',
  read: (texts, surroundings) => ({
    controlSocket: parsePath(texts[0] ?? defaultControlSocket(surroundings)),
    controlSocketRequired: texts[0] !== undefined && texts[0] !== '',
  }),
};

const logFileFlag: Flag = {
  name: '--log.file',
  placeholder: 'TARGET',
  repeatable: false,
  defaultText: 'stderr',
  help: 'Where log lines go: stderr, stdout, eventlog (Windows), or a file of at most 10 MiB, kept once more as FILE.1 when full.',
  read: ([text = 'stderr'], { platform }) => {
    if (text === 'eventlog' && platform !== 'win32') rejectValue(`is there on Windows only; this is ${platform}`);
    return { logFile: parseNonEmptyPath(text) };
  },
};

const COLLECTOR_HELP: Readonly<Partial<Record<Piece, string>>> = {
  bound: 'Read bound-only TCP sockets, which the usual tables do not show.',
  udp: 'Read UDP sockets.',
  owners: 'Find the process that holds each socket.',
  probe: 'Try now and then whether a port can still be had (bind and close, no packet).',
  namespaces: 'Read network namespaces other than our own.',
  events: 'Read system log entries that tell of exhaustion (Windows).',
};

/** Flags outside the {@link SWITCHABLE_PIECES}; the trace has `--linux.trace` and `--windows.audit`, range and tcp are what all rests on. */
export const SWITCHABLE_PIECES: readonly Piece[] = PIECES.filter((piece) => COLLECTOR_HELP[piece] !== undefined);

const collectorFlags: readonly Flag[] = SWITCHABLE_PIECES.map((piece) => ({
  name: `--collector.${piece}`,
  repeatable: false,
  defaultText: 'on',
  help: COLLECTOR_HELP[piece] ?? '',
  read: () => ({}),
}));

/** The flags, in the order of usage. */
export const FLAGS: readonly Flag[] = [
  listenAddressFlag,
  valueFlag('telemetryPath', {
    name: '--web.telemetry-path',
    placeholder: 'PATH',
    default: '/metrics',
    help: 'Path under which metrics are served.',
    parse: parseTelemetryPath,
  }),
  valueFlag('maxRequests', {
    name: '--web.max-requests',
    placeholder: 'N',
    default: '40',
    help: 'Scrapes answered at once, more get status 503. 0: no limit.',
    parse: integerBetween(0, 100_000),
  }),
  switchFlag('systemdSocket', {
    name: '--web.systemd-socket',
    help: 'Use the sockets that systemd passes instead of listening.',
  }),
  switchFlag('disableExporterMetrics', {
    name: '--web.disable-exporter-metrics',
    help: 'Leave out metrics of the exporter process itself (process_*, nodejs_*).',
  }),
  controlSocketFlag,
  valueFlag('webConfigFile', {
    name: '--web.config.file',
    placeholder: 'FILE',
    default: '',
    help: 'YAML file with TLS, users and rate limit, in the format of exporter-toolkit; read again like --config.file.',
    parse: parsePath,
  }),
  valueFlag('configFile', {
    name: '--config.file',
    placeholder: 'FILE',
    default: '',
    help: 'YAML file with process names and muted owners; read again on SIGHUP and when it changes.',
    parse: parsePath,
  }),
  valueFlag('procfs', {
    name: '--path.procfs',
    placeholder: 'DIR',
    default: '/proc',
    help: 'Where procfs is mounted.',
    parse: parseNonEmptyPath,
  }),
  ...collectorFlags,
  valueFlag('sampleIntervalMs', {
    name: '--sample.interval',
    placeholder: 'DURATION',
    default: '5s',
    help: 'Time between samples; stretched up to 60s where the CPU budget asks for it.',
    parse: durationBetween('100ms', '60s'),
  }),
  valueFlag('sampleCpuBudget', {
    name: '--sample.cpu-budget',
    placeholder: 'PERCENT',
    default: '1%',
    help: 'Share of one core that sampling may use on average.',
    parse: parsePercent,
  }),
  valueFlag('sampleRecord', {
    name: '--sample.record',
    placeholder: 'FILE',
    default: '',
    help: 'Record every sample to this file (gzipped NDJSON, mode 0600).',
    parse: parsePath,
  }),
  switchFlag('sampleAnonymize', {
    name: '--sample.anonymize',
    help: 'Replace addresses and names in the recording.',
  }),
  valueFlag('sampleReplay', {
    name: '--sample.replay',
    placeholder: 'FILE',
    default: '',
    help: 'Replay this recording instead of reading the host.',
    parse: parsePath,
  }),
  valueFlag('sampleReplaySpeed', {
    name: '--sample.replay-speed',
    placeholder: 'FACTOR',
    default: '1',
    help: 'Recorded seconds per second of replay.',
    parse: factorUpTo(100_000),
  }),
  valueFlag('stuckAfterMs', {
    name: '--stuck.after',
    placeholder: 'DURATION',
    default: '15m',
    help: 'A port held this long without a connection is stuck.',
    parse: durationBetween('1s', '30d'),
  }),
  valueFlag('processLimit', {
    name: '--process.limit',
    placeholder: 'N',
    default: '50',
    help: 'Owner groups with series of their own; the others are counted as (other). Series grow with it.',
    parse: integerBetween(1, 500),
  }),
  valueFlag('ledgerPath', {
    name: '--ledger.path',
    placeholder: 'DIR',
    default: '',
    // systemd lists several state directories with colons; the first is ours.
    defaultFrom: ({ env, platform }) =>
      (platform === 'win32' ? env['STATE_DIRECTORY'] : env['STATE_DIRECTORY']?.split(':')[0]) ?? '',
    defaultText: '$STATE_DIRECTORY, else none',
    help: 'Directory to remember ports in over restarts. Empty: memory only.',
    parse: parsePath,
  }),
  valueFlag('outputTextfile', {
    name: '--output.textfile',
    placeholder: 'FILE',
    default: '',
    help: 'Write the metrics to this file too, for the textfile collector of node_exporter or windows_exporter (*.prom).',
    parse: parseTextfilePath,
  }),
  valueFlag('linuxTrace', {
    name: '--linux.trace',
    placeholder: 'MODE',
    default: 'off',
    help: 'Trace connections as they are made: off, on (a problem is told if it cannot), auto (only while a leak hides its remote; else short bursts of readings).',
    parse: oneOf(['off', 'on', 'auto']),
  }),
  valueFlag('linuxBoundSource', {
    name: '--linux.bound-source',
    placeholder: 'SOURCE',
    default: 'auto',
    help: 'Where bound-only sockets are read from: auto, inet_diag, pidfd (duplicates descriptors of other processes, one at a time), none.',
    parse: oneOf(['auto', 'inet_diag', 'pidfd', 'none']),
  }),
  valueFlag('linuxBpfIterator', {
    name: '--linux.bpf-iterator',
    placeholder: 'PATH',
    default: '',
    help: 'Pinned BPF iterator that tells bound-only sockets; --linux.bound-source=auto then reads it.',
    parse: parsePath,
  }),
  valueFlag('windowsSource', {
    name: '--windows.source',
    placeholder: 'SOURCE',
    default: 'auto',
    help: 'Where Windows is read from: auto, ffi (native calls only), cim, netstat.',
    parse: oneOf(['auto', 'ffi', 'cim', 'netstat']),
  }),
  valueFlag('windowsAudit', {
    name: '--windows.audit',
    placeholder: 'LOG',
    default: 'off',
    help: 'Audit log that tells connections between samples, where it is switched on: off, security (5156), sysmon (3), auto.',
    parse: oneOf(['off', 'security', 'sysmon', 'auto']),
  }),
  valueFlag('privacyRemotes', {
    name: '--privacy.remotes',
    placeholder: 'MODE',
    default: 'full',
    help: 'Remote addresses: full, or class (metrics tell metadata, time, link-local or other; page and API leave them to the control socket).',
    parse: oneOf(['full', 'class']),
  }),
  valueFlag('logLevel', {
    name: '--log.level',
    placeholder: 'LEVEL',
    default: 'info',
    help: 'Least level that is logged: debug, info, warn, error.',
    parse: oneOf(['debug', 'info', 'warn', 'error']),
  }),
  valueFlag('logFormat', {
    name: '--log.format',
    placeholder: 'FORMAT',
    default: 'logfmt',
    help: 'Format of log lines: logfmt or json.',
    parse: oneOf(['logfmt', 'json']),
  }),
  logFileFlag,
];

/** Which pieces are read: the switches given, and the trace as the flag of its system decides. */
export function collectorsOf(
  given: ReadonlyMap<string, readonly string[]>,
  { linuxTrace, windowsAudit }: Pick<Settings, 'linuxTrace' | 'windowsAudit'>,
  platform: NodeJS.Platform,
): Readonly<Record<Piece, boolean>> {
  const traces = platform === 'win32' ? windowsAudit !== 'off' : linuxTrace !== 'off';
  const enabled = (piece: Piece) => given.get(`--collector.${piece}`)?.[0] !== 'false';
  const entries = PIECES.map((piece) => [piece, piece === 'trace' ? traces : enabled(piece)]);
  return Object.fromEntries(entries) as Record<Piece, boolean>;
}

import type { Piece } from '../model/problem.ts';

/** Everything the command line decides, with its defaults applied. */
export interface Settings {
  /** `host:port`, `:port` or `[v6]:port`; several are several listeners, none is none. */
  readonly listenAddresses: readonly string[];
  readonly telemetryPath: string;
  /** Scrapes answered at once; 0 is no limit. */
  readonly maxRequests: number;
  readonly systemdSocket: boolean;
  readonly disableExporterMetrics: boolean;
  /** Empty when there is none. */
  readonly configFile: string;
  /** Empty when there is none: plain HTTP for everybody. */
  readonly webConfigFile: string;
  /** Path of the control socket; empty switches it off. */
  readonly controlSocket: string;
  /** The path was given by hand: failing to open it is an error, not a warning. */
  readonly controlSocketRequired: boolean;
  readonly procfs: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFormat: 'logfmt' | 'json';
  /** `stderr`, `stdout`, `eventlog` or the path of a file. */
  readonly logFile: string;
  readonly collectors: Readonly<Record<Piece, boolean>>;
  readonly sampleIntervalMs: number;
  /** Share of one core, 0.01 is 1 %. */
  readonly sampleCpuBudget: number;
  /** Empty, or the file that samples are recorded to. */
  readonly sampleRecord: string;
  readonly sampleAnonymize: boolean;
  /** Empty, or the recording that is replayed instead of reading this host. */
  readonly sampleReplay: string;
  /** Recorded seconds per second; 1 is real time. */
  readonly sampleReplaySpeed: number;
  readonly stuckAfterMs: number;
  readonly processLimit: number;
  /** Directory of the ledger's files; empty: memory only. */
  readonly ledgerPath: string;
  /** Empty, or the file for a textfile collector. */
  readonly outputTextfile: string;
  readonly linuxTrace: 'off' | 'on' | 'auto';
  readonly linuxBoundSource: 'auto' | 'inet_diag' | 'pidfd' | 'none';
  /** Empty, or a pinned BPF iterator that tells bound-only sockets. */
  readonly linuxBpfIterator: string;
  readonly windowsSource: 'auto' | 'ffi' | 'cim' | 'netstat';
  readonly windowsAudit: 'off' | 'security' | 'sysmon' | 'auto';
  readonly privacyRemotes: 'full' | 'class';
}

import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Settings } from '../../config/settings.ts';
import type { Sample } from '../../model/sample.ts';
import type { Check, CheckResult, PlatformChecks } from '../../platform/check.ts';
import { createPlatformChecks } from '../../platform/select.ts';
import type { Command, CommandContext } from '../command.ts';
import type { CommandFlag } from '../command-flag.ts';
import { createStyle } from '../inspect/terminal-style.ts';
import { checkClock } from './clock-check.ts';
import { checkConfig } from './config-check.ts';
import { type ReportFacts, renderReport, reportJson } from './doctor-report.ts';
import { checkExporter } from './exporter-check.ts';
import { checkLedger } from './ledger-check.ts';
import { checkListen } from './listen-check.ts';
import { checkListenRange } from './listen-range-check.ts';
import { pieceChecks } from './piece-checks.ts';
import { readHost } from './read-host.ts';
import { runChecks, worstResult } from './run-checks.ts';
import { findRunningExporter, type NoExporter, type RunningExporter } from './running-exporter.ts';
import { checkTextfile } from './textfile-check.ts';
import { checkWebConfig } from './web-config-check.ts';

export const DOCTOR_FLAGS: readonly CommandFlag[] = [
  { name: '--json', defaultText: '', help: 'Print the report as JSON.' },
];

/** 1 and 2 are what every command means by them; so warnings alone are 3. */
const EXIT_CODE: Readonly<Record<CheckResult, number>> = { ok: 0, not_applicable: 0, failure: 1, warning: 3 };

export const doctorCommand: Command = {
  summary:
    'Say what can and cannot be seen on this host, and the command that mends it: exit 0, 3 (warnings) or 1 (failures).',
  flags: DOCTOR_FLAGS,
  run: (context) => doctor(context),
};

/** How the host is looked at; other ways in tests. */
export interface DoctorParts {
  readonly platformChecks: (settings: Settings, platform: NodeJS.Platform) => PlatformChecks;
  readonly read: (settings: Settings) => Promise<Sample>;
}

/** Runs every check and prints the report; works with and without a running exporter, and with no port left. */
export async function doctor(
  context: CommandContext,
  parts: DoctorParts = { platformChecks: createPlatformChecks, read: readHost },
): Promise<number> {
  const { io, given } = context;
  const exporter = await findRunningExporter(context);
  const settings = 'settings' in exporter ? exporter.settings : context.settings;
  const platform = parts.platformChecks(settings, io.platform);
  let reading: Promise<Sample> | undefined;
  const read = () => {
    reading ??= parts.read(settings);
    return reading;
  };
  const examined = await runChecks(listChecks({ settings, platform, exporter, read, wallMs: io.wallMs() }));
  const facts: ReportFacts = {
    build: io.build,
    release: release(),
    system: systemName(),
    uid: io.uid,
    takenAtMs: io.wallMs(),
    ofRunningExporter: 'settings' in exporter,
  };
  io.stdout(given.flags.has('--json') ? reportJson(examined, facts) : renderReport(examined, facts, createStyle(io)));
  return EXIT_CODE[worstResult(examined)];
}

interface Examination {
  readonly settings: Settings;
  readonly platform: PlatformChecks;
  readonly exporter: RunningExporter | NoExporter;
  /** The one reading that all checks share. */
  readonly read: () => Promise<Sample>;
  readonly wallMs: number;
}

function listChecks({ settings, platform, exporter, read, wallMs }: Examination): readonly Check[] {
  const { listenAddresses: addresses, systemdSocket, configFile, webConfigFile, ledgerPath, outputTextfile } = settings;
  const isRunning = 'settings' in exporter;
  return [
    ...platform.checks,
    ...pieceChecks(settings, read),
    { name: 'config', run: () => checkConfig(configFile) },
    { name: 'web-config', run: () => checkWebConfig(webConfigFile, wallMs) },
    { name: 'listen', run: () => checkListen({ addresses, systemdSocket, isRunning, platform }) },
    {
      name: 'listen-range',
      run: async () => checkListenRange(addresses, (await read()).namespaces[0]?.ranges ?? [], platform),
    },
    { name: 'ledger', run: () => checkLedger(ledgerPath, wallMs) },
    { name: 'textfile', run: () => checkTextfile(outputTextfile, isRunning, wallMs) },
    { name: 'exporter', run: () => checkExporter(exporter, wallMs) },
    { name: 'clock', run: () => checkClock(wallMs, isRunning ? (exporter.status.takenAtMs ?? 0) : 0) },
  ];
}

/** os-release(5); empty on systems without it. */
function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

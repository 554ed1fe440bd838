import { readFileSync } from 'node:fs';
import { release, version } from 'node:os';
import type { Settings } from '../../config/settings.ts';
import type { Sample } from '../../model/sample.ts';
import type { CheckResult, PlatformChecks } from '../../platform/check.ts';
import { createPlatformChecks } from '../../platform/select.ts';
import type { Command, CommandContext } from '../command.ts';
import type { CommandFlag } from '../command-flag.ts';
import { createStyle } from '../inspect/terminal-style.ts';
import { type ReportFacts, renderReport, reportJson } from './doctor-report.ts';
import { listChecks } from './list-checks.ts';
import { readHost } from './read-host.ts';
import { runChecks, worstResult } from './run-checks.ts';
import { findRunningExporter } from './running-exporter.ts';

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

/** PRETTY_NAME of os-release(5), else what the system calls itself: the edition of a Windows. */
function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? version();
  } catch {
    return version();
  }
}

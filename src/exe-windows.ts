import { writeSync } from 'node:fs';
import { release } from 'node:os';
import { createCommands } from './cli/commands.ts';
import { parseFlags } from './cli/parse-flags.ts';
import { processIo } from './cli/process-io.ts';
import { EXIT_CODE, runCommandLine } from './cli/run.ts';
import { serve } from './cli/serve.ts';
import { ExporterError } from './errors.ts';
import { parseListenAddress } from './http/listen-address.ts';
import { openEventLogWriter } from './platform/windows/events/event-log-writer.ts';
import { loadKoffi } from './platform/windows/load-koffi.ts';
import { probeNativeParts, windowsBuildOf } from './platform/windows/probe/native-probe.ts';
import { readProgramData } from './platform/windows/service/program-data.ts';
import { runSystemProgram } from './platform/windows/service/run-commands.ts';
import { runServiceCommand } from './platform/windows/service/run-service-command.ts';
import {
  dataFolderIn,
  flagsOfService,
  SERVICE_ARGUMENT,
  SERVICE_NAME,
} from './platform/windows/service/service-commands.ts';
import { hostService } from './platform/windows/service/service-host.ts';
import { PROBE_ARGUMENT } from './platform/windows/single-exe/reader-program.ts';

// What main.ts is for the package, this is for the single executable; scripts/build-exe.js fills this in.
declare const EXE_BUILD: { readonly version: string; readonly revision: string };

type Write = (text: string) => void;

/** One executable in four roles: the exporter, its probe process, the service, and what installs the service. */
async function act([role, ...args]: readonly string[]): Promise<number> {
  if (role === PROBE_ARGUMENT) return probe(args);
  if (role === 'service') return manageService(args);
  if (role === SERVICE_ARGUMENT) return runAsService(args);
  return run(process.argv.slice(2));
}

function run(args: readonly string[], output: Partial<Record<'stdout' | 'stderr', Write>> = {}): Promise<number> {
  const io = processIo();
  return runCommandLine(args, { ...io, ...output, build: { ...io.build, ...EXE_BUILD } }, createCommands(serve));
}

function manageService(args: readonly string[]): Promise<number> {
  // Written beside the executable while an administrator is here: the service may not.
  const koffi = loadKoffi();
  return runServiceCommand(args, {
    executable: process.execPath,
    dataFolder: dataFolderIn(readProgramData(koffi)),
    run: runSystemProgram,
    print: (text) => process.stdout.write(text),
    portsOf,
  });
}

async function probe([boundLibrary = 'iphlpapi.dll']: readonly string[]): Promise<number> {
  probeNativeParts(boundLibrary, windowsBuildOf(release()), (line) => writeSync(1, `${line}\n`));
  return 0;
}

function runAsService(args: readonly string[]): Promise<number> {
  const koffi = loadKoffi();
  const report = openEventLogWriter(koffi);
  // A service has no console. What it says before its log is open, and what that does not take, is for an administrator.
  const stderr: Write = (text) => {
    try {
      report('error', text);
    } catch {
      // Nobody is left to tell.
    }
  };
  return hostService(koffi, {
    name: SERVICE_NAME,
    run: () => run(flagsOfService(args, dataFolderIn(readProgramData(koffi))), { stdout: () => {}, stderr }),
    stop,
    reload: () => void process.emit('SIGHUP', 'SIGHUP'),
  });
}

/** serve() listens for the signals that it gets on Linux; asked to stop while it still starts, it is asked again. */
function stop(): void {
  if (!process.emit('SIGTERM', 'SIGTERM')) setTimeout(stop, 100);
}

/** @throws ExporterError EPH_USAGE */
function portsOf(flags: readonly string[]): readonly number[] {
  const { settings, command } = parseFlags(flags, processIo(), createCommands(serve));
  if (command !== '')
    throw new ExporterError('EPH_USAGE', `a service takes flags only, not ${JSON.stringify(command)}`);
  return [...new Set(settings.listenAddresses.map((address) => parseListenAddress(address)?.port ?? 0))];
}

// No top-level await: the executable takes one CommonJS file.
act(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const { code, message } = error instanceof ExporterError ? error : { code: '', message: String(error) };
    process.stderr.write(`ephemeral-port-exporter: ${code} ${message}\n`);
    process.exit(code === 'EPH_USAGE' ? EXIT_CODE.usage : EXIT_CODE.failed);
  },
);

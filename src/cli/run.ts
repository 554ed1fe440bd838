import { ExporterError } from '../errors.ts';
import { versionText } from './build-facts.ts';
import type { CommandLineIo, CommandTable } from './command.ts';
import { nearest } from './nearest.ts';
import { openLog } from './open-log.ts';
import { type CommandLine, parseFlags } from './parse-flags.ts';
import { usageText } from './usage.ts';

/** Exit codes: as asked; something that a person can act on; a wrong command line. */
export const EXIT_CODE = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs one command line; never throws, the answer is the exit code. */
export async function runCommandLine(
  argv: readonly string[],
  io: CommandLineIo,
  commands: CommandTable,
): Promise<number> {
  try {
    return await run(parseFlags(argv, io, commands), io, commands);
  } catch (error) {
    io.stderr(`ephemeral-port-exporter: ${describe(error)}\n`);
    return error instanceof ExporterError && error.code === 'EPH_USAGE' ? EXIT_CODE.usage : EXIT_CODE.failed;
  }
}

async function run(line: CommandLine, io: CommandLineIo, commands: CommandTable): Promise<number> {
  if (line.wants === 'help') {
    io.stdout(usageText(commands, line.command));
    return EXIT_CODE.ok;
  }
  if (line.wants === 'version') {
    io.stdout(versionText(io.build));
    return EXIT_CODE.ok;
  }
  const { settings, given } = line;
  const command = line.command === '' ? commands.serve : findCommand(line.command, commands);
  // The log of the exporter is no place for what a person asks beside it.
  const log = openLog(command === commands.serve ? settings : { ...settings, logFile: 'stderr' }, io);
  try {
    return await command.run({ settings, io, log, given });
  } catch (error) {
    // A service has nobody who reads its standard error.
    if (command === commands.serve && settings.logFile !== 'stderr') log.error('ended', { error: describe(error) });
    throw error;
  }
}

function findCommand(name: string, commands: CommandTable): CommandTable['serve'] {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  const names = Object.keys(commands);
  const hint = nearest(name, names);
  const help = hint === undefined ? `there are ${names.join(', ')}` : `did you mean ${hint}?`;
  throw new ExporterError('EPH_USAGE', `unknown command ${JSON.stringify(name.slice(0, 100))}; ${help}`);
}

/** Without a stack: what went wrong for a person, and for an error of our own making, that it is one. */
function describe(error: unknown): string {
  if (error instanceof ExporterError) {
    // Several places in a file: each on a line of its own, as compilers tell them, so that editors can go there.
    return `${error.code}:${error.message.includes('\n') ? '\n' : ' '}${error.message}`;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `this is a defect of the exporter, please report it: ${text}`;
}

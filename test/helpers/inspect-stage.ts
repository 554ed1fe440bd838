import type { CommandLineIo, CommandTable } from '../../src/cli/command.ts';
import { type Informant, inspect, inspectCommand } from '../../src/cli/inspect/inspect.ts';
import { readInspectOptions } from '../../src/cli/inspect/inspect-options.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import type { LedgerView } from '../../src/model/ledger-view.ts';
import type { Report } from '../../src/model/report.ts';
import { openApi } from './api-stage.ts';
import { createFakeIo } from './command-line.ts';

/** An informant that answers from a report and a ledger that a test made up, through the real routes. */
export async function createInformant(
  report: Report | undefined,
  ledger: Partial<LedgerView> = {},
  oneShot = false,
): Promise<Informant> {
  const { get } = await openApi(report, ledger);
  return { oneShot, ask: (path) => get(path) };
}

/** What `inspect` prints for the given flags; errors and exit code as a person would see them. */
export async function runInspect(
  informant: Informant,
  argv: readonly string[] = [],
  changes: Partial<CommandLineIo> = {},
): Promise<{ code: number; out: string; err: string }> {
  const io = createFakeIo(changes);
  const commands: CommandTable = {
    serve: { summary: '', run: async () => 0 },
    inspect: {
      ...inspectCommand,
      run: (context) => inspect(context, readInspectOptions(context.given), informant),
    },
  };
  const code = await runCommandLine(['inspect', ...argv], io, commands);
  return { code, out: io.out, err: io.err };
}

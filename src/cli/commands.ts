import type { CommandContext, CommandTable } from './command.ts';
import { doctorCommand } from './doctor/doctor.ts';
import { evidenceCommand } from './evidence/evidence.ts';
import { runHealthcheck } from './healthcheck.ts';
import { inspectCommand } from './inspect/inspect.ts';

/** Every command; how to serve is decided by the composition root. */
export function createCommands(serve: (context: CommandContext) => Promise<number>): CommandTable {
  return {
    serve: { summary: 'Run the exporter. What is done when no command is named.', run: serve },
    healthcheck: {
      summary: 'Ask the running exporter through its control socket whether it is well: exit 0 or 1.',
      run: runHealthcheck,
    },
    inspect: inspectCommand,
    evidence: evidenceCommand,
    doctor: doctorCommand,
  };
}
